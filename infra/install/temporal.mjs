import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, which } from '../command.mjs';
import { verify } from '../digest.mjs';
import { download } from '../download.mjs';
import { goInstall } from './go.mjs';

/** @typedef {{ root: string, home: string, pins: any, say: (text: string) => void }} Context */

/** @param {{ home: string, pins: any }} context */
export async function temporalIsInstalled({ home, pins }) {
  return (await serverVersionOf(join(home, 'bin', 'temporal'))) === pins.temporal.server;
}

/** A fitting one on PATH, else the release, else a build. @param {Context} context */
export async function installTemporal({ home, pins, say }) {
  const to = join(home, 'bin', 'temporal');
  await mkdir(join(home, 'bin'), { recursive: true });
  const found = await which('temporal');
  if (found !== undefined && (await serverVersionOf(found)) === pins.temporal.server) {
    copyFileSync(found, `${to}.part`);
    renameSync(`${to}.part`, to);
    return 'copied from PATH';
  }
  if (await fromRelease(home, pins.temporal.release, to, say)) return 'release';
  await goInstall({ home, module: pins.temporal.module, to, say });
  return 'built';
}

/** @param {string} home @param {{ archive: string, checksums: string }} release @param {string} to @param {(text: string) => void} say */
async function fromRelease(home, { archive, checksums }, to, say) {
  const dir = join(home, 'tmp', 'temporal');
  const [sums, tarball] = [join(dir, 'checksums.txt'), join(dir, 'temporal.tar.gz')];
  if (!(await download({ url: checksums, to: sums, say }))) return false;
  if (!(await download({ url: archive, to: tarball, say }))) return false;
  const name = archive.split('/').at(-1) ?? '';
  const line = readFileSync(sums, 'utf8')
    .split('\n')
    .find((entry) => entry.trim().endsWith(name));
  if (line === undefined) return false;
  await verify(tarball, line.trim().split(/\s+/)[0], name);
  await runCommand('tar', ['-xzf', tarball, '-C', dir, 'temporal']);
  chmodSync(join(dir, 'temporal'), 0o755);
  renameSync(join(dir, 'temporal'), to);
  await rm(dir, { recursive: true, force: true });
  return true;
}

/** A build from the module proxy does not know its own version, but which server it holds. @param {string} binary */
async function serverVersionOf(binary) {
  if (!existsSync(binary)) return undefined;
  const output = await runCommand(binary, ['--version']).catch(() => '');
  const [, version] = /Server (\d+\.\d+\.\d+)/.exec(output) ?? [];
  return version;
}
