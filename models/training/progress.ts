import type { ComputeHooks } from '../../contracts/training.ts';

/** A row in training costs about as much as three in evaluation. */
const TRAIN_COST = 3;
const EVERY_MS = 1000;

export interface TrainingProgress {
  trained(rows: number, message: () => string, detail: { step: number; metrics: Record<string, number> }): void;
  evaluated(rows: number, message: () => string): void;
}

/** Reports at most once a second; the fraction counts rows trained and rows evaluated, of those that are to come in all. */
export function createTrainingProgress(options: {
  report: ComputeHooks['progress'];
  clockMs: () => number;
  trainRows: number;
  devRows: number;
  /** Done before a resume. */
  doneTrainRows: number;
  doneDevRows: number;
}): TrainingProgress {
  const { report, clockMs, trainRows, devRows, doneTrainRows, doneDevRows } = options;
  const total = TRAIN_COST * trainRows + devRows;
  let done = TRAIN_COST * doneTrainRows + doneDevRows;
  let lastMs = -Infinity;
  const advance = (
    work: number,
    message: () => string,
    detail?: { step: number; metrics: Record<string, number> },
  ): void => {
    done += work;
    if (clockMs() - lastMs < EVERY_MS) return;
    lastMs = clockMs();
    report(message(), Math.min(1, done / total), detail);
  };
  return {
    trained: (rows, message, detail) => {
      advance(TRAIN_COST * rows, message, detail);
    },
    evaluated: (rows, message) => {
      advance(rows, message);
    },
  };
}
