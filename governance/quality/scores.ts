import { DIMENSIONS, type Checks } from '../../contracts/data.ts';
import type { Assessment } from '../../contracts/governance.ts';

/** Conforming share of the items that a dimension's rules looked at, in points from 0 to 100; null where no rule measures it. */
export function qualityByDimension(before: Checks, after: Checks | undefined): Assessment['quality'] {
  return DIMENSIONS.map((dimension) => ({
    dimension,
    before: points(before.dimensions[dimension].score),
    after: points(after?.dimensions[dimension].score ?? null),
  }));
}

/**
 * Mean of the dimensions measured, each with the same weight: a dimension with many rules does not drown the others.
 * Before and after are taken over the same dimensions, those measured on both sides when both sides were measured.
 */
export function overallQuality(quality: Assessment['quality']): Assessment['overall'] {
  const compared = quality.some(({ after }) => after !== null)
    ? quality.filter(({ before, after }) => before !== null && after !== null)
    : quality;
  return { before: mean(compared.map(({ before }) => before)), after: mean(compared.map(({ after }) => after)) };
}

function points(share: number | null): number | null {
  return share === null ? null : 100 * share;
}

function mean(values: readonly (number | null)[]): number | null {
  const measured = values.filter((value) => value !== null);
  return measured.length === 0 ? null : measured.reduce((sum, value) => sum + value, 0) / measured.length;
}
