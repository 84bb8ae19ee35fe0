import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Part, TextClassificationTask } from '../contracts/task.ts';
import { columnsOf } from './columns.ts';
import { countAt, textAt, withDatabase } from './duckdb.ts';
import { literal, parquet } from './sql.ts';
import { classIndex, requireTaskColumns, taskText } from './task-columns.ts';

/**
 * Writes the rows of train, dev and test as JSON Lines of `Example`, ordered by id. Rows whose text or label is gone since the split
 * (quarantined, emptied) are left out.
 *
 * @returns `counts`: rows by part and class name
 * @throws AssayError DATA_COLUMN_MISSING
 */
export async function exportExamples(options: {
  table: string;
  parts: string;
  task: TextClassificationTask;
  /** Path of the file to write; temporary files stand beside it. */
  out: string;
  signal?: AbortSignal | undefined;
}): Promise<{ path: string; counts: Record<Part, Record<string, number>> }> {
  const { table, parts, task, out, signal } = options;
  const read = [table, parts];
  const counts: Record<Part, Record<string, number>> = { train: {}, dev: {}, test: {}, unused: {} };
  await withDatabase({ workDir: dirname(out), read, signal }, async (db) => {
    const columns = await columnsOf(db, table);
    requireTaskColumns(task, columns);
    const examples = `SELECT * FROM (
        SELECT t._row_id AS id, p.part AS part, ${taskText(task)} AS text, ${classIndex(task, columns)} AS label
        FROM ${parquet(table)} t JOIN (SELECT _row_id, part FROM ${parquet(parts)}) p USING (_row_id) WHERE p.part <> 'unused'
      ) WHERE text <> '' AND label IS NOT NULL ORDER BY id`;
    const partial = `${out}.partial`;
    await db.run(`COPY (${examples}) TO ${literal(partial)} (FORMAT json)`);
    await rename(partial, out);
    const byPart = await db.rows(`SELECT part, label, count(*) AS rows FROM (${examples}) GROUP BY ALL`);
    for (const part of ['train', 'dev', 'test'] as const)
      for (const [index, { name }] of task.classes.entries())
        counts[part][name] = countAt(
          byPart.find((row) => textAt(row, 'part') === part && countAt(row, 'label') === index),
          'rows',
        );
  });
  return { path: out, counts };
}
