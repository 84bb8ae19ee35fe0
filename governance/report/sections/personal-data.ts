import type { ReportData } from '../../../contracts/governance.ts';
import { count, counted } from '../../format.ts';
import { html } from '../html.ts';
import type { Section } from '../page.ts';

export function personalData({ evidence: { masking } }: ReportData): Section | null {
  if (masking === undefined) return null;
  const found = masking.counts.filter(({ count: times }) => times > 0);
  return {
    id: 'personal-data',
    title: 'Personal data in the text',
    short: 'Personal data',
    body: html`
      <p>
        ${masking.columns.join(', ')} of ${counted(masking.rows, 'row')} were searched for e-mail addresses, telephone,
        card, bank and identity numbers, network addresses and passwords in links; check digits were verified.
        ${found.length === 0 ? 'None was found.' : `What was found was replaced in ${counted(masking.rowsMasked, 'row')} before anything trained on it.`}
      </p>
      ${
        found.length > 0 &&
        html`<div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Column</th>
                <th>Kind</th>
                <th class="n">Found</th>
                <th class="n">Rows</th>
              </tr>
            </thead>
            <tbody>
              ${found.map(
                ({ column, type, count: times, rows }) =>
                  html`<tr>
                    <th scope="row">${column}</th>
                    <td>${type}</td>
                    <td class="n">${count(times)}</td>
                    <td class="n">${count(rows)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`
      }
    `,
  };
}
