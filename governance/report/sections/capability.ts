import type { CapabilityItem, ReportData } from '../../../contracts/governance.ts';
import { radar } from '../charts/radar.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../page.ts';

export function capability({ assessment: { capability: profile } }: ReportData): Section {
  return {
    id: 'capability',
    title: 'Data management capability (DCMM)',
    body: html`
      <p>
        A self-assessment along GB/T 36073-${profile.edition} (数据管理能力成熟度), not a certificate. A dash means not
        measured, which is not zero.
      </p>
      <figure>
        ${radar(profile.areas, 'Capability level by area, 1 to 5')}
        <figcaption>${profile.rule}</figcaption>
      </figure>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Item</th>
              <th>Level</th>
              <th>Evidence in this run</th>
              <th>For the next level</th>
            </tr>
          </thead>
          <tbody>
            ${profile.areas.map(
              (area) => html`
                <tr>
                  <th scope="rowgroup" colspan="4">
                    ${area.name} <span lang="zh">${area.nameZh}</span>
                    <span class="soft">${area.measured} of ${area.items} measured</span>
                  </th>
                </tr>
                ${profile.items.filter((item) => item.area === area.name).map(itemRow)}
              `,
            )}
          </tbody>
        </table>
      </div>
    `,
  };
}

function itemRow({ item, itemZh, level, evidence, next }: CapabilityItem): Html {
  return html`<tr>
    <td>
      ${item}
      <div class="soft" lang="zh">${itemZh}</div>
    </td>
    <td>${level === null ? html`<span class="soft">not measured</span>` : pips(level)}</td>
    <td>${evidence.length === 0 ? '–' : evidence.join(' ')}</td>
    <td>${next}</td>
  </tr>`;
}

function pips(level: number): Html {
  return html`<span class="pips" aria-label="level ${level} of 5"
    >${'●'.repeat(level)}<span class="off">${'●'.repeat(5 - level)}</span></span
  >`;
}
