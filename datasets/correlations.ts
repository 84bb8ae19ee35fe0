import type { ColumnProfile, Profile } from '../contracts/data.ts';
import { countAt, numberAt, textAt, type Database } from './duckdb.ts';
import { identifier } from './sql.ts';

/** Weaker associations are not told. */
const STRONG = 0.3;
/** Pairs grow with the square of the columns. */
const MOST_COLUMNS = 30;
/** A category has this many values at most. */
const MOST_VALUES = 50;

/** Pearson's r between numbers, Cramér's V between categories; the strong ones, strongest first. */
export async function correlate(
  db: Database,
  relation: string,
  columns: readonly ColumnProfile[],
): Promise<Profile['correlations']> {
  const numbers = columns
    .filter(({ type, distinct }) => (type === 'integer' || type === 'number') && distinct > 1)
    .slice(0, MOST_COLUMNS);
  const categories = columns
    .filter(({ type, distinct }) => type !== 'number' && distinct > 1 && distinct <= MOST_VALUES)
    .slice(0, MOST_COLUMNS);
  const found = [...(await pearson(db, relation, numbers)), ...(await cramer(db, relation, categories))];
  return found
    .filter(({ value }) => Math.abs(value) >= STRONG)
    .sort((x, y) => Math.abs(y.value) - Math.abs(x.value) || x.a.localeCompare(y.a) || x.b.localeCompare(y.b));
}

type Correlation = Profile['correlations'][number];

async function pearson(db: Database, relation: string, columns: readonly ColumnProfile[]): Promise<Correlation[]> {
  const pairs = pairsOf(columns);
  if (pairs.length === 0) return [];
  const [row] = await db.rows(
    `SELECT ${pairs.map(([a, b], index) => `corr(${identifier(a.name)}, ${identifier(b.name)}) AS r${index}`).join(', ')} FROM ${relation}`,
  );
  return pairs.flatMap(([a, b], index): Correlation[] => {
    const value = numberAt(row, `r${index}`);
    return value === null ? [] : [{ a: a.name, b: b.name, method: 'pearson', value }];
  });
}

/** V = √(χ² ÷ (n · (min(rows, columns) − 1))), Cramér (1946), over rows where both are present. Two whole-number columns are Pearson's. */
async function cramer(db: Database, relation: string, columns: readonly ColumnProfile[]): Promise<Correlation[]> {
  const found: Correlation[] = [];
  for (const [a, b] of pairsOf(columns)) {
    if (a.type === 'integer' && b.type === 'integer') continue;
    const cells = await db.rows(
      `SELECT CAST(${identifier(a.name)} AS VARCHAR) AS a, CAST(${identifier(b.name)} AS VARCHAR) AS b, count(*) AS rows FROM ${relation}
       WHERE ${identifier(a.name)} IS NOT NULL AND ${identifier(b.name)} IS NOT NULL GROUP BY ALL ORDER BY ALL`,
    );
    const value = cramersV(
      cells.map((cell) => ({ a: textAt(cell, 'a') ?? '', b: textAt(cell, 'b') ?? '', rows: countAt(cell, 'rows') })),
    );
    if (value !== null) found.push({ a: a.name, b: b.name, method: 'cramers-v', value });
  }
  return found;
}

export function cramersV(cells: readonly { a: string; b: string; rows: number }[]): number | null {
  const byA = new Map<string, number>();
  const byB = new Map<string, number>();
  let total = 0;
  for (const { a, b, rows } of cells) {
    byA.set(a, (byA.get(a) ?? 0) + rows);
    byB.set(b, (byB.get(b) ?? 0) + rows);
    total += rows;
  }
  const freedom = Math.min(byA.size, byB.size) - 1;
  if (freedom < 1 || total === 0) return null;
  // χ² = n · (Σ observed² ÷ (row total · column total) − 1): empty cells add nothing.
  const sum = cells.reduce((all, { a, b, rows }) => all + rows ** 2 / ((byA.get(a) ?? 1) * (byB.get(b) ?? 1)), 0);
  return Math.min(1, Math.sqrt(Math.max(0, sum - 1) / freedom));
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second): [T, T] => [first, second]));
}
