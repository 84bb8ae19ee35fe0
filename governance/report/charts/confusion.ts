import { count } from '../../format.ts';
import { html, type Html } from '../html.ts';

const CELL = 104;
const LEFT = 112;
const TOP = 44;

/** [true class][predicted class] as a grid; the deeper the colour, the larger the share of its true class. */
export function confusionMatrix(options: {
  classes: readonly string[];
  confusion: readonly (readonly number[])[];
  label: string;
}): Html {
  const { classes, confusion, label } = options;
  const size = classes.length * CELL;
  return html`<svg width="${LEFT + size}" viewBox="0 0 ${LEFT + size} ${TOP + size}" role="img" aria-label="${label}">
    <text class="quiet small middle" x="${LEFT + size / 2}" y="14">predicted</text>
    ${classes.map((name, index) => html`<text class="small middle" x="${LEFT + (index + 0.5) * CELL}" y="34">${short(name)}</text>`)}
    ${classes.map((name, index) => html`<text class="small end" x="${LEFT - 8}" y="${TOP + (index + 0.5) * CELL + 4}">${short(name)}</text>`)}
    ${confusion.map((row, truth) => {
      const total = row.reduce((sum, value) => sum + value, 0);
      return row.map((value, predicted) => cell({ value, share: total === 0 ? 0 : value / total, truth, predicted }));
    })}
  </svg>`;
}

function cell({
  value,
  share,
  truth,
  predicted,
}: {
  value: number;
  share: number;
  truth: number;
  predicted: number;
}): Html {
  const [x, y] = [LEFT + predicted * CELL, TOP + truth * CELL];
  const middle = x + CELL / 2;
  return html`<rect
      class="cell"
      fill-opacity="${(0.06 + 0.5 * share).toFixed(2)}"
      x="${x + 2}"
      y="${y + 2}"
      width="${CELL - 4}"
      height="${CELL - 4}"
      rx="6"
    />
    <text class="middle" x="${middle}" y="${y + CELL / 2}">${count(value)}</text>
    <text class="quiet small middle" x="${middle}" y="${y + CELL / 2 + 18}">${(100 * share).toFixed(1)}%</text>`;
}

function short(name: string): string {
  return name.length <= 16 ? name : `${name.slice(0, 15)}…`;
}
