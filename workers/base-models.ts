import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BaseModel } from '../activities/ports.ts';
import { AssayError } from '../contracts/errors.ts';

/** Files of a Hugging Face folder that decide what a model computes. */
const FILES = ['config.json', 'model.safetensors', 'tokenizer.json'];

export interface BaseModels {
  names(): Promise<string[]>;
  /** @throws AssayError MODEL_NOT_INSTALLED */
  find(name: string): Promise<BaseModel>;
}

/** The base models installed below `dir`, a folder each. Digests are computed once a process. */
export function createBaseModels(dir: string): BaseModels {
  const known = new Map<string, Promise<BaseModel>>();
  const names = async (): Promise<string[]> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort();
  };
  return {
    names,
    async find(name) {
      const installed = await names();
      if (!installed.includes(name)) throw new AssayError('MODEL_NOT_INSTALLED', { model: name, installed });
      const model = known.get(name) ?? digest(dir, name);
      known.set(name, model);
      model.catch(() => known.delete(name));
      return model;
    },
  };
}

async function digest(modelsDir: string, model: string): Promise<BaseModel> {
  const dir = join(modelsDir, model);
  const hash = createHash('sha256');
  for (const file of FILES) {
    hash.update(`${file}\0`);
    await pipeline(createReadStream(join(dir, file)), hash, { end: false }).catch((cause: unknown) => {
      throw new AssayError('MODEL_FILE_MISSING', { file, model }, { cause });
    });
  }
  return { dir, sha256: hash.digest('hex') };
}
