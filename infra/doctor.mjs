import { existsSync, statfsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isBuilt } from './build.mjs';
import { minioIsInstalled } from './install/minio.mjs';
import { modelsAreInstalled } from './install/model.mjs';
import { npmIsInstalled } from './install/npm.mjs';
import { temporalIsInstalled } from './install/temporal.mjs';
import { addonIsInstalled, tensorflowIsInstalled, variant } from './install/tensorflow.mjs';
import { readPins } from './pins.mjs';
import { checkPlatform } from './platform.mjs';
import { isAlive } from './process-identity.mjs';
import { readState } from './server-state.mjs';

/** @typedef {{ name: string, state: 'ok' | 'warn' | 'fail', detail: string, remedy: string }} Check */

const PARTS = {
  bin: 'Temporal and MinIO',
  tensorflow: 'libtensorflow',
  models: 'base models',
  data: 'runs and artifacts',
  cache: 'local copies of artifacts',
  logs: 'logs',
  downloads: 'downloads',
  reports: 'reports',
  peer: "benchmark's peer",
  tmp: 'temporary',
};

/** Looks at everything that a run needs, and at what takes room. @param {{ root: string, home: string }} place */
export async function doctor({ root, home }) {
  const place = { root, home, pins: readPins(root) };
  const install = 'npm start';
  /** @type {Check[]} */
  const checks = [];
  const check = async (/** @type {string} */ name, /** @type {() => Promise<string>} */ look, remedy = install) => {
    try {
      checks.push({ name, state: 'ok', detail: await look(), remedy: '' });
    } catch (error) {
      checks.push({ name, state: 'fail', detail: error instanceof Error ? error.message : String(error), remedy });
    }
  };
  const has = (/** @type {(place: any) => Promise<boolean>} */ installed, /** @type {string} */ detail) => async () => {
    if (!(await installed(place))) throw new Error('not installed, or changed');
    return detail;
  };
  await check(
    'platform',
    async () => (checkPlatform(root), `Linux x86-64, Node ${process.versions.node}`),
    'see the message',
  );
  await check('npm packages', has(npmIsInstalled, 'as in the lockfile'));
  await check(
    'Temporal',
    has(temporalIsInstalled, `CLI ${place.pins.temporal.version}, server ${place.pins.temporal.server}`),
  );
  await check('MinIO', has(minioIsInstalled, place.pins.minio.version));
  await check('TensorFlow', has(tensorflowIsInstalled, `${place.pins.tensorflow.version} (${variant()})`));
  await check('TF binding', has(addonIsInstalled, 'compiled'));
  await check('base models', has(modelsAreInstalled, Object.keys(place.pins.models).join(', ')));
  await check('build', has(isBuilt, 'up to date'));
  const state = readState({ home });
  if (state === undefined)
    checks.push({ name: 'servers', state: 'warn', detail: 'not running', remedy: 'npx assay up' });
  else
    for (const { name, restarts, ...identity } of state.processes) {
      const alive = isAlive(identity);
      const detail = `${alive ? `process ${identity.pid}` : 'ended, being started again'}${restarts > 0 ? `, restarted ${restarts} times` : ''}`;
      checks.push({
        name,
        state: alive && restarts === 0 ? 'ok' : alive ? 'warn' : 'fail',
        detail,
        remedy: alive && restarts === 0 ? '' : `npx assay logs ${name}`,
      });
    }
  const { bavail, bsize } = statfsSync(root);
  const freeGb = (bavail * bsize) / 2 ** 30;
  checks.push({
    name: 'disk',
    state: freeGb < 5 ? 'warn' : 'ok',
    detail: `${freeGb.toFixed(1)} GiB free`,
    remedy: freeGb < 5 ? 'npx assay clean' : '',
  });
  const disk = [];
  for (const [folder, what] of Object.entries(PARTS)) {
    const path = join(home, folder);
    if (existsSync(path)) disk.push({ what, path: folder, bytes: await sizeOf(path) });
  }
  return { checks, disk };
}

/** @param {string} path @returns {Promise<number>} bytes */
export async function sizeOf(path) {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  let bytes = 0;
  for (const name of await readdir(path)) bytes += await sizeOf(join(path, name));
  return bytes;
}
