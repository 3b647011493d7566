// The door for who is new. Where the server takes people by invitation only, it asks for the code.

import { ApiError } from '../answers.js';
import { Form } from '../components/form.js';
import { html, nothing } from '../html.js';
import * as t from '../texts/sign-in.js';
import { browserZone } from '../zone.js';

export class RegisterPage {
  section = 'register';
  title = t.register.title;
  bare = true;
  /** Whether a code is needed, as far as is known. */
  #invited;
  /** The first account of the server, when it is this. @type {import('../api-types.d.ts').Account | null} */
  #admin = null;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} fragment of the address: an invitation's link carries its code
   */
  constructor(ctx, fragment) {
    this.ctx = ctx;
    this.code = new URLSearchParams(fragment).get('invite') ?? '';
    this.#invited = this.code !== '';
    this.form = new Form(ctx, 'register', (values) => this.#register(values));
  }

  load() {}
  close() {}

  /** The admin of a fresh server is told so first. */
  entered() {
    this.#admin = this.form.busy && this.ctx.api.admin ? this.ctx.api.account : null;
    return this.#admin !== null;
  }

  header() {
    return nothing;
  }

  view() {
    if (this.#admin) return welcome(this.#admin);
    const { form } = this;
    return html`<section class="card door" aria-labelledby="door-title">
      <h2 id="door-title">${t.register.title}</h2>
      <p>${t.register.intro}</p>
      <form novalidate @submit=${form.submit}>
        ${form.field({ name: 'email', label: t.register.email, type: 'email', autocomplete: 'email', required: true })}
        ${form.field({
          name: 'password',
          label: t.signIn.password,
          type: 'password',
          autocomplete: 'new-password',
          help: t.form.passwordHelp,
          required: true,
        })}
        ${form.field({
          name: 'username',
          label: t.register.username,
          autocomplete: 'username',
          help: t.register.usernameHelp,
        })}
        ${form.field({ name: 'name', label: t.register.name, autocomplete: 'name', help: t.register.optional })}
        ${
          this.#invited
            ? form.field({
                name: 'invite_code',
                label: t.register.invite,
                value: this.code,
                help: t.register.inviteHelp,
                required: true,
              })
            : nothing
        }
        ${form.said()} ${form.button(t.register.button, t.register.busy)}
      </form>
      <p>${t.register.haveAccount} <a class="door-link" href="/">${t.signIn.title}</a></p>
      <p class="note">${t.register.firstIsAdmin}</p>
    </section>`;
  }

  /** @param {Record<string, string>} values */
  async #register(values) {
    const given = Object.entries(values).map(([name, text]) => [name, name === 'password' ? text : text.trim()]);
    const person = Object.fromEntries(given.filter(([, text]) => text !== ''));
    try {
      await this.ctx.api.register({ ...person, timezone: browserZone() });
    } catch (error) {
      if (error instanceof ApiError && error.code.startsWith('INVITE_')) this.#invited = true;
      throw error;
    }
  }
}

/** @param {import('../api-types.d.ts').Account} account */
function welcome(account) {
  return html`<section class="card door" aria-labelledby="door-title">
    <h2 id="door-title">${t.register.welcome(account.name ?? account.username)}</h2>
    <p role="status">${t.register.admin}</p>
    <p class="door-next">
      <a class="btn btn-primary" href="/devices">${t.register.next}</a>
      <a class="btn btn-quiet" href="/admin/server">${t.register.toAdmin}</a>
    </p>
  </section>`;
}
