// Who the person is to others, how their days are cut, and what this browser is set to.

import { Form } from '../components/form.js';
import { errorState, explain } from '../components/states.js';
import * as format from '../format.js';
import { html, live, nothing } from '../html.js';
import * as preferences from '../preferences.js';
import * as t from '../texts/settings.js';
import { browserZone } from '../zone.js';
import { ArchiveCard } from './settings/archive.js';
import { sections } from './settings/sections.js';

/**
 * @typedef {import('../api-types.d.ts').Account} Account
 * @typedef {import('../api-types.d.ts').Weekday} Weekday
 */

/** @type {Weekday[]} */
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** A moment before anything that can have been recorded. */
const BEGINNING = '2000-01-01T00:00:00Z';

export class SettingsPage {
  section = 'settings';
  title = t.settings.title;
  /** @type {Account | null} */
  #account = null;
  /** @type {unknown} */
  #error = null;
  #problem = '';
  #busy = false;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.profile = new Form(ctx, 'profile', (values) => this.#saveProfile(values));
    this.archive = new ArchiveCard(ctx, () => this.load());
  }

  close() {
    this.archive.close();
  }

  header() {
    return sections('profile');
  }

  async load() {
    this.#error = null;
    try {
      this.#account = await this.ctx.api.me();
    } catch (error) {
      this.#error = error;
    }
    this.ctx.update();
  }

  view() {
    return html`<div class="settings">
      ${
        this.#error
          ? errorState(this.#error, () => this.load())
          : this.#account
            ? html`${this.#profile(this.#account)} ${this.#calendar(this.#account)} ${this.#time(this.#account)}`
            : html`<section class="card sk-settings" aria-busy="true"><div class="bone bone-title"></div></section>`
      }
      ${this.#browser()} ${this.#account ? this.archive.view(this.#account.username) : nothing}
    </div>`;
  }

  /** @param {Account} account */
  #profile(account) {
    const form = this.profile;
    return html`<section class="card" aria-labelledby="profile-title">
      <h2 id="profile-title">${t.settings.profileTitle}</h2>
      <form novalidate @submit=${form.submit}>
        <div class="form-grid">
          ${form.field({
            name: 'username',
            label: t.settings.username,
            value: account.username,
            autocomplete: 'username',
            required: true,
          })}
          ${form.field({
            name: 'email',
            label: t.settings.email,
            type: 'email',
            value: account.email,
            autocomplete: 'email',
            required: true,
          })}
          ${form.field({
            name: 'first_name',
            label: t.settings.firstName,
            value: account.first_name ?? '',
            autocomplete: 'given-name',
            maxlength: 100,
          })}
          ${form.field({
            name: 'last_name',
            label: t.settings.lastName,
            value: account.last_name ?? '',
            autocomplete: 'family-name',
            maxlength: 100,
          })}
          ${form.field({
            name: 'name',
            label: t.settings.name,
            value: account.name ?? '',
            autocomplete: 'name',
            help: t.settings.nameHelp,
            maxlength: 100,
          })}
        </div>
        <div class="setting">
          <label for="public-profile"
            >${t.settings.publicProfile}<span class="note d-block">${t.settings.publicProfileHelp}</span></label
          >
          <span class="form-check form-switch">
            <input
              id="public-profile"
              name="public_profile"
              type="checkbox"
              role="switch"
              class="form-check-input"
              .defaultChecked=${account.settings.public_profile}
            />
          </span>
        </div>
        ${form.said()} ${form.button(t.settings.saveProfile)}
      </form>
    </section>`;
  }

  /** @param {Account} account */
  #calendar(account) {
    const own = browserZone();
    return html`<section class="card" aria-labelledby="calendar-title">
      <h2 id="calendar-title">${t.settings.calendar}</h2>
      <p class="note">${t.settings.calendarNote}</p>
      <form class="form-grid" @submit=${(/** @type {SubmitEvent} */ event) => this.#save(event)}>
        <div>
          <label class="form-label" for="timezone">${t.settings.zone}</label>
          <input
            id="timezone"
            name="timezone"
            class="form-control"
            list="zones"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="zone-help"
            .defaultValue=${account.timezone}
            required
          />
          <datalist id="zones">${zones().map((zone) => html`<option value=${zone}></option>`)}</datalist>
          <p id="zone-help" class="note">${t.settings.zoneHelp}</p>
          ${
            account.timezone === own
              ? nothing
              : html`<button type="button" class="btn btn-quiet" @click=${() => fill('timezone', own)}>
                  ${t.settings.useBrowser(own)}
                </button>`
          }
        </div>
        <div>
          <label class="form-label" for="day-start">${t.settings.dayStart}</label>
          <input
            id="day-start"
            name="day_start"
            type="time"
            class="form-control"
            aria-describedby="day-start-help"
            .defaultValue=${account.day_start}
            required
          />
          <p id="day-start-help" class="note">${t.settings.dayStartHelp}</p>
        </div>
        <div>
          <label class="form-label" for="week-start">${t.settings.weekStart}</label>
          <select id="week-start" name="week_start" class="form-select">
            ${weekdays.map(
              (day) =>
                html`<option value=${day} ?selected=${day === account.week_start}>${format.weekday(day)}</option>`,
            )}
          </select>
        </div>
        <div>
          <label class="form-label" for="effective">${t.settings.effective}</label>
          <select id="effective" name="effective" class="form-select" aria-describedby="effective-help">
            <option value="now">${t.settings.fromNow}</option>
            <option value="always">${t.settings.always}</option>
          </select>
          <p id="effective-help" class="note">${t.settings.effectiveHelp}</p>
        </div>
        <p class="problem" role="alert">${this.#problem}</p>
        <div>
          <button type="submit" class="btn btn-primary" ?disabled=${this.#busy}>${t.settings.save}</button>
        </div>
      </form>
    </section>`;
  }

  /** @param {Account} account */
  #time({ settings: { overlap } }) {
    const chosen = async (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.target);
      try {
        this.#keep(await this.ctx.api.send('PATCH', '/users/me', { settings: { overlap: value } }));
      } catch (error) {
        this.ctx.toasts.say(explain(error));
      }
      this.ctx.update();
    };
    return html`<section class="card" aria-labelledby="time-title">
      <h2 id="time-title">${t.settings.time}</h2>
      <div class="setting">
        <label for="overlap">${t.settings.overlap}<span class="note d-block">${t.settings.overlapHelp}</span></label>
        <select id="overlap" class="form-select setting-choice" .value=${live(overlap)} @change=${chosen}>
          ${
            /** @type {const} */ (['allow', 'warn', 'forbid']).map(
              (one) => html`<option value=${one} ?selected=${one === overlap}>${t.settings.overlaps[one]}</option>`,
            )
          }
        </select>
      </div>
    </section>`;
  }

  #browser() {
    const chosen = preferences.theme();
    const toggled = (/** @type {Event} */ event) => {
      preferences.setShortcuts(/** @type {HTMLInputElement} */ (event.target).checked);
      this.ctx.update();
    };
    return html`<section class="card" aria-labelledby="browser-title">
      <h2 id="browser-title">${t.settings.appearance}</h2>
      <div class="setting">
        <span id="theme-label">${t.settings.theme}</span>
        <div class="seg" role="group" aria-labelledby="theme-label">
          ${
            /** @type {const} */ (['light', 'dark', 'system']).map(
              (theme) =>
                html`<button
                  type="button"
                  class="seg-item"
                  aria-pressed=${chosen === theme ? 'true' : 'false'}
                  @click=${() => {
                    preferences.setTheme(theme);
                    this.ctx.update();
                  }}
                >
                  ${t.theme[theme]}
                </button>`,
            )
          }
        </div>
      </div>
      <div class="setting">
        <label for="shortcuts"
          >${t.settings.shortcuts}<span class="note d-block">${t.settings.shortcutsHelp}</span></label
        >
        <span class="form-check form-switch">
          <input
            id="shortcuts"
            type="checkbox"
            role="switch"
            class="form-check-input"
            .checked=${preferences.shortcuts()}
            @change=${toggled}
          />
        </span>
      </div>
    </section>`;
  }

  /**
   * Sends what is different: a name that is made of its parts follows them as long as it is not told otherwise.
   * @param {Record<string, string>} values
   */
  async #saveProfile({ public_profile: shown, ...values }) {
    const account = /** @type {Account} */ (this.#account);
    /** @type {Record<string, unknown>} */
    const changed = {};
    for (const name of /** @type {const} */ (['username', 'email', 'first_name', 'last_name', 'name'])) {
      const value = values[name].trim();
      if (value !== (account[name] ?? '')) changed[name] = value;
    }
    if (Boolean(shown) !== account.settings.public_profile) changed.settings = { public_profile: Boolean(shown) };
    this.#keep(await this.ctx.api.send('PATCH', '/users/me', changed));
  }

  /** @param {Account} account */
  #keep(account) {
    this.#account = account;
    this.ctx.api.account = account;
    this.ctx.toasts.say(t.settings.saved);
  }

  /** @param {SubmitEvent} event */
  async #save(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const timezone = String(form.get('timezone') ?? '').trim();
    if (!isZone(timezone)) {
      this.#problem = t.settings.unknownZone;
      this.ctx.update();
      return;
    }
    const always = form.get('effective') === 'always';
    this.#busy = true;
    this.#problem = '';
    this.ctx.update();
    try {
      const account = await this.ctx.api.send('PATCH', '/users/me', {
        timezone,
        day_start: form.get('day_start'),
        week_start: form.get('week_start'),
        ...(always ? { effective_from: BEGINNING } : {}),
      });
      this.#keep(account);
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#busy = false;
    this.ctx.update();
  }
}

/** @returns {string[]} */
function zones() {
  return ['UTC', ...(Intl.supportedValuesOf?.('timeZone') ?? [])];
}

/** @param {string} zone */
function isZone(zone) {
  try {
    return zone !== '' && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

/**
 * @param {string} id
 * @param {string} value
 */
function fill(id, value) {
  const input = document.getElementById(id);
  if (input instanceof HTMLInputElement) input.value = value;
}
