import { compilePipeline, type CompileInput } from '../../pipelines/compile.ts';
import type { Problem } from '../../contracts/problem.ts';

/** The first three lines of every pipeline of these tests; what follows begins on line 4. */
export const HEAD = 'name: bad\nversion: 1.0.0\ndescription: A test.\n';

export function compile(body: string, change: Partial<CompileInput> = {}) {
  return compilePipeline({ text: HEAD + body, file: 'bad.yaml', parameters: {}, ...change });
}

/** As a user reads it: place, code, and the suggestion where there is one. */
export function told({ file, line, column, code, suggestion }: Problem): string {
  return `${file}:${String(line)}:${String(column)} ${code}${suggestion === undefined ? '' : ` (${suggestion})`}`;
}

export function errorsOf(body: string, change: Partial<CompileInput> = {}): string[] {
  return compile(body, change)
    .problems.filter(({ severity }) => severity === 'error')
    .map(told);
}
