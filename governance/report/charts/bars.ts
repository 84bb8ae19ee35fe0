import { scaleLinear } from 'd3-scale';
import { metric } from '../../format.ts';
import { html, type Html } from '../html.ts';

export interface Bar {
  name: string;
  /** 0 to 1. */
  value: number;
  tone: 'before' | 'after';
}

const WIDTH = 440;
const ROW = 40;

/** Horizontal bars from 0 to 1, the name above each, so that long names fit a phone. */
export function bars(rows: readonly Bar[], label: string): Html {
  const x = scaleLinear()
    .domain([0, 1])
    .range([0, WIDTH - 60]);
  return html`<svg width="${WIDTH}" viewBox="0 0 ${WIDTH} ${rows.length * ROW}" role="img" aria-label="${label}">
    ${rows.map(
      ({ name, value, tone }, index) => html`
        <text class="small" x="0" y="${index * ROW + 13}">${name}</text>
        <rect class="${tone}" x="0" y="${index * ROW + 18}" width="${x(value).toFixed(1)}" height="14" rx="3" />
        <text x="${(x(value) + 6).toFixed(1)}" y="${index * ROW + 30}">${metric(value)}</text>
      `,
    )}
  </svg>`;
}
