import type { FaultRecall } from '../contracts/governance.ts';

/** Share of all known faults that was found, 0 to 1; null on real data, whose faults nobody knows. */
export function shareOfFaultsFound(faults: readonly FaultRecall[] | undefined): number | null {
  if (faults === undefined) return null;
  const injected = faults.reduce((sum, fault) => sum + fault.injected, 0);
  return injected === 0 ? null : faults.reduce((sum, fault) => sum + fault.found, 0) / injected;
}
