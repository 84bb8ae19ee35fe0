import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { AssayError } from '../../contracts/errors.ts';

/** The rows of one part: arrays of one length, in the order of the file. */
export interface PartRows {
  ids: number[];
  texts: string[];
  labels: number[];
}

export interface EvaluationRows {
  train: PartRows;
  dev: PartRows;
  test: PartRows;
}

/**
 * Reads JSON Lines of Example, line by line; rows in no part are passed over.
 * Throws EXAMPLES_INVALID with the line for what is not an Example or has a label that is not below `classes`.
 */
export async function readExamples(file: string, classes: number): Promise<EvaluationRows> {
  const rows: EvaluationRows = { train: emptyPart(), dev: emptyPart(), test: emptyPart() };
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    const invalid = (problem: string, cause?: unknown): AssayError =>
      new AssayError('EXAMPLES_INVALID', { file: basename(file), line, problem }, { cause });
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw invalid('not JSON', cause);
    }
    if (typeof value !== 'object' || value === null) throw invalid('not an object');
    const { id, part, text: content, label } = value as Record<string, unknown>;
    if (part === 'unused') continue;
    if (part !== 'train' && part !== 'dev' && part !== 'test') throw invalid(`part is ${JSON.stringify(part)}`);
    if (typeof id !== 'number') throw invalid(`id is ${JSON.stringify(id)}`);
    if (typeof content !== 'string') throw invalid(`text is ${JSON.stringify(content)}`);
    if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label >= classes)
      throw invalid(`label is ${JSON.stringify(label)}, not an integer from 0 to ${String(classes - 1)}`);
    const { ids, texts, labels } = rows[part];
    ids.push(id);
    texts.push(content);
    labels.push(label);
  }
  return rows;
}

function emptyPart(): PartRows {
  return { ids: [], texts: [], labels: [] };
}
