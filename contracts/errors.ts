import { CLI_ERRORS } from './errors/cli.ts';
import { DATA_ERRORS } from './errors/data.ts';
import { MODEL_ERRORS } from './errors/model.ts';
import { PIPELINE_ERRORS } from './errors/pipeline.ts';
import { RUN_ERRORS } from './errors/run.ts';
import { SETUP_ERRORS } from './errors/setup.ts';
import { STORE_ERRORS } from './errors/store.ts';

/** How one kind of failure reads, whether trying again can help, and what the reader does next. */
export interface ErrorKind {
  /** `{name}` is replaced by the fact of that name. */
  message: string;
  remedy: string;
  /** True when the same call may succeed later with nothing changed (network, a busy server). */
  retry: boolean;
}

export const ERRORS = {
  ...PIPELINE_ERRORS,
  ...DATA_ERRORS,
  ...STORE_ERRORS,
  ...MODEL_ERRORS,
  ...RUN_ERRORS,
  ...SETUP_ERRORS,
  ...CLI_ERRORS,
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

export type Fact = string | number | boolean | null | readonly string[] | readonly number[];

/** `file`, `line`, `column` (from 1) and `row` (data rows from 1, header excluded) say where; other names fill the message. */
export type Facts = Readonly<Record<string, Fact>>;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** A failure that a user can act on: a code from the one table, its facts, its cause and the next step. */
export class AssayError extends Error {
  override readonly name = 'AssayError';
  readonly code: ErrorCode;
  readonly facts: Facts;
  readonly remedy: string;
  readonly retry: boolean;

  constructor(code: ErrorCode, facts: Facts = {}, options: { cause?: unknown } = {}) {
    const kind: ErrorKind = ERRORS[code];
    const place = describePlace(facts);
    super((place === '' ? '' : `${place}: `) + fill(kind.message, facts), options);
    this.code = code;
    this.facts = facts;
    this.remedy = fill(kind.remedy, facts);
    this.retry = kind.retry;
  }
}

/** `file:line:column`, or `file, row 5000`; empty when the facts name no place. */
export function describePlace(facts: Facts): string {
  const { file, line, column, row } = facts as { file?: Fact; line?: Fact; column?: Fact; row?: Fact };
  const position = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined);
  return [position.join(':'), row === undefined ? '' : `row ${String(row)}`].filter((part) => part !== '').join(', ');
}

function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name];
    if (fact === undefined) return whole;
    return Array.isArray(fact) ? fact.join(', ') : String(fact);
  });
}

export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
