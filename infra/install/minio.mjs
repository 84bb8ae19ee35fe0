import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goInstall } from './go.mjs';

/** @param {string} home */
const stampOf = (home) => join(home, 'bin', '.minio-version');

/** @param {{ home: string, pins: any }} context */
export async function minioIsInstalled({ home, pins }) {
  const stamp = stampOf(home);
  return (
    existsSync(join(home, 'bin', 'minio')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === pins.minio.version
  );
}

/** The community edition is published as source only, so it is built. @param {import('./temporal.mjs').Context} context */
export async function installMinio({ home, pins, say }) {
  await mkdir(join(home, 'bin'), { recursive: true });
  await goInstall({ home, module: pins.minio.module, to: join(home, 'bin', 'minio'), say });
  writeFileSync(stampOf(home), pins.minio.version);
  return 'built';
}
