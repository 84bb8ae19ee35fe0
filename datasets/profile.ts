import type { ColumnProfile, Profile } from '../contracts/data.ts';
import type { ProfileConfig } from '../contracts/steps/profile.ts';
import { columnsOf, requireColumns, type Column } from './columns.ts';
import { correlate } from './correlations.ts';
import { countAt, numberAt, textAt, withDatabase, type Database, type Row } from './duckdb.ts';
import { blank, identifier, parquet } from './sql.ts';

/** Text this long on average, or this varied, is taken for free text, whose values may be personal. */
const FREE_TEXT_LENGTH = 40;
const FREE_TEXT_DISTINCT = 0.5;
const BINS = 20;

/**
 * Describes every column of a table. Values of free text are left out unless `showValuesOf` names the column.
 *
 * @throws AssayError DATA_COLUMN_MISSING for `showValuesOf`
 */
export async function profileTable(options: {
  table: string;
  config: ProfileConfig;
  workDir: string;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}): Promise<Profile> {
  const { table, config, workDir, signal, progress } = options;
  const shown = config.showValuesOf ?? [];
  return withDatabase({ workDir, read: [table], signal }, async (db) => {
    const columns = await columnsOf(db, table);
    const relation = parquet(table);
    requireColumns(
      shown,
      columns.map(({ name }) => name),
    );
    progress?.('measuring the columns', 0.1);
    const [measured] = await db.rows(`SELECT count(*) AS rows${columns.map(measures).join('')} FROM ${relation}`);
    const rows = countAt(measured, 'rows');
    const described = columns.map((column, index) =>
      describe(column, index, rows, measured, shown.includes(column.name)),
    );
    progress?.('binning the numbers', 0.5);
    await fillHistograms(db, relation, described);
    progress?.('counting the values', 0.6);
    if (config.topValues > 0) await fillTopValues(db, relation, described, config.topValues);
    progress?.('relating the columns', 0.8);
    const names = columns.map(({ name }) => identifier(name));
    const [unique] = await db.rows(
      `SELECT count(*) AS rows FROM (SELECT DISTINCT ${names.join(', ')} FROM ${relation})`,
    );
    const correlations = await correlate(db, relation, described);
    return { rows, duplicateRows: rows - countAt(unique, 'rows'), columns: described, correlations };
  });
}

function isNumeric({ type }: Pick<Column, 'type'>): boolean {
  return type === 'integer' || type === 'number';
}

/** Aggregates of one column, names ending in its index. */
function measures(column: Column, index: number): string {
  const name = identifier(column.name);
  const all = [`count(${name}) AS present${index}`, `count(DISTINCT ${name}) AS distinct${index}`];
  if (column.type !== 'boolean')
    all.push(`CAST(min(${name}) AS VARCHAR) AS min${index}`, `CAST(max(${name}) AS VARCHAR) AS max${index}`);
  if (isNumeric(column))
    all.push(
      `avg(${name}) AS mean${index}`,
      `stddev_samp(${name}) AS deviation${index}`,
      `quantile_cont(CAST(${name} AS DOUBLE), [0.05, 0.25, 0.5, 0.75, 0.95]) AS quantiles${index}`,
    );
  if (column.type === 'text')
    all.push(
      `count(*) FILTER (WHERE ${name} IS NOT NULL AND ${blank(name)}) AS blank${index}`,
      `min(length(${name})) AS shortest${index}`,
      `avg(length(${name})) AS length${index}`,
      `max(length(${name})) AS longest${index}`,
    );
  return all.map((sql) => `, ${sql}`).join('');
}

function describe(column: Column, index: number, rows: number, row: Row | undefined, show: boolean): ColumnProfile {
  const present = countAt(row, `present${index}`);
  const distinct = countAt(row, `distinct${index}`);
  const length = numberAt(row, `length${index}`);
  const isFree =
    column.type === 'text' &&
    ((length ?? 0) > FREE_TEXT_LENGTH || distinct > FREE_TEXT_DISTINCT * Math.max(present, 1));
  const suppressed = isFree && !show;
  const end = (name: string) => {
    if (suppressed) return null;
    return isNumeric(column) ? numberAt(row, `${name}${index}`) : textAt(row, `${name}${index}`);
  };
  return {
    name: column.name,
    type: column.type,
    rows,
    missing: rows - present,
    blank: countAt(row, `blank${index}`),
    distinct,
    minimum: end('min'),
    maximum: end('max'),
    mean: numberAt(row, `mean${index}`),
    standardDeviation: numberAt(row, `deviation${index}`),
    quantiles: quantilesOf(row?.[`quantiles${index}`]),
    length:
      length === null
        ? null
        : { minimum: countAt(row, `shortest${index}`), mean: length, maximum: countAt(row, `longest${index}`) },
    top: [],
    topSuppressed: suppressed,
    histogram: [],
  };
}

function quantilesOf(value: unknown): ColumnProfile['quantiles'] {
  if (!Array.isArray(value)) return null;
  const [p05, p25, p50, p75, p95] = value.map(Number);
  if (p05 === undefined || p25 === undefined || p50 === undefined || p75 === undefined || p95 === undefined)
    return null;
  return { p05, p25, p50, p75, p95 };
}

/** Equal-width bins of all numeric columns in one scan; whole numbers of few values get a bin each. */
async function fillHistograms(db: Database, relation: string, columns: ColumnProfile[]): Promise<void> {
  const binned = columns.flatMap((column) => {
    const { minimum, maximum } = column;
    if (typeof minimum !== 'number' || typeof maximum !== 'number') return [];
    const bins = column.type === 'integer' ? Math.min(BINS, maximum - minimum + 1) : minimum === maximum ? 1 : BINS;
    const width = column.type === 'integer' ? (maximum - minimum + 1) / bins : (maximum - minimum) / bins;
    return [{ column, minimum, maximum, bins, width: width || 1 }];
  });
  if (binned.length === 0) return;
  const lists = binned.map(
    ({ column, minimum, bins, width }, index) =>
      `histogram(least(${bins - 1}, CAST(floor((${identifier(column.name)} - (${minimum})) / ${width}) AS INTEGER))) AS h${index}`,
  );
  const [row] = await db.rows(`SELECT ${lists.join(', ')} FROM ${relation}`);
  for (const [index, { column, minimum, maximum, bins, width }] of binned.entries()) {
    const counts = new Map<number, number>();
    const found = row?.[`h${index}`];
    if (Array.isArray(found))
      for (const pair of found)
        if (typeof pair === 'object' && pair !== null && !Array.isArray(pair))
          counts.set(Number(pair['key']), Number(pair['value']));
    column.histogram = Array.from({ length: bins }, (_, bin) => ({
      from: minimum + bin * width,
      to: bin === bins - 1 && column.type === 'number' ? maximum : minimum + (bin + 1) * width,
      count: counts.get(bin) ?? 0,
    }));
  }
}

async function fillTopValues(db: Database, relation: string, columns: ColumnProfile[], limit: number): Promise<void> {
  for (const column of columns) {
    if (column.topSuppressed) continue;
    const name = identifier(column.name);
    const rows = await db.rows(
      `SELECT CAST(${name} AS VARCHAR) AS value, count(*) AS rows FROM ${relation} WHERE ${name} IS NOT NULL
       GROUP BY ${name} ORDER BY rows DESC, ${name} LIMIT ${limit}`,
    );
    column.top = rows.map((row) => ({ value: textAt(row, 'value') ?? '', count: countAt(row, 'rows') }));
  }
}
