/** Training was asked to stop, and did after this step; its checkpoint was handed over before. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly step: number;

  constructor(step: number) {
    super(`stopped after step ${String(step)}`);
    this.step = step;
  }
}
