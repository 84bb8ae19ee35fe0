import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { AssayError } from '../../contracts/errors.ts';

/** A file found, or the places where it was looked for. */
export type Located = { path: string; tried: string[] } | { path: null; tried: string[] };

/**
 * Looks for `path`, then `path.gz`, below each root in turn. `tried` names places by the root's name, never by an absolute path.
 *
 * @throws AssayError DATA_PATH_OUTSIDE when the path, or a link on it, leads out of the root
 */
export async function locate(
  path: string,
  roots: readonly { name: string; dir: string }[],
  dataset: string,
): Promise<Located> {
  const tried: string[] = [];
  for (const { name, dir } of roots) {
    if (isAbsolute(path) || escapes(dir, resolve(dir, path)))
      throw new AssayError('DATA_PATH_OUTSIDE', { dataset, path, root: name });
    for (const candidate of path.endsWith('.gz') ? [path] : [path, `${path}.gz`]) {
      const full = join(dir, candidate);
      if (await isFile(full)) {
        if (escapes(await realpath(dir), await realpath(full)))
          throw new AssayError('DATA_PATH_OUTSIDE', { dataset, path: candidate, root: name });
        return { path: full, tried };
      }
      tried.push(`${name}/${candidate}`);
    }
  }
  return { path: null, tried };
}

function escapes(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || way === '..' || way.startsWith('../') || isAbsolute(way);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
