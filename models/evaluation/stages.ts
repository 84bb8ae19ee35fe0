import type { ComputeHooks } from '../../contracts/training.ts';

/** Turns the progress of stages, each with its share of the work, into one fraction that never falls. */
export interface Stages {
  /** Starts the next stage, of `work` units; returns its own progress, to be called with the units done. */
  begin(message: string, work: number): (done: number) => void;
}

export function createStages(progress: ComputeHooks['progress'], totalWork: number): Stages {
  let before = 0;
  let current = 0;
  let highest = 0;
  return {
    begin(message, work) {
      before += current;
      current = work;
      const report = (done: number): void => {
        highest = Math.min(1, Math.max(highest, (before + Math.min(done, work)) / totalWork));
        progress(message, highest);
      };
      report(0);
      return report;
    },
  };
}
