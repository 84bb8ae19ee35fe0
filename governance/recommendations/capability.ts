import type { Capability, Recommendation } from '../../contracts/governance.ts';
import { MEASURABLE_LEVEL } from '../dcmm/rule.ts';

/** One recommendation an item that was measured and is under what one run can show. */
export function raiseCapability({ items }: Capability): Recommendation[] {
  return items
    .filter(({ level }) => level !== null && level < MEASURABLE_LEVEL)
    .map(({ item, area, next, level }) => ({
      id: `capability-${slug(area)}-${slug(item)}`,
      title: `Raise ${area.toLowerCase()}: ${item.toLowerCase()}`,
      action: next,
      gain: {
        value: MEASURABLE_LEVEL - (level ?? 0),
        unit: 'capability levels',
        reason: `“${item}” would reach level ${MEASURABLE_LEVEL}`,
      },
      effort: 'small',
    }));
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]+/g, '-');
}
