#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, 'dist', 'cli', 'main.js');
if (existsSync(built)) {
  const { main } = await import(built);
  process.exitCode = await main(process.argv, root);
} else {
  console.error('Assay is not set up here yet.\nRun: npm start');
  process.exitCode = 2;
}
