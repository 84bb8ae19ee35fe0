import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { html, type Html } from '../html.ts';

export interface Series {
  name: string;
  tone: 'before' | 'after' | 'third';
  /** [x, y] in the order of x. */
  points: readonly (readonly [number, number])[];
  /** Drawn thin and pale behind the rest, without marks. */
  faint?: boolean;
  marks?: boolean;
}

const WIDTH = 440;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 34;
const RIGHT = 12;

/** Curves over a common x; `yDomain` left out spans the values, from 0 when they are not negative. */
export function lines(options: {
  series: readonly Series[];
  label: string;
  xTitle: string;
  yDomain?: readonly [number, number];
  /** A vertical line with a word beside it. */
  marker?: { x: number; text: string };
}): Html {
  const { series, label, xTitle, marker } = options;
  const all = series.flatMap(({ points }) => points);
  const x = scaleLinear()
    .domain([Math.min(0, ...all.map(([value]) => value)), Math.max(1, ...all.map(([value]) => value))])
    .range([LEFT, WIDTH - RIGHT]);
  const y = scaleLinear()
    .domain(options.yDomain ?? [0, Math.max(1e-9, ...all.map(([, value]) => value))])
    .nice(5)
    .range([HEIGHT - BOTTOM, 10])
    .clamp(true);
  const path = line<readonly [number, number]>(
    ([value]) => x(value),
    ([, value]) => y(value),
  ).digits(1);
  return html`<svg width="${WIDTH}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${y.ticks(5).map(
      (tick) => html`
        <line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}" />
        <text class="quiet small end" x="${LEFT - 6}" y="${y(tick) + 4}">${tick}</text>
      `,
    )}
    ${x.ticks(5).map((tick) => html`<text class="quiet small middle" x="${x(tick)}" y="${HEIGHT - BOTTOM + 16}">${tick}</text>`)}
    <text class="quiet small middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 3}">${xTitle}</text>
    ${
      marker &&
      html`
        <line class="ideal" x1="${x(marker.x)}" x2="${x(marker.x)}" y1="10" y2="${HEIGHT - BOTTOM}" />
        <text
          class="quiet small ${x(marker.x) > WIDTH / 2 ? 'end' : ''}"
          x="${x(marker.x) + (x(marker.x) > WIDTH / 2 ? -5 : 5)}"
          y="20"
          >${marker.text}</text
        >
      `
    }
    ${series.map(
      ({ tone, points, faint, marks }) => html`
        <path class="line-${tone} ${faint ? 'faint' : ''}" d="${path(points)}" />
        ${marks && points.map(([px, py]) => html`<circle class="${tone}" cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3.5" />`)}
      `,
    )}
  </svg>`;
}

/** The names of the curves beside their colours. */
export function legend(entries: readonly Pick<Series, 'name' | 'tone'>[]): Html {
  return html`<div class="legend">
    ${entries.map(({ name, tone }) => html`<span><span class="key ${tone}"></span>${name}</span>`)}
  </div>`;
}
