// A session that the timer did not see: added after the fact.

import { Form } from '../../components/form.js';
import { html } from '../../html.js';
import { tell } from '../../news.js';
import * as t from '../../texts/focus.js';
import { MINUTE, clockAt, instantOf } from '../../zone.js';

const USUAL = 25 * MINUTE;

/** @param {import('../../main.js').Context} ctx */
export async function addSession(ctx) {
  // Times are given in the account's zone: whoever is quick waits until it is known.
  if (!ctx.api.account) await ctx.api.me().catch(() => null);
  const zone = ctx.zone();
  const end = Math.floor(ctx.now() / (5 * MINUTE)) * 5 * MINUTE;
  const [began, ended] = [clockAt(zone, end - USUAL), clockAt(zone, end)];
  /** @type {Form} */
  const form = new Form(ctx, 'add', async (values) => {
    const [from, to] = [instantOf(zone, values.started_at), instantOf(zone, values.ended_at)];
    if (to <= from) return (form.wrong.ended_at = t.focus.addOrder);
    if (to > ctx.now()) return (form.wrong.ended_at = t.focus.addFuture);
    await ctx.api.send('POST', '/sessions', {
      started_at: new Date(from).toISOString(),
      ended_at: new Date(to).toISOString(),
      completed: values.completed === 'on',
      label: values.label.trim() || null,
    });
    tell('session.completed');
    ctx.dialogs.close();
    ctx.toasts.say(t.focus.added);
    return undefined;
  });
  const time = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ value) =>
    form.field({ name, label, value, type: 'datetime-local', required: true });
  ctx.dialogs.open({
    title: t.focus.addTitle,
    body: () =>
      html`<form @submit=${form.submit} novalidate>
        ${form.field({ name: 'label', label: t.focus.label, maxlength: 200, help: t.focus.labelHint })}
        <div class="form-grid">
          ${time('started_at', t.focus.addStart, began)} ${time('ended_at', t.focus.addEnd, ended)}
        </div>
        <p class="note add-zone">${t.period.timesIn(zone)}</p>
        <div class="setting form-switch">
          <label for="add-completed"
            >${t.focus.addCompleted}<br /><span class="note">${t.focus.addCompletedHelp}</span></label
          >
          <input id="add-completed" name="completed" type="checkbox" role="switch" class="form-check-input" checked />
        </div>
        ${form.said()}
        <footer class="dialog-foot">
          <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
          ${form.button(t.focus.addButton)}
        </footer>
      </form>`,
  });
}
