import type { ReportData } from '../../../contracts/governance.ts';
import { count, percent } from '../../format.ts';
import { html, type Html } from '../html.ts';

/** Said at the very top when no real data could be reached. */
export function generatedBanner({ evidence, assessment }: ReportData): Html | null {
  if (evidence.metadata.origin !== 'generated') return null;
  const { faults, faultsFoundShare } = assessment;
  return html`<div class="banner" role="note">
    <p>
      <strong>This data is generated.</strong> The data set “${evidence.metadata.dataset}” could not be reached, so a
      seeded shop with known faults took its place. Nothing here says anything about a real shop.
    </p>
    ${
      faultsFoundShare !== null &&
      faults !== null &&
      html`<p>
          <strong>${percent(faultsFoundShare)} of its known faults were found</strong>: touched by a check, a repair, a
          mask or a suspected label.
        </p>
        <p class="soft">
          ${faults.map(({ kind, injected, found }) => `${kind} ${count(found)} of ${count(injected)}`).join(' · ')}
        </p>`
    }
  </div>`;
}
