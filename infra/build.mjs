import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';

const SOURCES = [
  'contracts',
  'pipelines',
  'workflows',
  'activities',
  'datasets',
  'models',
  'governance',
  'storage',
  'workers',
  'cli',
  'infra',
  'test',
  'bench',
  'docs',
];

/** Digest of names, sizes and times of the sources: cheap, and changes when anything was saved. @param {string} root */
export function sourceStamp(root) {
  const hash = createHash('sha256');
  const walk = (/** @type {string} */ path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) walk(inner);
      else if (/\.(ts|mjs|json)$/.test(entry.name)) {
        const { size, mtimeMs } = statSync(join(root, inner));
        hash.update(`${inner} ${size} ${mtimeMs}\n`);
      }
    }
  };
  for (const folder of SOURCES) if (existsSync(join(root, folder))) walk(folder);
  for (const file of ['tsconfig.json', 'package-lock.json']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** @param {string} root */
const stampFile = (root) => join(root, 'dist', '.built');

/** What the running workers were built from. @param {string} root @returns {string} */
export function builtStamp(root) {
  return existsSync(stampFile(root)) ? readFileSync(stampFile(root), 'utf8') : '';
}

/** Compiles to dist/ and bundles the workflows. @param {{ root: string, say: (text: string) => void }} context */
export async function build({ root, say }) {
  const stamp = sourceStamp(root);
  // Incremental where it can be; a removed source must not live on in the build.
  if (!existsSync(stampFile(root))) rmSync(join(root, 'dist'), { recursive: true, force: true });
  say('compiling');
  await runCommand(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', root], {
    cwd: root,
    what: 'tsc',
  });
  say('bundling the workflows');
  await runCommand(process.execPath, [join(root, 'dist', 'workers', 'bundle-workflows.js')], {
    cwd: root,
    what: 'bundling the workflows',
  });
  writeFileSync(stampFile(root), stamp);
  return 'compiled';
}

/** @param {{ root: string }} context */
export async function isBuilt({ root }) {
  return builtStamp(root) === sourceStamp(root) && existsSync(join(root, 'dist', 'workflow-bundle.js'));
}
