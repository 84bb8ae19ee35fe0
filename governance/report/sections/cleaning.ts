import type { ReportData } from '../../../contracts/governance.ts';
import { count, counted } from '../../format.ts';
import { html } from '../html.ts';
import type { Section } from '../page.ts';

export function cleaning({ evidence: { cleaning: done } }: ReportData): Section | null {
  if (done === undefined) return null;
  return {
    id: 'cleaning',
    title: 'What cleaning did',
    short: 'Cleaning',
    body: html`
      <p>
        ${counted(done.rowsIn, 'row')} came in, ${count(done.rowsOut)} went on; ${counted(done.cellsChanged, 'cell')}
        changed and ${counted(done.rowsQuarantined, 'row')} set aside, none lost. Each change stands in the audit table
        with its value before and after. Labels were not touched.
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Repair</th>
              <th class="n">Cells changed</th>
              <th class="n">Rows set aside</th>
              <th>Learnt from the training rows</th>
            </tr>
          </thead>
          <tbody>
            ${done.rules.map(
              ({ id, description, cellsChanged, rowsQuarantined, learnt }) => html`
                <tr>
                  <th scope="row" class="wide">
                    <span class="mono">${id}</span>
                    <div class="soft">${description}</div>
                  </th>
                  <td class="n">${count(cellsChanged)}</td>
                  <td class="n">${count(rowsQuarantined)}</td>
                  <td>${learnt ?? '–'}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `,
  };
}
