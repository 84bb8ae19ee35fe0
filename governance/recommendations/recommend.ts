import type { Capability, Evidence, Recommendation } from '../../contracts/governance.ts';
import { raiseCapability } from './capability.ts';
import { mendData } from './data.ts';
import { mendLabels } from './labels.ts';

/** Levels of a DCMM item, 1 to 5. */
const LEVEL_STEPS = 4;

/**
 * What to do next, the largest expected gain first. Gains in different units are compared on scales of 100 points:
 * quality points and macro-F1 points as they are, one level of one item as its share of all levels of all items.
 */
export function recommend(evidence: Evidence, capability: Capability): Recommendation[] {
  return [...mendData(evidence), ...mendLabels(evidence), ...raiseCapability(capability)].sort(
    (a, b) => onHundred(b, capability) - onHundred(a, capability) || a.id.localeCompare(b.id, 'en'),
  );
}

function onHundred({ gain }: Recommendation, capability: Capability): number {
  if (gain.unit !== 'capability levels') return gain.value;
  return (100 * gain.value) / (LEVEL_STEPS * Math.max(1, capability.items.length));
}
