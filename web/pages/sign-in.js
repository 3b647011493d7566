// The door: who comes back signs in, and goes on where the address leads.

import { ApiError } from '../answers.js';
import { Form } from '../components/form.js';
import { explain } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import * as t from '../texts/sign-in.js';
import { browserZone } from '../zone.js';

export class SignInPage {
  section = 'sign-in';
  title = t.signIn.title;
  bare = true;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.form = new Form(
      ctx,
      'sign-in',
      ({ username, password }) => ctx.api.signIn(username.trim(), password),
      (error) => say(error, ctx.now()),
    );
  }

  load() {}
  close() {}

  entered() {
    return false;
  }

  header() {
    return nothing;
  }

  view() {
    const { form } = this;
    const { ending } = this.ctx.api;
    return html`<section class="card door" aria-labelledby="door-title">
      <h2 id="door-title">${t.signIn.title}</h2>
      ${ending ? html`<p class="door-why" role="status">${t.problems[ending] ?? t.signIn.ended}</p>` : nothing}
      <form novalidate @submit=${form.submit}>
        ${form.field({ name: 'username', label: t.signIn.login, autocomplete: 'username', required: true })}
        ${form.field({
          name: 'password',
          label: t.signIn.password,
          type: 'password',
          autocomplete: 'current-password',
          required: true,
        })}
        ${form.said()} ${form.button(t.signIn.button, t.signIn.busy)}
      </form>
      <p>${t.signIn.noAccount} <a class="door-link" href="/register">${t.signIn.register}</a></p>
      <p class="note">${t.signIn.forgot}</p>
    </section>`;
  }
}

/**
 * @param {unknown} error
 * @param {number} now
 */
function say(error, now) {
  if (error instanceof ApiError && error.status === 429 && (error.retryAfter ?? 0) > 1) {
    const wait = error.retryAfter ?? 0;
    return t.signIn.tooMany(format.wait(wait), format.time(now + wait * 1000, browserZone()));
  }
  return explain(error);
}
