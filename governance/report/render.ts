import type { ReportData } from '../../contracts/governance.ts';
import { html } from './html.ts';
import { page } from './page.ts';
import { capability } from './sections/capability.ts';
import { cleaning } from './sections/cleaning.ts';
import { columns } from './sections/columns.ts';
import { evaluation } from './sections/evaluation.ts';
import { findings } from './sections/findings.ts';
import { generatedBanner } from './sections/generated-banner.ts';
import { personalData } from './sections/personal-data.ts';
import { provenance } from './sections/provenance.ts';
import { quality } from './sections/quality.ts';
import { recommendations } from './sections/recommendations.ts';
import { summary } from './sections/summary.ts';
import { training } from './sections/training.ts';

/**
 * The governance report as one self-contained page: no script, no font, no picture from elsewhere; light and dark,
 * printable, readable from 360 pixels on. Every value from the data is escaped.
 */
export function renderReport(data: ReportData): string {
  const sections = [
    findings(data),
    quality(data),
    cleaning(data),
    evaluation(data),
    training(data),
    personalData(data),
    capability(data),
    recommendations(data),
    columns(data),
    provenance(data),
  ].filter((section) => section !== null);
  return page({
    title: data.title,
    lead: html`${generatedBanner(data)}${summary(data)}`,
    sections,
  });
}
