import { scaleLinear } from 'd3-scale';
import { difference } from '../../format.ts';
import { html, type Html } from '../html.ts';

export interface Interval {
  name: string;
  value: number;
  low: number;
  high: number;
}

const WIDTH = 440;
const ROW = 46;

/** Differences with their intervals around a line at zero (a forest plot). */
export function intervals(rows: readonly Interval[], label: string): Html {
  const x = scaleLinear()
    .domain([Math.min(-0.02, ...rows.map(({ low }) => low)), Math.max(0.02, ...rows.map(({ high }) => high))])
    .nice(4)
    .range([20, WIDTH - 70]);
  const height = rows.length * ROW + 22;
  return html`<svg width="${WIDTH}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
    ${x.ticks(5).map(
      (tick) => html`
        <line class="${tick === 0 ? 'ideal' : 'axis'}" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${height - 20}" />
        <text class="quiet small middle" x="${x(tick)}" y="${height - 6}">${difference(tick, 2)}</text>
      `,
    )}
    ${rows.map(
      ({ name, value, low, high }, index) => html`
        <text class="small over" x="0" y="${index * ROW + 14}">${name}</text>
        <line class="line-after" x1="${x(low)}" x2="${x(high)}" y1="${index * ROW + 28}" y2="${index * ROW + 28}" />
        <circle class="after" cx="${x(value)}" cy="${index * ROW + 28}" r="5" />
        <text class="end" x="${WIDTH}" y="${index * ROW + 32}">${difference(value)}</text>
      `,
    )}
  </svg>`;
}
