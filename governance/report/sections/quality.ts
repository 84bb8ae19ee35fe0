import type { CheckResult } from '../../../contracts/data.ts';
import type { ReportData } from '../../../contracts/governance.ts';
import { count, percent } from '../../format.ts';
import { dumbbells } from '../charts/dumbbell.ts';
import { legend } from '../charts/lines.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../page.ts';

export function quality({ assessment, evidence }: ReportData): Section {
  const rows = assessment.quality.map(({ dimension, before, after }) => ({
    name: dimension.charAt(0).toUpperCase() + dimension.slice(1),
    before,
    after,
  }));
  const { checksBefore, checksAfter } = evidence;
  return {
    id: 'quality',
    title: 'Data quality by dimension',
    short: 'Quality',
    body: html`
      <figure>
        ${legend([
          { name: 'before cleaning', tone: 'before' },
          ...(checksAfter === undefined ? [] : [{ name: 'after cleaning', tone: 'after' as const }]),
        ])}
        ${dumbbells(rows, 'Quality by dimension before and after cleaning, of 100')}
        <figcaption>
          Points of 100: the conforming share of all values and rows that the declared rules of a dimension look at.
        </figcaption>
      </figure>
      <details>
        <summary>All ${checksBefore.results.length} rules</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Rule</th>
                <th>Dimension</th>
                <th class="n">Rows looked at</th>
                <th class="n">Broken before</th>
                <th class="n">after</th>
                <th>Measure</th>
              </tr>
            </thead>
            <tbody>
              ${checksBefore.results.map((before) =>
                ruleRow(
                  before,
                  checksAfter?.results.find(({ id }) => id === before.id),
                ),
              )}
            </tbody>
          </table>
        </div>
        <p class="soft">Measures are those of ISO/IEC 25024 and 5259-2 that a rule is an instance of.</p>
      </details>
    `,
  };
}

function ruleRow(before: CheckResult, after: CheckResult | undefined): Html {
  return html`<tr>
    <th scope="row">
      <span class="mono">${before.id}</span>
      <div class="soft">${before.description}</div>
    </th>
    <td>${before.dimension}</td>
    <td class="n">${count(before.evaluated)}</td>
    <td class="n">${broken(before)}</td>
    <td class="n">${after === undefined ? '–' : broken(after)}</td>
    <td>${before.measure ?? '–'}</td>
  </tr>`;
}

function broken({ failed, evaluated }: CheckResult): string {
  if (failed === 0 || evaluated === 0) return count(failed);
  return `${count(failed)} (${percent(failed / evaluated)})`;
}
