/**
 * Benchmarks. `npm run bench -- NAME [options]`; the last line of stdout is one JSON object, a BenchResult.
 * Run from the project's root. Called again with `child NAME`, it does that benchmark's own half and answers over IPC.
 */
import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { describeEnvironment } from './environment.ts';
import { finetune } from './finetune.ts';
import { findPeerPython } from './peer-python.ts';
import type { Bench, BenchResult } from './result.ts';

const BENCHES: Readonly<Record<string, Bench>> = { finetune };

interface Flags {
  withPeer: boolean;
  seeds: number[];
  epochs: number;
  rows?: number;
  steps?: number;
  rounds: number;
  batching: 'length' | 'random';
  model: string;
  save: boolean;
}

const root = process.cwd();
const log = (line: string): void => {
  console.log(line);
};

async function runBench(name: string, flags: Flags): Promise<void> {
  const bench = find(name);
  const { figures, environment } = await bench.run({
    dataDir: process.env['ASSAY_DATA'] === '' ? undefined : process.env['ASSAY_DATA'],
    peerPython: () => findPeerPython({ root, given: process.env['ASSAY_PEER_PYTHON'], make: flags.withPeer, log }),
    seeds: flags.seeds,
    epochs: flags.epochs,
    rows: flags.rows,
    steps: flags.steps,
    rounds: flags.rounds,
    batching: flags.batching,
    modelDir: resolve(root, flags.model),
    runChild,
    log,
  });
  const result: BenchResult = { name, environment: { ...describeEnvironment(root), ...environment }, figures };
  if (flags.save) {
    const folder = join(root, 'bench', 'results');
    const file = join(folder, `${name}-${new Date().toISOString().replaceAll(':', '').slice(0, 17)}.json`);
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
    log(`saved ${file}`);
  }
  log(JSON.stringify(result));
}

function runChild(name: string, job: unknown): Promise<unknown> {
  const child = fork(process.argv[1] ?? '', ['child', name], {
    serialization: 'advanced',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: process.env['TF_CPP_MIN_LOG_LEVEL'] ?? '2' },
  });
  return new Promise((fulfil, reject) => {
    child.on('message', (message: { result: unknown } | { error: string }) => {
      if ('error' in message) reject(new Error(message.error));
      else fulfil(message.result);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      reject(new Error(`our half of "${name}" ended with ${signal ?? `exit code ${String(code)}`} and no answer`));
    });
    child.send(job as object);
  });
}

function serveChild(name: string): void {
  // Without its parent nobody waits for the answer.
  process.once('disconnect', () => process.exit(1));
  process.once('message', (job) => {
    const answer = (message: { result: unknown } | { error: string }): void => {
      process.send?.(message, () => process.exit(0));
    };
    void find(name)
      .child?.(job)
      .then(
        (result) => {
          answer({ result });
        },
        (error: unknown) => {
          answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
        },
      );
  });
}

function find(name: string): Bench {
  const bench = BENCHES[name];
  if (bench === undefined)
    throw new Error(`there is no benchmark "${name}"; there are: ${Object.keys(BENCHES).join(', ')}`);
  return bench;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}

const program = new Command('bench')
  .description('Measures Assay, beside a peer where one is there.')
  .argument(
    '<name>',
    `one of: ${Object.entries(BENCHES)
      .map(([name, { describe }]) => `${name} (${describe})`)
      .join('; ')}`,
  )
  .option('--with-peer', "install the peer's Python packages in .assay/peer when ASSAY_PEER_PYTHON is not set", false)
  .option('--seeds <list>', 'one training per seed', (text) => text.split(',').map(count), [1, 2, 3])
  .option('--epochs <n>', 'epochs of a training', count, 3)
  .option('--rows <n>', 'training rows; all by default', count)
  .option('--steps <n>', 'measure speed alone, this many optimizer steps at a time', count)
  .option('--rounds <n>', 'times each side is measured with --steps', count, 3)
  .addOption(new Option('--batching <how>', 'batches of both sides').choices(['length', 'random']).default('length'))
  .option('--model <folder>', 'Hugging Face folder of the base model', '.assay/models/all-minilm-l6-v2')
  .option('--save', 'keep the result in bench/results/', false)
  .addHelpText('after', '\nExample:\n  ASSAY_DATA=data npm run bench -- finetune --with-peer --steps 20')
  .action(runBench);

if (process.argv[2] === 'child') {
  serveChild(process.argv[3] ?? '');
} else {
  try {
    await program.parseAsync();
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
