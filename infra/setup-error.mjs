/** Why the set-up stopped, and what to do. `contracts/errors/setup.ts` lists the same codes for `docs/errors.md`; a test compares. */
export class SetupError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} remedy
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, remedy, options) {
    super(message, options);
    this.name = 'SetupError';
    this.code = code;
    this.remedy = remedy;
  }
}

export const SETUP_CODES = [
  'SETUP_PLATFORM',
  'SETUP_NODE_VERSION',
  'SETUP_TOOLS_MISSING',
  'SETUP_RUNNING',
  'SETUP_COMMAND_FAILED',
  'SETUP_DIGEST',
  'SETUP_NO_SOURCE',
  'SERVERS_FAILED',
  'SERVERS_RUNNING',
];
