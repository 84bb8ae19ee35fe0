import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { AssayError } from '../contracts/errors.ts';
import { fileFailure } from './failures.ts';

/**
 * The members of a folder as relative names with `/`, sorted. Empty folders are not kept.
 * @throws AssayError BUNDLE_MEMBER_REFUSED on links and special files
 */
export async function listMembers(dir: string): Promise<string[]> {
  const names: string[] = [];
  const visit = async (below: string): Promise<void> => {
    const path = join(dir, below);
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      throw fileFailure(error, 'read', path);
    });
    for (const entry of entries) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await visit(name);
      else if (entry.isFile()) names.push(name);
      else
        throw new AssayError('BUNDLE_MEMBER_REFUSED', {
          name,
          problem: entry.isSymbolicLink() ? 'it is a symbolic link' : 'it is not a plain file',
        });
    }
  };
  await visit('');
  return names.sort();
}

/** @throws AssayError BUNDLE_MEMBER_REFUSED when a name would leave the folder, or two of them cannot both exist */
export function checkMemberNames(names: string[]): void {
  const taken = new Set(names);
  for (const name of names) {
    const refuse = (problem: string): AssayError => new AssayError('BUNDLE_MEMBER_REFUSED', { name, problem });
    if (name.includes('\0')) throw refuse('its name has a zero byte');
    if (name.startsWith('/')) throw refuse('its name is absolute');
    const segments = name.split('/');
    if (segments.includes('..')) throw refuse('its name leaves the folder');
    if (segments.includes('') || segments.includes('.')) throw refuse('its name has an empty part');
    for (let depth = 1; depth < segments.length; depth += 1)
      if (taken.has(segments.slice(0, depth).join('/')))
        throw refuse('another member is a file of the name of its folder');
  }
}

/**
 * Places verified files below `dir` under their names, as hard links where the file system allows, as copies elsewhere.
 * What is there under such a name is replaced; after a failure nothing of it is left.
 * @throws AssayError BUNDLE_MEMBER_REFUSED when a folder on the way is a symbolic link
 */
export async function placeMembers(dir: string, members: { name: string; path: string }[]): Promise<void> {
  checkMemberNames(members.map(({ name }) => name));
  const placed: string[] = [];
  try {
    await mkdir(dir, { recursive: true });
    for (const { name, path } of members) {
      await refuseLinks(dir, name);
      const target = join(dir, ...name.split('/'));
      await mkdir(dirname(target), { recursive: true });
      await place(path, target);
      placed.push(target);
    }
  } catch (error) {
    await Promise.all(placed.map((path) => rm(path, { force: true })));
    throw fileFailure(error, 'write', dir);
  }
}

async function refuseLinks(dir: string, name: string): Promise<void> {
  const parents = name.split('/').slice(0, -1);
  for (let depth = 1; depth <= parents.length; depth += 1) {
    const parent = [dir, ...parents.slice(0, depth)].join(sep);
    const found = await lstat(parent).catch(() => undefined);
    if (found?.isSymbolicLink() === true)
      throw new AssayError('BUNDLE_MEMBER_REFUSED', { name, problem: `${parent} is a symbolic link` });
  }
}

async function place(from: string, target: string): Promise<void> {
  const temporary = `${target}.${randomUUID()}`;
  try {
    await link(from, temporary).catch(() => copyFile(from, temporary, constants.COPYFILE_FICLONE));
    // Renaming replaces a file or a link of that name; it never writes through one.
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
