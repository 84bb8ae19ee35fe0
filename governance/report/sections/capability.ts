import type { CapabilityItem, ReportData } from '../../../contracts/governance.ts';
import { counted } from '../../format.ts';
import { radar } from '../charts/radar.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../page.ts';

export function capability({ assessment: { capability: profile } }: ReportData): Section {
  const measured = profile.items.filter(({ level }) => level !== null);
  const others = profile.items.filter(({ level }) => level === null);
  return {
    id: 'capability',
    title: 'Data management capability (DCMM)',
    short: 'Capability',
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
            ${profile.areas
              .filter((area) => area.measured > 0)
              .map(
                (area) => html`
                  <tr>
                    <th scope="rowgroup" colspan="4">
                      ${area.name} <span lang="zh">${area.nameZh}</span>
                      <span class="soft">${area.measured} of ${area.items} measured</span>
                    </th>
                  </tr>
                  ${measured.filter((item) => item.area === area.name).map(itemRow)}
                `,
              )}
          </tbody>
        </table>
      </div>
      <details>
        <summary>${counted(others.length, 'item')} not measured</summary>
        <ul>
          ${others.map(({ area, item, itemZh, next }) => html`<li>${area}: ${item} <span lang="zh">${itemZh}</span>. <span class="soft">${next}</span></li>`)}
        </ul>
      </details>
    `,
  };
}

function itemRow({ item, itemZh, level, evidence, next }: CapabilityItem): Html {
  return html`<tr>
    <td>
      ${item}
      <div class="soft" lang="zh">${itemZh}</div>
    </td>
    <td>${level !== null && pips(level)}</td>
    <td>${evidence.length === 0 ? '–' : evidence.join(' ')}</td>
    <td>${next}</td>
  </tr>`;
}

function pips(level: number): Html {
  return html`<span class="pips" aria-label="level ${level} of 5"
    >${'●'.repeat(level)}<span class="off">${'●'.repeat(5 - level)}</span></span
  >`;
}
