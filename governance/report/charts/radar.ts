import { scaleLinear } from 'd3-scale';
import { html, type Html } from '../html.ts';

const WIDTH = 520;
const HEIGHT = 320;
const RADIUS = 105;
const LEVELS = [1, 2, 3, 4, 5];

/** One axis an area, levels 1 to 5 from the middle; areas that were not measured have a hollow name and no corner. */
export function radar(areas: readonly { name: string; level: number | null }[], label: string): Html {
  const r = scaleLinear().domain([0, 5]).range([0, RADIUS]);
  const at = (index: number, distance: number) => {
    const angle = (2 * Math.PI * index) / areas.length - Math.PI / 2;
    return [WIDTH / 2 + distance * Math.cos(angle), HEIGHT / 2 + distance * Math.sin(angle)] as const;
  };
  const ring = (level: number) => areas.map((_, index) => at(index, r(level)).map(round).join(',')).join(' ');
  const measured = areas.flatMap(({ level }, index) => (level === null ? [] : [at(index, r(level))]));
  return html`<svg width="${WIDTH}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${LEVELS.map((level) => html`<polygon class="axis" points="${ring(level)}" />`)}
    ${LEVELS.map((level) => html`<text class="quiet small" x="${WIDTH / 2 + 4}" y="${HEIGHT / 2 - r(level) + 10}">${level}</text>`)}
    ${measured.length > 2 && html`<polygon class="area" points="${measured.map((point) => point.map(round).join(',')).join(' ')}" />`}
    ${measured.map(([x, y]) => html`<circle class="after" cx="${round(x)}" cy="${round(y)}" r="4" />`)}
    ${areas.map(({ name, level }, index) => {
      const [x, y] = at(index, RADIUS + 16);
      const side = Math.abs(x - WIDTH / 2) < 10 ? 'middle' : x < WIDTH / 2 ? 'end' : '';
      return html`<text class="small ${side} ${level === null ? 'quiet' : ''}" x="${round(x)}" y="${round(y + 4)}">
        ${name} ${level === null ? '–' : level.toFixed(1)}
      </text>`;
    })}
  </svg>`;
}

function round(value: number): string {
  return value.toFixed(1);
}
