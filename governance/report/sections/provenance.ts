import type { ReportData } from '../../../contracts/governance.ts';
import { bytes, count } from '../../format.ts';
import { html } from '../html.ts';
import type { Section } from '../page.ts';
import { when } from './summary.ts';

/** Where every figure came from: the source, the run, and the artifacts by digest. */
export function provenance({ evidence: { metadata, split }, artifacts, run }: ReportData): Section {
  const rows = Object.entries(split?.counts ?? {}).map(([part, classes]) => ({
    part,
    classes: Object.entries(classes),
  }));
  return {
    id: 'provenance',
    title: 'Where this comes from',
    short: 'Origin',
    body: html`
      <dl>
        <dt>Data set</dt>
        <dd>${metadata.dataset}: ${metadata.description}</dd>
        <dt>Source</dt>
        <dd>
          ${metadata.source} (${metadata.origin}, ${metadata.format},
          ${metadata.compression === 'none' ? 'not compressed' : metadata.compression}, ${metadata.encoding})
        </dd>
        <dt>Updated</dt>
        <dd>${metadata.updatedAt === null ? 'not known' : when(metadata.updatedAt)}</dd>
        <dt>Ingested</dt>
        <dd>${when(metadata.ingestedAt)}</dd>
        <dt>Licence</dt>
        <dd>${metadata.licence}</dd>
        <dt>Owner</dt>
        <dd>${metadata.owner ?? 'not named'}</dd>
        <dt>Size</dt>
        <dd>${count(metadata.rows)} rows, ${bytes(metadata.sourceBytes)}</dd>
        ${
          metadata.sourceSha256 &&
          html`<dt>SHA-256 of the source</dt>
            <dd class="mono">${metadata.sourceSha256}</dd>`
        }
        <dt>Run</dt>
        <dd class="mono">${run.workflowId} / ${run.runId}</dd>
        <dt>Plan</dt>
        <dd class="mono">${run.planSha256}</dd>
      </dl>
      ${
        rows.length > 0 &&
        html`<h3>Rows by part</h3>
          <ul>
            ${rows.map(({ part, classes }) => html`<li>${part}: ${classes.map(([name, value]) => `${count(value)} ${name}`).join(', ')}</li>`)}
          </ul>`
      }
      <details>
        <summary>Artifacts by digest</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Name</th>
                <th class="n">Size</th>
                <th>SHA-256</th>
              </tr>
            </thead>
            <tbody>
              ${artifacts.map(
                ({ name, bytes: size, sha256 }) =>
                  html`<tr>
                    <th scope="row">${name}</th>
                    <td class="n">${bytes(size)}</td>
                    <td class="mono">${sha256}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>
    `,
  };
}
