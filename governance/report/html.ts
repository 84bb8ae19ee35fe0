import { escape } from 'html-escaper';

/** Markup that is safe to put into a page: made by `html` alone. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
  toString(): string {
    return this.markup;
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/**
 * A template whose values are escaped, in text and in quoted attributes; nested `html` stays as it is, lists are
 * joined, and null, undefined and false are nothing.
 *
 * @example html`<p title="${fromUser}">${rows.map((row) => html`<b>${row}</b>`)}</p>`
 */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(parts.map((part, index) => part + (index < values.length ? markupOf(values[index]) : '')).join(''));
}

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'number') return String(value);
  return value.map(markupOf).join('');
}
