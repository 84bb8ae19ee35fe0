import type { ColumnProfile } from '../../../contracts/data.ts';
import type { ReportData } from '../../../contracts/governance.ts';
import { count, percent } from '../../format.ts';
import { spark } from '../charts/spark.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../page.ts';

/** Most frequent values that a cell has room for. */
const VALUES_SHOWN = 3;

export function columns({ evidence: { profile } }: ReportData): Section {
  return {
    id: 'columns',
    title: 'The columns, as they came in',
    short: 'Columns',
    body: html`
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Column</th>
              <th>Type</th>
              <th class="n">Missing</th>
              <th class="n">Distinct</th>
              <th>Values</th>
              <th>Spread</th>
            </tr>
          </thead>
          <tbody>
            ${profile.columns.map(columnRow)}
          </tbody>
        </table>
      </div>
      ${
        profile.correlations.length > 0 &&
        html`<h3>Columns that go together</h3>
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th>Columns</th>
                  <th>Measure</th>
                  <th class="n">Strength</th>
                </tr>
              </thead>
              <tbody>
                ${profile.correlations.map(
                  ({ a, b, method, value }) =>
                    html`<tr>
                      <th scope="row">${a} – ${b}</th>
                      <td>${method === 'pearson' ? "Pearson's r" : "Cramér's V"}</td>
                      <td class="n">${value.toFixed(2)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
      }
    `,
  };
}

function columnRow(column: ColumnProfile): Html {
  const missing = column.missing + column.blank;
  return html`<tr>
    <th scope="row">${column.name}</th>
    <td>${column.type}</td>
    <td class="n">
      ${missing === 0 || column.rows === 0 ? '0' : `${count(missing)} (${percent(missing / column.rows)})`}
    </td>
    <td class="n">${count(column.distinct)}</td>
    <td>${valuesOf(column)}</td>
    <td>${spark(column.histogram, `Histogram of ${column.name}`)}</td>
  </tr>`;
}

function valuesOf({ length, top, topSuppressed, minimum, maximum, mean }: ColumnProfile): string {
  if (top.length > 0)
    return top
      .slice(0, VALUES_SHOWN)
      .map(({ value, count: times }) => `${value} (${count(times)})`)
      .join(', ');
  if (length !== null) {
    const text = `${count(length.minimum)} to ${count(length.maximum)} characters, mean ${length.mean.toFixed(0)}`;
    return topSuppressed ? `${text}; values not shown` : text;
  }
  if (minimum === null || maximum === null) return '–';
  return `${minimum} to ${maximum}${mean === null ? '' : `, mean ${mean.toFixed(2)}`}`;
}
