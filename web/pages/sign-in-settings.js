// How the person gets in: the password, the places where they are signed in, and the end of the account.

import { ask } from '../components/ask.js';
import { Form } from '../components/form.js';
import { icon } from '../components/icon.js';
import { errorState, skeletonList } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import * as t from '../texts/settings.js';
import { readAgent } from '../user-agent.js';
import { sections } from './settings/sections.js';

/**
 * @typedef {import('../api-types.d.ts').Account} Account
 * @typedef {import('../api-types.d.ts').Place} Place
 */

export class SignInSettingsPage {
  section = 'settings';
  title = t.settings.title;
  /** @type {Place[] | null} */
  #places = null;
  /** @type {Account | null} */
  #account = null;
  /** @type {unknown} */
  #error = null;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.password = new Form(ctx, 'password', (values, form) => this.#changePassword(values, form));
  }

  close() {}

  header() {
    return sections('sign-in');
  }

  async load() {
    this.#error = null;
    try {
      [this.#account] = await Promise.all([this.ctx.api.me(), this.#loadPlaces()]);
    } catch (error) {
      this.#error = error;
    }
    this.ctx.update();
  }

  async #loadPlaces() {
    /** @type {import('../api-types.d.ts').Places} */
    const { sessions } = await this.ctx.api.get('/users/me/sessions');
    this.#places = sessions;
  }

  view() {
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!this.#places || !this.#account) return skeletonList();
    return html`<div class="settings">
      ${this.#passwordCard(this.#account)} ${this.#placesCard(this.#places)} ${this.#endCard(this.#account)}
    </div>`;
  }

  /** @param {Account} account */
  #passwordCard(account) {
    const form = this.password;
    return html`<section class="card" aria-labelledby="password-title">
      <h2 id="password-title">${t.settings.password}</h2>
      <p class="note">${t.settings.passwordNote}</p>
      <form novalidate @submit=${form.submit}>
        <input
          class="d-none"
          autocomplete="username"
          aria-hidden="true"
          tabindex="-1"
          readonly
          .value=${account.username}
        />
        <div class="form-grid">
          ${form.field({
            name: 'current_password',
            label: t.settings.currentPassword,
            type: 'password',
            autocomplete: 'current-password',
            required: true,
          })}
          ${form.field({
            name: 'new_password',
            label: t.form.newPassword,
            type: 'password',
            autocomplete: 'new-password',
            help: t.form.passwordHelp,
            required: true,
          })}
        </div>
        ${form.said()} ${form.button(t.settings.changePassword)}
      </form>
    </section>`;
  }

  /**
   * @param {Record<string, string>} values
   * @param {HTMLFormElement} form
   */
  async #changePassword(values, form) {
    await this.ctx.api.send('PATCH', '/users/me/password', values);
    form.reset();
    this.ctx.toasts.say(t.settings.passwordChanged);
    await this.load();
  }

  /** @param {Place[]} places */
  #placesCard(places) {
    const others = places.filter((place) => !place.current);
    return html`<section class="card" aria-labelledby="places-title">
      <h2 id="places-title">${t.settings.places}</h2>
      <p class="note">${t.settings.placesNote}</p>
      <ul class="places">
        ${repeat(
          places,
          (place) => place.id,
          (place) => this.#place(place),
        )}
      </ul>
      ${
        others.length > 0
          ? html`<button type="button" class="btn btn-quiet" @click=${() => this.#endOthers(others)}>
              ${t.settings.endOthers}
            </button>`
          : nothing
      }
    </section>`;
  }

  /** @param {Place} place */
  #place(place) {
    const now = this.ctx.now();
    const ago = (/** @type {string} */ instant) => format.ago(Date.parse(instant), now);
    const agent = place.user_agent ?? '';
    const name = placeName(agent);
    return html`<li class="place" data-place=${place.id}>
      <span class="device-icon">${icon(readAgent(agent).mobile ? 'phone' : 'laptop')}</span>
      <div class="device-about">
        <h3>${name} ${place.current ? html`<span class="badge-soft">${t.settings.here}</span>` : nothing}</h3>
        <p class="note" title=${agent}>${t.settings.placeSince(ago(place.created_at), ago(place.last_used_at))}</p>
      </div>
      ${
        place.current
          ? nothing
          : html`<button
              type="button"
              class="btn btn-quiet"
              aria-label=${t.settings.endOne(name)}
              @click=${() => this.#end(place, name)}
            >
              ${t.settings.end}
            </button>`
      }
    </li>`;
  }

  /**
   * @param {Place} place
   * @param {string} name
   */
  #end(place, name) {
    ask(this.ctx, {
      title: t.settings.endOne(name),
      text: [t.settings.placeSince(when(place.created_at, this.ctx), when(place.last_used_at, this.ctx))],
      button: t.settings.end,
      act: async () => {
        await this.ctx.api.send('DELETE', `/users/me/sessions/${place.id}`);
        await this.#loadPlaces();
        return t.settings.ended(name);
      },
    });
  }

  /** @param {Place[]} others */
  #endOthers(others) {
    ask(this.ctx, {
      title: t.settings.endOthersTitle,
      text: [t.settings.endOthersText(format.number(others.length), others.length)],
      button: t.settings.endOthers,
      act: async () => {
        for (const place of others) {
          await this.ctx.api.send('DELETE', `/users/me/sessions/${place.id}`).catch((error) => {
            // Gone already is what is wanted.
            if (error.status !== 404) throw error;
          });
        }
        await this.#loadPlaces();
        return t.settings.endedOthers;
      },
    });
  }

  /** @param {Account} account */
  #endCard(account) {
    const remove = () =>
      ask(this.ctx, {
        title: t.settings.removeTitle,
        text: [t.settings.removeNote],
        field: {
          label: t.settings.removeName(account.username),
          value: '',
          ready: (value) => value.trim() === account.username,
        },
        password: t.settings.removePassword,
        button: t.settings.remove,
        grave: true,
        act: async (_, password) => {
          await this.ctx.api.deleteAccount(password);
          return t.settings.removed;
        },
      });
    return html`<section class="card" aria-labelledby="remove-title">
      <h2 id="remove-title">${t.settings.remove}</h2>
      <p class="note">${t.settings.removeNote}</p>
      <button type="button" class="btn btn-quiet btn-bad" @click=${remove}>${t.settings.remove}</button>
    </section>`;
  }
}

/** @param {string} agent */
function placeName(agent) {
  const { client, system } = readAgent(agent);
  if (client && system) return t.settings.place(client, system);
  // What calls itself something else is shown as it does, shortened.
  return client ?? system ?? (agent.trim().slice(0, 60) || t.settings.unknownPlace);
}

/**
 * @param {string} instant
 * @param {import('../main.js').Context} ctx
 */
function when(instant, ctx) {
  return format.dateTime(Date.parse(instant), ctx.zone());
}
