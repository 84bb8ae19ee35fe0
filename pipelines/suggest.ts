import { closest } from '../contracts/closest.ts';

/** A guess at what a misspelt word was meant to be. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const nearest = closest(word, known);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}
