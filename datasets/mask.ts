import { join } from 'node:path';
import type { Masking, PiiType } from '../contracts/data.ts';
import { AssayError } from '../contracts/errors.ts';
import type { MaskConfig } from '../contracts/steps/mask.ts';
import { ROW_ID } from '../contracts/task.ts';
import { columnsOf, requireColumns } from './columns.ts';
import { countAt, textAt, withDatabase, type Database } from './duckdb.ts';
import { findPersonalData } from './pii/detectors.ts';
import type { Finding } from './pii/finding.ts';
import { identifier, literal, parquet } from './sql.ts';

const PLACEHOLDERS: Record<PiiType, string> = {
  email: '[EMAIL]',
  phone: '[PHONE]',
  card: '[CARD]',
  iban: '[IBAN]',
  'us-ssn': '[SSN]',
  'cn-id': '[ID]',
  ip: '[IP]',
  'url-credentials': '[URL]',
};

/** Only such texts can hold what the detectors look for; the rest stays in DuckDB. */
const CAN_MATCH = String.raw`@|://|(\d[^\d]{0,3}){7}|([0-9a-fA-F]{1,4}:){7}`;

export interface MaskOptions {
  table: string;
  config: MaskConfig;
  workDir: string;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}

/**
 * Replaces personal data in text columns by placeholders.
 * @returns paths of the masked table (same columns and order) and of the list of places, which never holds a value
 * @throws AssayError DATA_COLUMN_MISSING, DATA_COLUMN_NOT_TEXT
 */
export async function maskTable(options: MaskOptions): Promise<{ table: string; masks: string; masking: Masking }> {
  const { config, workDir, signal, progress } = options;
  const out = { table: join(workDir, 'masked.parquet'), masks: join(workDir, 'masks.parquet') };
  const masking = await withDatabase({ workDir, read: [options.table], signal }, async (db) => {
    const columns = await columnsOf(db, options.table);
    requireColumns(
      config.columns,
      columns.map(({ name }) => name),
    );
    const notText = columns.filter(({ name, type }) => config.columns.includes(name) && type !== 'text');
    if (notText[0] !== undefined)
      throw new AssayError('DATA_COLUMN_NOT_TEXT', { column: notText[0].name, type: notText[0].type });

    await db.run(`CREATE TABLE masks (${ROW_ID} BIGINT, "column" VARCHAR, type VARCHAR, start BIGINT, "end" BIGINT)`);
    await db.run(`CREATE TABLE changed ("column" VARCHAR, ${ROW_ID} BIGINT, text VARCHAR)`);
    for (const [index, column] of config.columns.entries()) {
      progress?.(`searching ${column}`, index / config.columns.length);
      await searchColumn(db, options.table, column, config.types);
    }
    const replaced = columns.map(({ name }) =>
      config.columns.includes(name) ? maskedColumn(name) : `t.${identifier(name)}`,
    );
    const joins = config.columns.map(
      (name, index) =>
        `LEFT JOIN changed c${index} ON c${index}."column" = ${literal(name)} AND c${index}.${ROW_ID} = t.${ROW_ID}`,
    );
    await db.writeParquet(
      `SELECT t.${ROW_ID}, ${replaced.join(', ')} FROM ${parquet(options.table)} t ${joins.join(' ')} ORDER BY t.${ROW_ID}`,
      out.table,
    );
    await db.writeParquet(`SELECT * FROM masks ORDER BY ${ROW_ID}, "column", start`, out.masks);
    return summarise(db, options.table, config.columns);

    function maskedColumn(name: string): string {
      const index = config.columns.indexOf(name);
      return `coalesce(c${index}.text, t.${identifier(name)}) AS ${identifier(name)}`;
    }
  });
  return { ...out, masking };
}

async function searchColumn(db: Database, table: string, column: string, types: readonly PiiType[]): Promise<void> {
  const name = identifier(column);
  const query = `SELECT ${ROW_ID}, ${name} AS text FROM ${parquet(table)} WHERE regexp_matches(${name}, ${literal(CAN_MATCH)}) ORDER BY ${ROW_ID}`;
  for await (const rows of db.stream(query)) {
    const masks: (string | bigint)[][] = [];
    const changed: (string | bigint)[][] = [];
    for (const row of rows) {
      const text = textAt(row, 'text') ?? '';
      const findings = findPersonalData(text, types);
      if (findings.length === 0) continue;
      const id = BigInt(textAt(row, ROW_ID) ?? '0');
      for (const { type, start, end } of findings) masks.push([id, column, type, BigInt(start), BigInt(end)]);
      changed.push([column, id, replace(text, findings)]);
    }
    await db.append('masks', masks);
    await db.append('changed', changed);
  }
}

function replace(text: string, findings: readonly Finding[]): string {
  let masked = '';
  let from = 0;
  for (const { type, start, end } of findings) {
    masked += text.slice(from, start) + PLACEHOLDERS[type];
    from = end;
  }
  return masked + text.slice(from);
}

async function summarise(db: Database, table: string, columns: string[]): Promise<Masking> {
  const [all] = await db.rows(
    `SELECT (SELECT count(*) FROM ${parquet(table)}) AS rows, count(DISTINCT ${ROW_ID}) AS masked FROM masks`,
  );
  const counts = await db.rows(
    `SELECT "column", type, count(*) AS count, count(DISTINCT ${ROW_ID}) AS rows FROM masks GROUP BY ALL ORDER BY ALL`,
  );
  return {
    rows: countAt(all, 'rows'),
    columns,
    rowsMasked: countAt(all, 'masked'),
    counts: counts.map((row) => ({
      column: textAt(row, 'column') ?? '',
      type: (textAt(row, 'type') ?? 'email') as PiiType,
      count: countAt(row, 'count'),
      rows: countAt(row, 'rows'),
    })),
  };
}
