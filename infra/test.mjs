/** `npm test`: everything that is needed, then the tests, tier by tier. Arguments: the tiers to run. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { main, ROOT } from './main.mjs';
import { setup } from './setup.mjs';
import { SetupError } from './setup-error.mjs';

/** In this order; the browser tier needs Chromium and is run when it is named. */
const TIERS = ['unit', 'replay', 'store', 'parity', 'server', 'e2e'];
const ALL = [...TIERS, 'browser'];

await main(async () => {
  const tiers = process.argv.slice(2);
  const unknown = tiers.filter((tier) => !ALL.includes(tier));
  if (unknown.length > 0)
    throw new SetupError('SETUP_COMMAND_FAILED', `no tier ${unknown.join(', ')}`, `The tiers: ${ALL.join(', ')}.`);
  await setup({ root: ROOT });
  const totals = { pass: 0, fail: 0 };
  for (const tier of tiers.length > 0 ? tiers : TIERS) {
    const { pass, fail } = await runTier(tier);
    totals.pass += pass;
    totals.fail += fail;
  }
  await rm(join(ROOT, '.assay', 'test'), { recursive: true, force: true });
  console.log(`\n${totals.pass} passed, ${totals.fail} failed`);
  return totals.fail === 0 ? 0 : 1;
});

/** @param {string} tier @returns {Promise<{ pass: number, fail: number }>} */
async function runTier(tier) {
  const dir = join(ROOT, 'dist', 'test', tier);
  const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith('.test.js')) : [];
  console.log(`\n── ${tier} (${files.length} files)`);
  // A tier that cannot run fails; it does not pass by being empty.
  if (files.length === 0) return { pass: 0, fail: 1 };
  const concurrency = tier === 'unit' ? 2 : 1;
  const args = [
    '--enable-source-maps',
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    ...files.map((file) => join(dir, file)),
  ];
  const output = await new Promise((/** @type {(text: string) => void} */ resolve, reject) => {
    let text = '';
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    child.stdout.on('data', (chunk) => {
      text += chunk;
      process.stdout.write(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? text : `${text}\nexit ${code}`));
  });
  const count = (/** @type {string} */ what) => Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const fail = count('fail') + count('cancelled');
  return { pass: count('pass'), fail: fail === 0 && /\nexit \d+$/.test(output) ? 1 : fail };
}
