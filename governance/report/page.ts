import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** One part of the report: `id` is its address in the page. */
export interface Section {
  id: string;
  title: string;
  /** Its name in the bar at the top. */
  short: string;
  body: Html;
}

export function page({ title, lead, sections }: { title: string; lead: Html; sections: readonly Section[] }): string {
  // Only this very style sheet may apply, and nothing may load or run: what a hostile table could smuggle in stays dead text.
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title} · Assay</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <p class="brand">Assay · governance report</p>
          <h1>${title}</h1>
        </header>
        <nav aria-label="Sections">${sections.map(({ id, short }) => html`<a href="#${id}">${short}</a>`)}</nav>
        <main>
          ${lead}
          ${sections.map(
            ({ id, title: name, body }) => html`
              <section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${name}</h2>
                ${body}
              </section>
            `,
          )}
        </main>
      </body>
    </html> `;
  return document.markup;
}
