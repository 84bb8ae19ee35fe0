import type { Facts } from './errors.ts';
import type { Example, TextClassificationTask } from './task.ts';
import type { TuningConfig } from './tuning.ts';

/** Settings of `finetune`, defaults filled in. */
export interface FinetuneConfig {
  task: TextClassificationTask;
  /** Folder name of a base model among the installed ones. */
  model: string;
  tuning: TuningConfig;
  epochs: number;
  batchSize: number;
  /** Tokens a text, special tokens included; longer ones are cut. */
  maxLength: number;
  learningRate: number;
  weightDecay: number;
  schedule: 'linear' | 'cosine' | 'constant';
  /** Share of all steps over which the rate rises from 0. */
  warmupRatio: number;
  /** Global L2 norm; 0 turns clipping off. */
  maxGradientNorm: number;
  dropout: number;
  /** `balanced`: inverse class frequency, mean 1 over the training rows. */
  classWeights: 'none' | 'balanced';
  /** `length`: batches of like length, shuffled; `random`: plain shuffling. */
  batching: 'length' | 'random';
  devMetric: 'macroF1' | 'loss' | 'auc';
  /** Evaluations without improvement before stopping; 0 turns early stopping off. */
  patience: number;
  /** Evaluations on dev per epoch. */
  evaluationsPerEpoch: number;
  /** Optimizer steps between checkpoints; 0 for none but the last. */
  checkpointEverySteps: number;
  seed: number;
}

export interface EvaluateConfig {
  task: TextClassificationTask;
  /** Folder name of the untouched base model. */
  baseModel: string;
  /** Settings of the head trained on the frozen pretrained encoder ("before", second way). */
  headEpochs: number;
  headLearningRate: number;
  maxLength: number;
  batchSize: number;
  /** Resamples of the bootstrap. */
  resamples: number;
  seed: number;
}

export interface ComputeSettings {
  /** `auto`: the GPU when libtensorflow sees one. */
  device: 'auto' | 'cpu' | 'gpu';
  /** Threads inside one op; 0 lets the library choose. */
  threads: number;
}

/** Work for the training child process. All paths are absolute; `examples` is JSON Lines of Example. */
export type ComputeJob =
  | {
      kind: 'finetune';
      config: FinetuneConfig;
      compute: ComputeSettings;
      examples: string;
      modelDir: string;
      /** A checkpoint folder to go on from. */
      resumeFrom?: string;
      outDir: string;
    }
  | {
      kind: 'evaluate';
      config: EvaluateConfig;
      compute: ComputeSettings;
      examples: string;
      /** The untouched base model's folder. */
      baseModelDir: string;
      /** The fine-tuned model's folder. */
      modelDir: string;
      outDir: string;
    };

/** The child's answer. Files lie in the job's outDir: finetune → `model/`, `adapter/` where the method has one, `tensorboard/`; evaluate → `predictions.jsonl`. */
export type ComputeResult =
  | { kind: 'finetune'; training: Training; modelDir: string; adapterDir?: string; tensorboardDir: string }
  | { kind: 'evaluate'; evaluation: Evaluation; predictions: string };

/** Messages over IPC between the gpu worker and its child; `v` is the protocol's version. */
export type ToChild =
  | { v: 1; type: 'start'; job: ComputeJob }
  | { v: 1; type: 'stop' }
  /** The checkpoint folder of this step has been uploaded. */
  | { v: 1; type: 'checkpointed'; step: number }
  | { v: 1; type: 'describe'; compute: ComputeSettings };
export type FromChild =
  | { v: 1; type: 'ready' }
  | { v: 1; type: 'device'; device: DeviceReport }
  | { v: 1; type: 'progress'; fraction: number; message: string; step?: number; metrics?: Record<string, number> }
  /** A whole checkpoint folder, synced and renamed into place; the parent uploads it, then deletes it. */
  | { v: 1; type: 'checkpoint'; step: number; dir: string; best: boolean }
  | { v: 1; type: 'done'; result: ComputeResult }
  /** Answer to `stop`: the last checkpoint was written before this. */
  | { v: 1; type: 'stopped'; step: number }
  | {
      v: 1;
      type: 'error';
      code: string;
      message: string;
      facts: Facts;
      stack: string;
    };

/** What models/ calls while it works. `shouldStop` is polled after each step. */
export interface ComputeHooks {
  progress(message: string, fraction: number, detail?: { step?: number; metrics?: Record<string, number> }): void;
  checkpoint(step: number, dir: string, best: boolean): Promise<void>;
  shouldStop(): boolean;
  /** Lets IPC and timers run; awaited after each step. */
  breathe(): Promise<void>;
}

export interface DeviceReport {
  device: 'cpu' | 'gpu';
  /** As the library names it, e.g. `tensorflow 2.20.0 on CPU`. */
  library: string;
  threads: number;
}

/** Figures of one fine-tuning. Losses are mean cross-entropy in nats. */
export interface Training {
  config: FinetuneConfig;
  device: DeviceReport;
  baseModel: { name: string; architecture: string; parameters: number; trainableParameters: number; sha256: string };
  examples: { train: number; dev: number; truncated: number };
  /** One point an optimizer step. */
  steps: { step: number; loss: number; learningRate: number; gradientNorm: number }[];
  /** One point an evaluation on dev. */
  evaluations: {
    step: number;
    epoch: number;
    loss: number;
    macroF1: number;
    auc: number;
    accuracy: number;
    best: boolean;
  }[];
  /** Ranks that are left, by linear layer, where the method prunes them. */
  ranks?: { name: string; rank: number }[];
  bestStep: number;
  stoppedEarly: boolean;
  resumedFromStep: number | null;
  seconds: number;
  samplesPerSecond: number;
  tokensPerSecond: number;
  peakMemoryBytes: number;
}

export interface ClassReport {
  name: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

export interface Scores {
  accuracy: number;
  macroF1: number;
  weightedF1: number;
  /** Of the positive class; null with other than two classes or one class present. */
  auc: number | null;
  /** Expected calibration error, 15 equal-width bins of the predicted class's probability. */
  ece: number;
  loss: number | null;
  classes: ClassReport[];
  /** [true class][predicted class] */
  confusion: number[][];
  /** Calibration curve: mean confidence, accuracy and rows a bin. */
  reliability: { confidence: number; accuracy: number; count: number }[];
}

export const CONTENDERS = ['majority', 'tfidf', 'untouched', 'frozen', 'finetuned'] as const;
export type Contender = (typeof CONTENDERS)[number];

/** A paired comparison on the same test rows. */
export interface Comparison {
  before: Contender;
  after: 'finetuned';
  /** After minus before. */
  macroF1Difference: number;
  /** 95% percentile interval of a paired bootstrap. */
  interval: [number, number];
  /** McNemar's exact test on correct / wrong; two-sided. */
  mcnemarP: number;
  onlyBeforeRight: number;
  onlyAfterRight: number;
}

export interface Evaluation {
  classes: string[];
  positive: string;
  testRows: number;
  device: DeviceReport;
  /** How each contender was made, one sentence for the report. */
  descriptions: Record<Contender, string>;
  scores: Record<Contender, Scores>;
  comparisons: Comparison[];
  /** Test rows where the fine-tuned model is most sure and the label says otherwise: raw row ids with p(label). */
  suspectLabels: { id: number; label: string; predicted: string; probability: number }[];
  seconds: number;
}

/** One line of predictions.jsonl. Probabilities by class index, per contender. */
export interface PredictionRow {
  id: Example['id'];
  label: number;
  probabilities: Partial<Record<Contender, number[]>>;
}
