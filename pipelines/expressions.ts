/** What stands in `${{ … }}`. */
export type Expression = { kind: 'parameter'; name: string } | { kind: 'output'; step: string; output: string };

export type Template =
  /** The whole value is one expression and keeps its type. */
  | { kind: 'whole'; expression: Expression | undefined; source: string }
  /** Expressions inside a text. */
  | { kind: 'text'; parts: (string | { expression: Expression | undefined; source: string })[] };

const MARK = /\$\{\{(.*?)\}\}/gs;

/** Undefined for a text without `${{`. An expression that cannot be read is undefined within the template. */
export function parseTemplate(text: string): Template | undefined {
  if (!text.includes('${{')) return undefined;
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text.trim());
  if (whole !== null) return { kind: 'whole', expression: parseExpression(whole[1] ?? ''), source: text.trim() };
  const parts: Extract<Template, { kind: 'text' }>['parts'] = [];
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    parts.push(text.slice(from, match.index), { expression: parseExpression(match[1] ?? ''), source: match[0] });
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  parts.push(rest.includes('${{') ? { expression: undefined, source: rest } : rest);
  return { kind: 'text', parts };
}

function parseExpression(body: string): Expression | undefined {
  const names = body.trim().split('.');
  if (!names.every((name) => /^[A-Za-z][A-Za-z0-9_-]*$/.test(name))) return undefined;
  const [root, first, second] = names;
  if (root === 'parameters' && names.length === 2 && first !== undefined) return { kind: 'parameter', name: first };
  if (root === 'steps' && names.length === 3 && first !== undefined && second !== undefined)
    return { kind: 'output', step: first, output: second };
  return undefined;
}
