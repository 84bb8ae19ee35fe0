import { scaleLinear } from 'd3-scale';
import { html, type Html } from '../html.ts';

const SIZE = 280;
const LEFT = 44;
const BOTTOM = 34;

/** Accuracy over confidence, by bin; the area of a dot is its share of rows, the dashed line is perfect calibration. */
export function reliability(
  bins: readonly { confidence: number; accuracy: number; count: number }[],
  label: string,
): Html {
  const x = scaleLinear().range([LEFT, SIZE + LEFT - 20]);
  const y = scaleLinear().range([SIZE, 20]);
  const total = Math.max(
    1,
    bins.reduce((sum, { count }) => sum + count, 0),
  );
  return html`<svg
    width="${SIZE + LEFT}"
    viewBox="0 0 ${SIZE + LEFT} ${SIZE + BOTTOM}"
    role="img"
    aria-label="${label}"
  >
    ${[0, 0.25, 0.5, 0.75, 1].map(
      (tick) => html`
        <line class="axis" x1="${x(0)}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}" />
        <text class="quiet small end" x="${LEFT - 6}" y="${y(tick) + 4}">${tick}</text>
        <text class="quiet small middle" x="${x(tick)}" y="${SIZE + 16}">${tick}</text>
      `,
    )}
    <line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" />
    ${bins
      .filter(({ count }) => count > 0)
      .map(
        ({ confidence, accuracy, count }) =>
          html`<circle
            class="after"
            fill-opacity="0.75"
            cx="${x(confidence).toFixed(1)}"
            cy="${y(accuracy).toFixed(1)}"
            r="${(3 + 14 * Math.sqrt(count / total)).toFixed(1)}"
          />`,
      )}
    <text class="quiet small middle" x="${x(0.5)}" y="${SIZE + BOTTOM - 3}">confidence</text>
  </svg>`;
}
