import { isMap, isNode, isPair, isScalar, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { AssayError, type Facts } from '../contracts/errors.ts';
import type { PipelineProblemCode } from '../contracts/errors/pipeline.ts';
import type { Problem } from '../contracts/problem.ts';

/** Keys and indexes from the document's root. */
export type Path = readonly (string | number)[];

export interface Source {
  text: string;
  /** As problems name it. */
  file: string;
}

/** A YAML text with its value, and the place of every key and value in it. */
export interface SourceDocument {
  value: unknown;
  problem(code: PipelineProblemCode, path: Path, facts?: Facts, options?: ProblemOptions): Problem;
}

export interface ProblemOptions {
  /** Point at the key rather than at its value. */
  at?: 'key' | 'value';
  suggestion?: string | undefined;
  severity?: Problem['severity'];
}

const LIMIT_BYTES = 1_000_000;
/** Aliases may not blow a small file up. */
const MAX_ALIASES = 100;

/** Parses one YAML document; syntax errors, duplicate keys and an empty or huge file come back as problems. */
export function parseDocument({ text, file }: Source): { document: SourceDocument } | { problems: Problem[] } {
  const plain = (code: PipelineProblemCode, facts: Facts, line = 1, column = 1): Problem => ({
    code,
    severity: 'error',
    message: new AssayError(code, facts).message,
    file,
    line,
    column,
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMIT_BYTES) return { problems: [plain('YAML_TOO_LARGE', { bytes, limit: LIMIT_BYTES })] };
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined || document.contents === null) return { problems: [plain('YAML_EMPTY', {})] };
  if (second !== undefined) {
    const { line, col } = lines.linePos(second.range[0]);
    return {
      problems: [plain('YAML_SYNTAX', { what: 'a second document begins here; one file holds one' }, line, col)],
    };
  }
  const broken = document.errors.map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return plain('YAML_SYNTAX', { what: message }, line, col);
  });
  if (broken.length > 0) return { problems: broken };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { document: { value, problem: createLocator(document, lines, file) } };
  } catch (error) {
    return { problems: [plain('YAML_SYNTAX', { what: error instanceof Error ? error.message : String(error) })] };
  }
}

function createLocator(document: Document, lines: LineCounter, file: string): SourceDocument['problem'] {
  return (code, path, facts = {}, { at = 'value', suggestion, severity = 'error' } = {}) => {
    const { line, col } = lines.linePos(offsetOf(document, path, at));
    const message = new AssayError(code, facts).message;
    return { code, severity, message, file, line, column: col, ...(suggestion === undefined ? {} : { suggestion }) };
  };
}

/** Offset of the node at `path`, or of the nearest node above it that is there. */
function offsetOf(document: Document, path: Path, at: 'key' | 'value'): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const here = path.slice(0, depth);
    const last = here.at(-1);
    const parent = depth === 1 ? document.contents : document.getIn(here.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
    const key = isPair(pair) && isNode(pair.key) ? pair.key : undefined;
    const value = document.getIn(here, true);
    const node = at === 'key' || depth < path.length ? (key ?? value) : (value ?? key);
    const start = isNode(node) ? (node as Node).range?.[0] : undefined;
    if (start !== undefined) return start;
  }
  return document.contents?.range?.[0] ?? 0;
}
