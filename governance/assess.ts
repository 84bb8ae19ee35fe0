import type { Assessment, Evidence } from '../contracts/governance.ts';
import { assessCapability } from './dcmm/assess-capability.ts';
import { shareOfFaultsFound } from './faults-found.ts';
import { findAll } from './findings/find-all.ts';
import { overallQuality, qualityByDimension } from './quality/scores.ts';
import { recommend } from './recommendations/recommend.ts';

/**
 * Judges one run from what it measured. What the run has no evidence of is null in the answer, never zero.
 *
 * @returns quality in points from 0 to 100, findings from the most severe, recommendations from the largest expected
 *   gain, and a self-assessment along DCMM (GB/T 36073-2018)
 */
export function assess(evidence: Evidence): Assessment {
  const quality = qualityByDimension(evidence.checksBefore, evidence.checksAfter);
  const capability = assessCapability(evidence);
  return {
    quality,
    overall: overallQuality(quality),
    findings: findAll(evidence),
    recommendations: recommend(evidence, capability),
    capability,
    faults: evidence.faults ?? null,
    faultsFoundShare: shareOfFaultsFound(evidence.faults),
  };
}
