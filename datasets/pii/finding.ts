import type { PiiType } from '../../contracts/data.ts';

/** A place in a text, in UTF-16 offsets; `end` is exclusive. */
export interface Finding {
  type: PiiType;
  start: number;
  end: number;
}

/** Matches of a pattern that `accept` confirms. Patterns are linear: no nested or adjacent open-ended repetition. */
export function matches(
  type: PiiType,
  text: string,
  pattern: RegExp,
  accept: (match: string) => boolean = () => true,
): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(pattern))
    if (accept(match[0])) found.push({ type, start: match.index, end: match.index + match[0].length });
  return found;
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
