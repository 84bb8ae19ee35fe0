import type { ErrorKind } from '../errors.ts';

/** What can go wrong in the set-up and with the servers. Thrown by infra/, which runs before anything is installed. */
export const SETUP_ERRORS = {
  SETUP_PLATFORM: {
    message: 'this platform is not supported',
    remedy: 'Use Linux on x86-64 with glibc: on Windows WSL2, elsewhere a container.',
    retry: false,
  },
  SETUP_NODE_VERSION: {
    message: 'this version of Node is not supported',
    remedy: 'Use Node 20, 22 or 24.',
    retry: false,
  },
  SETUP_TOOLS_MISSING: {
    message: 'tools are missing',
    remedy: 'Install them with the command that is shown.',
    retry: false,
  },
  SETUP_RUNNING: {
    message: 'another set-up is running',
    remedy: 'Wait for it, or end it, then run the command again.',
    retry: true,
  },
  SETUP_COMMAND_FAILED: {
    message: 'a command of the set-up failed',
    remedy: 'See its last lines; run the command again once that is mended.',
    retry: false,
  },
  SETUP_DIGEST: {
    message: 'a download does not have its published SHA-256',
    remedy: 'Run the command again; do not use the file.',
    retry: false,
  },
  SETUP_NO_SOURCE: {
    message: 'a part can be had from nowhere',
    remedy: 'Check the network and the proxy settings.',
    retry: false,
  },
  SERVERS_FAILED: {
    message: 'the servers did not come up',
    remedy: 'See `npx assay logs` and `npx assay doctor`.',
    retry: false,
  },
  SERVERS_RUNNING: { message: 'the servers are running', remedy: 'Stop them first: npx assay down', retry: false },
} as const satisfies Record<string, ErrorKind>;
