import { scaleLinear } from 'd3-scale';
import { points } from '../../format.ts';
import { html, type Html } from '../html.ts';

export interface Dumbbell {
  name: string;
  /** 0 to 100, or null: not measured. */
  before: number | null;
  after: number | null;
}

const WIDTH = 440;
const LEFT = 100;
const RIGHT = 96;
const ROW = 34;

/** Before and after on one line each: a grey dot, a coloured dot and the way between them. */
export function dumbbells(rows: readonly Dumbbell[], label: string): Html {
  const values = rows.flatMap(({ before, after }) => [before, after]).filter((value) => value !== null);
  const lowest = Math.min(90, ...values);
  const x = scaleLinear()
    .domain([Math.max(0, Math.floor(lowest / 10) * 10), 100])
    .range([LEFT, WIDTH - RIGHT]);
  const height = rows.length * ROW + 26;
  return html`<svg width="${WIDTH}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
    ${x.ticks(4).map(
      (tick) => html`
        <line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="4" y2="${height - 20}" />
        <text class="quiet small middle" x="${x(tick)}" y="${height - 6}">${tick}</text>
      `,
    )}
    ${rows.map((row, index) => dumbbell(row, x, index * ROW + 20))}
  </svg>`;
}

function dumbbell({ name, before, after }: Dumbbell, x: (value: number) => number, y: number): Html {
  if (before === null && after === null) {
    return html`<text x="0" y="${y + 4}">${name}</text
      ><text class="quiet small" x="${LEFT}" y="${y + 4}">not measured</text>`;
  }
  const figures = [before, after].filter((value) => value !== null).map(points);
  return html`<text x="0" y="${y + 4}">${name}</text>
    ${before !== null && after !== null && html`<line class="link" x1="${x(before)}" x2="${x(after)}" y1="${y}" y2="${y}" />`}
    ${before !== null && html`<circle class="before" cx="${x(before)}" cy="${y}" r="6" />`}
    ${after !== null && html`<circle class="after mark" cx="${x(after)}" cy="${y}" r="7" />`}
    <text class="end" x="${WIDTH}" y="${y + 4}">${figures.join(' → ')}</text>`;
}
