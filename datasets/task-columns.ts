import type { TextClassificationTask } from '../contracts/task.ts';
import { requireColumns, type Column } from './columns.ts';
import { identifier, literal, squeezed } from './sql.ts';

/** @throws AssayError DATA_COLUMN_MISSING for a text or label column that the table lacks */
export function requireTaskColumns(task: TextClassificationTask, columns: readonly Column[]): void {
  requireColumns(
    [...task.text, task.label],
    columns.map(({ name }) => name),
  );
}

/** SQL of the label as the text that the task's classes are written in: whole numbers without a fraction. */
export function labelText(task: TextClassificationTask, columns: readonly Column[]): string {
  const name = identifier(task.label);
  const type = columns.find((column) => column.name === task.label)?.type;
  if (type === 'number') return `CAST(CASE WHEN ${name} = trunc(${name}) THEN CAST(${name} AS BIGINT) END AS VARCHAR)`;
  return `trim(CAST(${name} AS VARCHAR))`;
}

/** SQL of the class index; NULL for a missing or undeclared label. */
export function classIndex(task: TextClassificationTask, columns: readonly Column[]): string {
  const cases = task.classes.map(({ value }, index) => `WHEN ${literal(value)} THEN ${index}`).join(' ');
  return `CASE ${labelText(task, columns)} ${cases} END`;
}

/** SQL of the text that a model reads: columns joined, missing ones left out, white space collapsed; empty when all are missing. */
export function taskText(task: TextClassificationTask): string {
  const parts = task.text.map((name) => `nullif(${squeezed(`CAST(${identifier(name)} AS VARCHAR)`)}, '')`);
  return `concat_ws(${literal(task.separator ?? '. ')}, ${parts.join(', ')})`;
}
