// Other dates than a week, a month or a year.

import { html } from '../html.js';
import * as t from '../texts.js';
import { isDate } from '../zone.js';
import { Form } from './form.js';

/**
 * @param {import('../main.js').Context} ctx
 * @param {string} first
 * @param {string} last
 * @param {(first: string, last: string) => void} show
 */
export function askDates(ctx, first, last, show) {
  /** @type {Form} */
  const form = new Form(ctx, 'dates', async ({ first: from, last: to }) => {
    if (!isDate(from)) return (form.wrong.first = t.form.notADate);
    if (!isDate(to)) return (form.wrong.last = t.form.notADate);
    if (to < from) return (form.wrong.last = t.span.order);
    ctx.dialogs.close();
    return show(from, to);
  });
  const date = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ value) =>
    form.field({ name, label, value, type: 'date', required: true });
  ctx.dialogs.open({
    title: t.span.which,
    body: () =>
      html`<form @submit=${form.submit} novalidate>
        <div class="form-grid">${date('first', t.span.first, first)} ${date('last', t.span.last, last)}</div>
        ${form.said()}
        <footer class="dialog-foot">
          <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
          ${form.button(t.span.show)}
        </footer>
      </form>`,
  });
}
