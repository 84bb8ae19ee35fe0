import { join } from 'node:path';
import { runPeer } from './peer-python.ts';
import { readReviews, trainingJob, type OurRun, type TrainingJob } from './finetune-ours.ts';
import { figure, mean, median, type Bench, type BenchOptions, type Figure } from './result.ts';

interface Run {
  library: string;
  threads: number;
  seed: number;
  samplesPerSecond: number;
  peakMemoryBytes: number;
  test: { accuracy: number; macroF1: number; auc: number } | null;
}

const MEGABYTE = 1e6;

/** Fine-tuning of the default base model on `bench_reviews`, beside Transformers on PyTorch with the same recipe, one run after the other. */
export const finetune: Bench = {
  describe: 'fine-tuning on 3,200 real reviews: samples/s, test macro-F1, AUC, peak memory',

  async run(options) {
    const { dataDir, steps, rows, epochs, batching, modelDir, log } = options;
    if (dataDir === undefined)
      throw new Error(
        'this benchmark needs the data set bench_reviews: set ASSAY_DATA to the folder that holds bench_reviews/train.csv',
      );
    const splitDir = join(dataDir, 'bench_reviews');
    await readReviews(splitDir, 'train');
    const python = await options.peerPython();
    if (python === undefined) log('no peer: set ASSAY_PEER_PYTHON, or give --with-peer to install one in .assay/peer');

    const speedOnly = steps !== undefined;
    const seeds = speedOnly ? Array.from({ length: options.rounds }, (_, round) => round + 1) : options.seeds;
    const ours: Run[] = [];
    const peers: Run[] = [];
    for (const seed of seeds) {
      const job: TrainingJob = {
        splitDir,
        modelDir,
        seed,
        batching,
        epochs: speedOnly ? 1 : epochs,
        rows: speedOnly ? steps * 16 : (rows ?? null),
        speedOnly,
      };
      log(`ours, seed ${seed} …`);
      ours.push(report(await runOurs(options, job), log));
      if (python === undefined) continue;
      log(`peer, seed ${seed} …`);
      peers.push(report(await runTransformers(python, job), log));
    }
    log('');
    log(table(ours, peers));
    return {
      figures: compare(ours, peers),
      environment: {
        library: ours[0]?.library ?? null,
        threads: ours[0]?.threads ?? null,
        peerLibrary: peers[0]?.library ?? null,
        peerThreads: peers[0]?.threads ?? null,
        batching,
        epochs: speedOnly ? 1 : epochs,
        rows: speedOnly ? steps * 16 : (rows ?? 'all'),
        seeds: seeds.join(','),
      },
    };
  },

  child: (job) => trainingJob(job as TrainingJob),
};

async function runOurs(options: BenchOptions, job: TrainingJob): Promise<Run> {
  return { ...((await options.runChild('finetune', job)) as OurRun), seed: job.seed };
}

async function runTransformers(python: string, job: TrainingJob): Promise<Run> {
  const args = [join('bench', 'peers', 'finetune.py'), job.modelDir, job.splitDir];
  args.push('--padding', job.batching === 'length' ? 'grouped' : 'dynamic', '--epochs', String(job.epochs));
  args.push('--rows', String(job.rows ?? 0), '--seed', String(job.seed), ...(job.speedOnly ? ['--speed-only'] : []));
  return (await runPeer(python, args)) as Run;
}

function report(run: Run, log: (line: string) => void): Run {
  const quality = run.test === null ? '' : `, macro-F1 ${run.test.macroF1.toFixed(4)}, AUC ${run.test.auc.toFixed(4)}`;
  const speed = `${run.samplesPerSecond.toFixed(2)} samples/s`;
  log(`  ${speed}${quality}, ${(run.peakMemoryBytes / MEGABYTE).toFixed(0)} MB (${run.library})`);
  return run;
}

function compare(ours: Run[], peers: Run[]): Figure[] {
  const of = (runs: Run[], summary: (values: number[]) => number, value: (run: Run) => number) =>
    runs.length === 0 ? null : summary(runs.map(value));
  const pair = (
    what: string,
    unit: string,
    summary: (values: number[]) => number,
    value: (run: Run) => number,
    better: 'higher' | 'lower' = 'higher',
  ): Figure => figure(what, unit, summary(ours.map(value)), of(peers, summary, value), better);
  const tested = ours.every(({ test }) => test !== null);
  return [
    pair('training speed, median', 'samples/s', median, (run) => run.samplesPerSecond),
    ...(tested
      ? [
          pair('test macro-F1, mean', '', mean, (run) => run.test?.macroF1 ?? NaN),
          pair('test AUC, mean', '', mean, (run) => run.test?.auc ?? NaN),
        ]
      : []),
    pair('peak memory, median', 'MB', median, (run) => run.peakMemoryBytes / MEGABYTE, 'lower'),
  ];
}

function table(ours: Run[], peers: Run[]): string {
  const row = (cells: string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(11))).join('');
  const line = (name: string, { samplesPerSecond, test, peakMemoryBytes }: Run): string =>
    row([
      name,
      samplesPerSecond.toFixed(2),
      test?.macroF1.toFixed(4) ?? '–',
      test?.auc.toFixed(4) ?? '–',
      (peakMemoryBytes / MEGABYTE).toFixed(0),
    ]);
  const speeds = (runs: Run[]): string => {
    const values = runs.map(({ samplesPerSecond }) => samplesPerSecond);
    return `${Math.min(...values).toFixed(2)} / ${median(values).toFixed(2)}`;
  };
  return [
    row(['', 'samples/s', 'macro-F1', 'AUC', 'MB']),
    ...ours.map((run) => line(`ours  seed ${run.seed}`, run)),
    ...peers.map((run) => line(`peer  seed ${run.seed}`, run)),
    `speed, minimum / median: ours ${speeds(ours)}${peers.length === 0 ? '' : `, peer ${speeds(peers)}`}`,
  ].join('\n');
}
