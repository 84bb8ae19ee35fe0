import { html, type Html } from '../html.ts';

const WIDTH = 112;
const HEIGHT = 26;

/** A column's histogram, as wide as a word. */
export function spark(bins: readonly { count: number }[], label: string): Html | null {
  const most = Math.max(0, ...bins.map(({ count }) => count));
  if (most === 0) return null;
  const step = WIDTH / bins.length;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${bins.map(({ count }, index) => {
      const height = count === 0 ? 0 : Math.max(1, (HEIGHT * count) / most);
      return html`<rect
        class="before"
        x="${(index * step).toFixed(1)}"
        y="${(HEIGHT - height).toFixed(1)}"
        width="${Math.max(0.5, step - 1).toFixed(1)}"
        height="${height.toFixed(1)}"
      />`;
    })}
  </svg>`;
}
