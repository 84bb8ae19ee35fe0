const TTY = process.stdout.isTTY === true && process.env['CI'] === undefined;
const COLOUR = TTY && process.env['NO_COLOR'] === undefined;

/** @param {string} text @param {number} code */
function paint(text, code) {
  return COLOUR ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/**
 * One line a part of the set-up, with the time it took; rewritten in place on a terminal.
 * @returns {{ part(name: string): Part, line(text: string): void }}
 * @typedef {{ say(text: string): void, done(text: string): void, failed(text: string): void }} Part
 */
export function createProgress(write = (/** @type {string} */ text) => process.stdout.write(text)) {
  /** @type {{ name: string, text: string, startedAt: number, mark: string }[]} */
  const parts = [];
  let drawn = 0;
  const lineOf = (/** @type {typeof parts[number]} */ { name, text, startedAt, mark }) =>
    `${mark} ${name.padEnd(12)} ${text} ${paint(`${((Date.now() - startedAt) / 1000).toFixed(1)} s`, 2)}`;
  const draw = () => {
    if (!TTY) return;
    if (drawn > 0) write(`\u001b[${drawn}A`);
    for (const part of parts) write(`\u001b[2K${lineOf(part).slice(0, (process.stdout.columns ?? 100) + 8)}\n`);
    drawn = parts.length;
  };
  return {
    part(name) {
      const part = { name, text: '…', startedAt: Date.now(), mark: '·' };
      parts.push(part);
      const update = (/** @type {string} */ text, /** @type {string} */ mark) => {
        if (part.text === text && part.mark === mark) return;
        part.text = text;
        part.mark = mark;
        if (TTY) draw();
        else write(`${lineOf(part)}\n`);
      };
      draw();
      return {
        say: (text) => update(text, '·'),
        done: (text) => update(text, paint('✓', 32)),
        failed: (text) => update(text, paint('✗', 31)),
      };
    },
    line(text) {
      write(`${text}\n`);
      drawn = 0;
      parts.length = 0;
    },
  };
}
