// Where the link leads that an admin hands to who has forgotten the password. Its token is in the fragment, which
// browsers do not send, and is taken out of the address.

import { Form } from '../components/form.js';
import { html, nothing } from '../html.js';
import * as t from '../texts/sign-in.js';

export class ResetPage {
  section = 'reset';
  title = t.reset.title;
  bare = true;
  #done = false;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} token
   */
  constructor(ctx, token) {
    this.ctx = ctx;
    this.token = token;
    this.form = new Form(ctx, 'reset', async ({ new_password: password }) => {
      await ctx.api.resetPassword(token, password);
      this.#done = true;
    });
  }

  load() {}
  close() {}

  header() {
    return nothing;
  }

  view() {
    const { form } = this;
    return html`<section class="card door" aria-labelledby="door-title">
      <h2 id="door-title">${t.reset.title}</h2>
      ${
        this.#done || !this.token
          ? html`<p role="status">${this.#done ? t.reset.done : t.reset.missing}</p>
              <p class="door-next"><a class="btn btn-primary" href="/">${t.reset.signIn}</a></p>`
          : html`<p>${t.reset.intro}</p>
              <form novalidate @submit=${form.submit}>
                ${form.field({
                  name: 'new_password',
                  label: t.form.newPassword,
                  type: 'password',
                  autocomplete: 'new-password',
                  help: t.form.passwordHelp,
                  required: true,
                })}
                ${form.said()} ${form.button(t.reset.button)}
              </form>`
      }
    </section>`;
  }
}
