// For admins: who may register, by which invite codes, what comes in, and what it takes up.

import { IngestCard } from '../components/ingest.js';
import { InvitesCard } from '../components/invites.js';
import { errorState, explain, skeletonPage } from '../components/states.js';
import { table } from '../components/table.js';
import * as format from '../format.js';
import { html } from '../html.js';
import * as t from '../texts/admin.js';
import { sections } from './admin/sections.js';

/**
 * @typedef {import('../api-types.d.ts').AdminStats} Stats
 * @typedef {import('../api-types.d.ts').Registration} Registration
 */

export class AdminServerPage {
  section = 'admin';
  title = t.admin.title;
  /** @type {Stats | null} */
  #stats = null;
  /** @type {Registration | null} */
  #registration = null;
  /** @type {unknown} */
  #error = null;
  #closed = false;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.ingest = new IngestCard(ctx);
    this.invites = new InvitesCard(ctx);
  }

  header() {
    return sections('server');
  }

  close() {
    this.#closed = true;
  }

  async load() {
    const { api } = this.ctx;
    try {
      const [settings, stats] = await Promise.all([
        /** @type {Promise<import('../api-types.d.ts').ServerSettings>} */ (api.get('/admin/settings')),
        /** @type {Promise<Stats>} */ (api.get('/admin/stats')),
        this.invites.load(),
      ]);
      this.#registration = settings.registration;
      this.#stats = stats;
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
    if (!this.#closed) this.ctx.update();
  }

  poll() {
    return this.load();
  }

  view() {
    const stats = this.#stats;
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!stats || !this.#registration) return skeletonPage();
    const { people, devices, storage } = stats;
    return html`<div class="grid">
      ${figureCard(t.admin.people, format.number(people.total), t.admin.peopleNote(people.active, people.disabled, people.admins))}
      ${figureCard(t.admin.devices, format.number(devices.total), t.admin.devicesNote(devices.seen_last_day, devices.revoked))}
      ${figureCard(t.admin.storage, format.bytes(storage.database_bytes), t.admin.storageNote)}
      ${this.#registrationCard(this.#registration)} ${this.invites.view()} ${this.ingest.view(stats.ingest)}
      ${this.#storageCard(storage)}
    </div>`;
  }

  /** @param {Registration} registration */
  #registrationCard(registration) {
    const choices = /** @type {Registration[]} */ (['open', 'invite', 'closed']);
    return html`<section class="card s5 start" aria-labelledby="registration-title">
      <h2 id="registration-title">${t.admin.registration} <small>${t.admin.registrationNote}</small></h2>
      <fieldset class="choices">
        <legend class="visually-hidden">${t.admin.registration}</legend>
        ${choices.map(
          (choice) =>
            html`<label class="choice">
              <input
                type="radio"
                name="registration"
                class="form-check-input"
                value=${choice}
                .checked=${choice === registration}
                @change=${() => this.#register(choice)}
              />
              <span
                >${t.admin.registrations[choice]}<span class="note d-block"
                  >${t.admin.registrationHelp[choice]}</span
                ></span
              >
            </label>`,
        )}
      </fieldset>
    </section>`;
  }

  /** @param {Registration} registration */
  async #register(registration) {
    const before = this.#registration;
    this.#registration = registration;
    try {
      await this.ctx.api.send('PATCH', '/admin/settings', { registration });
      this.ctx.toasts.say(t.admin.registrationSaved(t.admin.registrations[registration]));
    } catch (error) {
      this.#registration = before;
      this.ctx.toasts.say(explain(error));
    }
    this.ctx.update();
  }

  /** @param {Stats['storage']} storage */
  #storageCard(storage) {
    return html`<section class="card s5 start" aria-labelledby="storage-title">
      <h2 id="storage-title">${t.admin.storage} <small>${t.admin.storageNote}</small></h2>
      ${table(
        this.ctx,
        'admin-storage',
        {
          head: [{ text: t.admin.table }, { text: t.admin.rows, number: true }, { text: t.admin.size, number: true }],
          rows: storage.tables.map((one) => ({
            cells: [one.name, format.number(one.rows), format.bytes(one.bytes)],
          })),
        },
        t.admin.storage,
      )}
    </section>`;
  }
}

/**
 * @param {string} title
 * @param {string} figure
 * @param {string} note
 */
function figureCard(title, figure, note) {
  return html`<section class="card s4 total">
    <h2>${title}</h2>
    <b class="figure">${figure}</b>
    <div class="below note">${note}</div>
  </section>`;
}
