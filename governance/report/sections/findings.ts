import type { Finding, ReportData } from '../../../contracts/governance.ts';
import { counted } from '../../format.ts';
import { html, type Html } from '../html.ts';
import type { Section } from '../page.ts';

/** What evidence is called in a sentence; rules go by their ids. */
const EVIDENCE: Record<string, string> = {
  checksBefore: 'the check before cleaning',
  checksAfter: 'the check after cleaning',
};

export function findings({ assessment }: ReportData): Section | null {
  if (assessment.findings.length === 0) return null;
  const lesser = assessment.findings.filter(({ severity }) => severity === 'low');
  return {
    id: 'findings',
    title: 'Findings',
    short: 'Findings',
    body: html`
      ${list(assessment.findings.filter(({ severity }) => severity !== 'low'))}
      ${
        lesser.length > 0 &&
        html`<details>
          <summary>${counted(lesser.length, 'lesser finding')}</summary>
          ${list(lesser)}
        </details>`
      }
    `,
  };
}

function list(shown: readonly Finding[]): Html {
  return html`<ul class="findings">
    ${shown.map(
      ({ id, severity, title, detail, evidence }) => html`
        <li class="${severity}" id="finding-${id}">
          <p><span class="tag ${severity}">${severity}</span><strong>${title}</strong></p>
          <p>${detail}</p>
          <p class="soft">From ${evidence.map((name) => EVIDENCE[name] ?? name).join(', ')}.</p>
        </li>
      `,
    )}
  </ul>`;
}
