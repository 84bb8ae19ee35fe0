import type { ReportData } from '../../../contracts/governance.ts';
import { difference } from '../../format.ts';
import { html } from '../html.ts';
import type { Section } from '../page.ts';

export function recommendations({ assessment }: ReportData): Section | null {
  if (assessment.recommendations.length === 0) return null;
  return {
    id: 'recommendations',
    title: 'What to do next',
    short: 'Next steps',
    body: html`
      <p>In order of expected gain.</p>
      <ol class="steps">
        ${assessment.recommendations.map(
          ({ title, action, gain, effort }, index) => html`
            <li>
              <p><strong>${index + 1}. ${title}</strong></p>
              <p>${action}</p>
              <p class="soft">
                <span class="gain"
                  >${difference(gain.value, 1)}
                  ${gain.value === 1 && gain.unit === 'capability levels' ? 'capability level' : gain.unit}</span
                >
                · ${gain.reason} · ${effort} effort
              </p>
            </li>
          `,
        )}
      </ol>
    `,
  };
}
