import type { ReportData } from '../../../contracts/governance.ts';
import { html } from '../html.ts';
import type { Section } from '../page.ts';

export function findings({ assessment }: ReportData): Section | null {
  if (assessment.findings.length === 0) return null;
  return {
    id: 'findings',
    title: 'Findings',
    body: html`<ul class="findings">
      ${assessment.findings.map(
        ({ id, severity, title, detail, evidence }) => html`
          <li class="${severity}" id="finding-${id}">
            <p><span class="tag ${severity}">${severity}</span><strong>${title}</strong></p>
            <p>${detail}</p>
            <p class="soft">From ${evidence.join(', ')}.</p>
          </li>
        `,
      )}
    </ul>`,
  };
}
