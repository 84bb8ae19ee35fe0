/** What a command says. With `--json`, stdout carries one JSON value and everything else goes to stderr. */
export interface Output {
  json: boolean;
  /** A terminal on which lines may be drawn again. */
  live: boolean;
  width: number;
  print(text?: string): void;
  /** Progress: to stdout, or to stderr where stdout is for a machine. */
  note(text: string): void;
  /** Replaces what was drawn before; only where `live`. */
  draw(lines: readonly string[]): void;
  result(value: unknown): void;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

export function createOutput(json: boolean, env: NodeJS.ProcessEnv): Output {
  const stream = json ? process.stderr : process.stdout;
  const live = stream.isTTY && env['CI'] === undefined;
  const colour = stream.isTTY && env['NO_COLOR'] === undefined;
  const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  let drawn = 0;
  const write = (text: string): void => void stream.write(`${text}\n`);
  return {
    json,
    live,
    width: stream.columns || 100,
    print(text = '') {
      drawn = 0;
      if (!json) write(text);
    },
    note(text) {
      drawn = 0;
      write(text);
    },
    draw(lines) {
      if (drawn > 0) stream.write(`\u001b[${drawn}A\u001b[0J`);
      for (const line of lines) write(line);
      drawn = lines.length;
    },
    result(value) {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    bold: paint(1),
    dim: paint(2),
    good: paint(32),
    bad: paint(31),
  };
}

/** Columns of texts, padded to the widest; the last one is left as it is. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows.map(
    (row) =>
      indent + row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  '),
  );
}

export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
