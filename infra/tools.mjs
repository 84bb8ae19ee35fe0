import { runCommand, which } from './command.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {'go' | 'python' | 'g++'} Tool */

/** Debian's packages. @type {Record<Tool, { name: string, packages: string }>} */
const TOOLS = {
  go: { name: 'Go', packages: 'golang-go' },
  python: { name: 'Python 3 with pip', packages: 'python3 python3-pip' },
  'g++': { name: 'a C++ compiler (g++)', packages: 'g++' },
};

/**
 * Names every tool that is missing, with the one command that installs them, before anything long starts.
 * @param {Tool[]} needed
 * @param {string} minimumGo
 */
export async function checkTools(needed, minimumGo) {
  const missing = [];
  for (const tool of new Set(needed)) if (!(await has(tool, minimumGo))) missing.push(TOOLS[tool]);
  if (missing.length === 0) return;
  throw new SetupError(
    'SETUP_TOOLS_MISSING',
    `missing: ${missing.map(({ name }) => name).join(', ')}`,
    `Install them: sudo apt-get install -y ${missing.map(({ packages }) => packages).join(' ')} (Go must be ${minimumGo} or later; it fetches the toolchain it needs itself).`,
  );
}

/** @param {Tool} tool @param {string} minimumGo */
async function has(tool, minimumGo) {
  if (tool === 'g++') return (await which('g++')) !== undefined;
  if (tool === 'python')
    return runCommand('python3', ['-m', 'pip', '--version']).then(
      () => true,
      () => false,
    );
  const version = await runCommand('go', ['env', 'GOVERSION']).catch(() => '');
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(version) ?? [];
  const [wantedMajor = 1, wantedMinor = 0] = minimumGo.split('.').map(Number);
  return Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
}
