import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, isBuilt } from './build.mjs';
import { endCommandsOnSignal } from './command.mjs';
import { goFolder, removeGoCaches } from './install/go.mjs';
import { installMinio, minioIsInstalled } from './install/minio.mjs';
import { installModels, modelsAreInstalled } from './install/model.mjs';
import { installNpm, npmIsInstalled } from './install/npm.mjs';
import { installTemporal, temporalIsInstalled } from './install/temporal.mjs';
import { addonIsInstalled, installAddon, installTensorflow, tensorflowIsInstalled } from './install/tensorflow.mjs';
import { takeLock } from './lock.mjs';
import { checkPlatform } from './platform.mjs';
import { readPins } from './pins.mjs';
import { createProgress } from './progress.mjs';
import { checkTools } from './tools.mjs';
import { existsSync } from 'node:fs';

/** @typedef {{ root: string, home: string, pins: any }} Place */
/**
 * @typedef {{ name: string, installed: (place: Place) => Promise<boolean>, install: (context: any) => Promise<unknown>, tools: import('./tools.mjs').Tool[] }} Part
 * @type {Record<'npm' | 'temporal' | 'minio' | 'tensorflow' | 'addon' | 'model' | 'build', Part>}
 */
const PARTS = {
  npm: { name: 'npm packages', installed: npmIsInstalled, install: installNpm, tools: [] },
  temporal: { name: 'Temporal', installed: temporalIsInstalled, install: installTemporal, tools: ['go'] },
  minio: { name: 'MinIO', installed: minioIsInstalled, install: installMinio, tools: ['go'] },
  tensorflow: { name: 'TensorFlow', installed: tensorflowIsInstalled, install: installTensorflow, tools: ['python'] },
  addon: { name: 'TF binding', installed: addonIsInstalled, install: installAddon, tools: ['g++'] },
  model: { name: 'base model', installed: modelsAreInstalled, install: installModels, tools: ['python'] },
  build: { name: 'build', installed: isBuilt, install: build, tools: [] },
};

/** Independent chains run side by side; the Go builds, which use all cores, stand one after the other. */
const CHAINS = /** @type {const} */ ([['temporal', 'minio'], ['npm'], ['tensorflow'], ['model']]);
/** These need what the chains bring. */
const AFTER = /** @type {const} */ (['addon', 'build']);

/**
 * Brings everything there that the project runs on. What is there already is left alone; safe to interrupt and to repeat.
 * @param {{ root: string, home?: string }} options
 * @throws {import('./setup-error.mjs').SetupError}
 */
export async function setup({ root, home = join(root, '.assay') }) {
  checkPlatform(root);
  const pins = readPins(root);
  const place = { root, home, pins };
  mkdirSync(join(home, 'run'), { recursive: true });
  const release = takeLock(join(home, 'run', 'setup.lock'));
  const signalsAsBefore = endCommandsOnSignal();
  try {
    /** @type {Set<keyof typeof PARTS>} */
    const missing = new Set();
    for (const key of /** @type {(keyof typeof PARTS)[]} */ (Object.keys(PARTS)))
      if (!(await PARTS[key].installed(place))) missing.add(key);
    // A new npm install takes the binding and the build's compiler with it.
    if (missing.has('npm')) missing.add('addon').add('build');
    if (missing.has('tensorflow')) missing.add('addon');
    if (missing.size === 0) return;
    await checkTools(
      [...missing].flatMap((key) => PARTS[key].tools),
      pins.go.minimum,
    );

    const progress = createProgress();
    const bring = async (/** @type {keyof typeof PARTS} */ key) => {
      if (!missing.has(key)) return;
      const part = progress.part(PARTS[key].name);
      try {
        const how = await PARTS[key].install({ ...place, say: part.say });
        part.done(typeof how === 'string' ? how : 'done');
      } catch (error) {
        part.failed('failed');
        throw error;
      }
    };
    const chains = CHAINS.map(async (chain) => {
      for (const key of chain) await bring(key);
    });
    const settled = await Promise.allSettled(chains);
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
    for (const key of AFTER) await bring(key);
    if (existsSync(goFolder(home))) await removeGoCaches(home);
  } finally {
    signalsAsBefore();
    release();
  }
}
