/** Text that may stand in a cell of a Markdown table: nothing in it is read as markup. */
export function cell(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .split(/(`[^`]*`)/)
    .map((part, index) =>
      // A backslash within code would be shown; only the bar ends a cell there too.
      index % 2 === 1 ? part.replaceAll('|', '\\|') : part.replace(/[\\|<>*_{}[\]]/g, (mark) => `\\${mark}`),
    )
    .join('');
}

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
