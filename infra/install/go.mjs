import { chmodSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from '../command.mjs';

/** Go's caches, kept out of the user's own and removed after. @param {string} home */
export const goFolder = (home) => join(home, 'tmp', 'go');

/**
 * Builds a pinned Go program from the module proxy.
 * @param {{ home: string, module: string, to: string, say: (text: string) => void }} options
 */
export async function goInstall({ home, module, to, say }) {
  const dir = goFolder(home);
  const bin = join(dir, 'bin');
  await mkdir(bin, { recursive: true });
  const env = {
    ...process.env,
    GOPATH: join(dir, 'path'),
    GOCACHE: join(dir, 'cache'),
    GOBIN: bin,
    GOFLAGS: '-modcacherw -buildvcs=false -trimpath',
    GOTOOLCHAIN: 'auto',
    CGO_ENABLED: '0',
  };
  say('building with Go (two to three minutes)');
  await runCommand('go', ['install', module], { env, cwd: dir, what: `go install ${module}` });
  const built = join(bin, basename(module.split('@')[0] ?? ''));
  chmodSync(built, 0o755);
  renameSync(built, to);
}

/** @param {string} home */
export async function removeGoCaches(home) {
  await rm(goFolder(home), { recursive: true, force: true });
}
