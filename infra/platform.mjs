import { existsSync } from 'node:fs';
import { readPins } from './pins.mjs';
import { SetupError } from './setup-error.mjs';

/** Refuses at once what the native parts cannot run on. @param {string} root */
export function checkPlatform(root) {
  const { platform, arch, versions, report } = process;
  const remedy =
    'Use Linux on x86-64 with glibc: on Windows WSL2 (wsl --install), elsewhere a container such as docker run -it node:22-bookworm.';
  if (platform !== 'linux' || arch !== 'x64')
    throw new SetupError('SETUP_PLATFORM', `${platform} ${arch} is not supported`, remedy);
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (
    report?.getReport() ?? { header: {} }
  );
  if (header.glibcVersionRuntime === undefined)
    throw new SetupError('SETUP_PLATFORM', 'this Linux has no glibc (Alpine?)', remedy);
  const major = Number(versions.node.split('.')[0]);
  const { majors } = readPins(root).node;
  if (!majors.includes(major))
    throw new SetupError(
      'SETUP_NODE_VERSION',
      `Node ${versions.node} is not supported`,
      `Use Node ${majors.join(', ')}.`,
    );
}

/** An NVIDIA driver is loaded. */
export function seesNvidia() {
  return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0');
}
