// The timer's card: the ring, and beside it what can be done now. Before a session: what it is for and how long;
// during one: complete it or give it up; after it: the break, and the next.

import { icon } from '../../components/icon.js';
import '../../components/ring.js';
import { explain } from '../../components/states.js';
import * as cycle from '../../cycle.js';
import * as format from '../../format.js';
import { html, live, nothing } from '../../html.js';
import * as preferences from '../../preferences.js';
import * as t from '../../texts/focus.js';
import { FALSE_START } from '../../timer.js';
import { Options } from './options.js';
import { setTimer } from './set-timer.js';
import { speciesPicker } from './species-picker.js';

const LENGTHS = [25, 50];
const LONGEST = 480;

export class TimerCard {
  /** Whether it was asked to give up. */
  asking = false;
  label = '';
  #busy = false;
  #problem = '';
  /** Whether another length than the usual ones is wanted. */
  #custom = false;
  #renaming = false;

  /**
   * @param {import('../../main.js').Context} ctx
   * @param {object} around
   * @param {import('../../species.js').SpeciesList} around.species
   * @param {() => string | null} around.plant the species of the session that runs
   * @param {() => number | null} around.earned the points that the last session brought, once known
   */
  constructor(ctx, { species, plant, earned }) {
    this.ctx = ctx;
    this.species = species;
    this.plant = plant;
    this.earned = earned;
    this.options = new Options(ctx);
    const { minutes } = preferences.focus();
    this.#custom = minutes !== null && !LENGTHS.includes(minutes);
  }

  view() {
    const { timer } = this.ctx;
    const { session } = timer;
    const { minutes, plant } = preferences.focus();
    if (!session) this.asking = false;
    const scene = { timer, species: this.species, plant: session || timer.rest ? this.plant() : plant, minutes };
    return html`<section class="card s12 timer-card" aria-label=${t.focus.timer}>
      <almanac-ring .scene=${scene}></almanac-ring>
      <div class="timer-side">
        ${session ? this.#running(session) : timer.rest ? this.#resting(timer.rest) : this.#ready()}
        <p class="problem" role="alert">${this.#problem}</p>
      </div>
    </section>`;
  }

  /** @param {import('../../timer.js').Session} session */
  #running(session) {
    const zone = this.ctx.zone();
    const { end } = this.ctx.timer;
    const from = format.time(Date.parse(session.started_at), zone);
    return html`<div class="timer-now">
      ${this.#naming(session)}
      <p class="note">
        ${end === null ? t.period.since(from) : t.period.span(from, format.time(end, zone))} ${this.#round()}
      </p>
      ${
        this.asking
          ? this.#question(session)
          : html`<div class="timer-acts">
              <button
                type="button"
                class="btn btn-primary btn-large"
                ?disabled=${this.#busy}
                @click=${() => this.complete()}
              >
                ${icon('check2')} ${t.focus.complete}
              </button>
              <button type="button" class="btn btn-quiet" ?disabled=${this.#busy} @click=${() => this.ask()}>
                ${t.focus.abandon}
              </button>
            </div>`
      }
    </div>`;
  }

  /** What the session is for, to be changed in its place.
   * @param {import('../../timer.js').Session} session */
  #naming(session) {
    if (!this.#renaming) {
      const rename = () => {
        this.#renaming = true;
        this.ctx.update();
        queueMicrotask(() => document.getElementById('timer-rename')?.focus());
      };
      return html`<h2 class="timer-label">
        <span class="wrap">${session.label ?? t.nav.focus}</span>
        <button
          type="button"
          class="icon-button"
          aria-label=${t.focus.renameNow}
          title=${t.focus.renameNow}
          @click=${rename}
        >
          ${icon('pencil')}
        </button>
      </h2>`;
    }
    const done = (/** @type {string | null} */ value) => {
      if (!this.#renaming) return;
      this.#renaming = false;
      this.ctx.update();
      if (value !== null && value.trim() !== (session.label ?? '')) this.#act(() => this.ctx.timer.rename(value));
    };
    const pressed = (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'Enter') done(/** @type {HTMLInputElement} */ (event.target).value);
      if (event.key === 'Escape') done(null);
    };
    return html`<input
      id="timer-rename"
      class="form-control"
      maxlength="200"
      aria-label=${t.focus.label}
      .value=${session.label ?? ''}
      @keydown=${pressed}
      @blur=${(/** @type {FocusEvent} */ event) => done(/** @type {HTMLInputElement} */ (event.target).value)}
    />`;
  }

  /** @param {import('../../timer.js').Session} session */
  #question(session) {
    const plant = this.plant();
    const name = plant ? this.species.nameOf(plant) : t.focus.yourPlant;
    const hardly = this.ctx.now() - Date.parse(session.started_at) <= FALSE_START;
    const keep = () => {
      this.asking = false;
      this.ctx.update();
    };
    return html`<div
      class="timer-question"
      role="alertdialog"
      aria-labelledby="abandon-title"
      aria-describedby="abandon-text"
    >
      <h3 id="abandon-title">${t.focus.abandonTitle}</h3>
      <p id="abandon-text">${hardly ? t.focus.abandonTraceless : t.focus.abandonWithers(name)}</p>
      <div class="timer-acts">
        <button type="button" id="abandon-no" class="btn btn-quiet" @click=${keep}>${t.focus.goOn}</button>
        <button type="button" class="btn btn-grave" ?disabled=${this.#busy} @click=${() => this.#abandon()}>
          ${t.focus.abandon}
        </button>
      </div>
    </div>`;
  }

  /** @param {import('../../cycle.js').Rest} rest */
  #resting(rest) {
    const until = format.time(rest.to, this.ctx.zone());
    return html`<div class="timer-now">
      ${this.#afterwards()}
      <p class="note">${t.focus.restNote(until)} ${this.#round()}</p>
      <div class="timer-acts">
        <button
          type="button"
          class="btn btn-primary btn-large"
          ?disabled=${this.#busy}
          @click=${() => this.start(rest.label ?? '')}
        >
          ${icon('play-fill')} ${t.focus.startNext}
        </button>
        <button type="button" class="btn btn-quiet" @click=${() => this.ctx.timer.skipRest()}>${t.focus.skip}</button>
      </div>
      ${this.options.view()}
    </div>`;
  }

  /** What the session that has just ended came to. */
  #afterwards() {
    const { last } = this.ctx.timer;
    if (!last) return html`<h2 class="timer-label">${t.focus.rest}</h2>`;
    if (last.abandoned) return html`<h2 class="timer-label">${t.focus.abandoned}</h2>`;
    const points = this.earned();
    return html`<h2 class="timer-label" id="timer-done">
        ${last.focus_min > 0 ? t.focus.done(format.duration(last.focus_min * 60)) : t.focus.doneShort}
        ${points === null ? nothing : html`<span class="badge-soft">${t.focus.points(format.number(points), points)}</span>`}
      </h2>
      ${last.label ? html`<p class="wrap timer-for">${last.label}</p>` : nothing}`;
  }

  /** How far it is to the long break, as dots. */
  #round() {
    const { breaks, every } = preferences.focus();
    if (!breaks) return nothing;
    const done = Math.min(cycle.done(this.ctx.now()), every);
    return html`<span
      class="round"
      role="img"
      aria-label=${t.focus.round(done, every)}
      title=${t.focus.round(done, every)}
      >${Array.from({ length: every }, (_, index) => html`<i class=${index < done ? 'is-done' : ''}></i>`)}</span
    >`;
  }

  #ready() {
    const { timer } = this.ctx;
    const set = preferences.focus();
    const submit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.start();
    };
    const typed = (/** @type {Event} */ event) => {
      this.label = /** @type {HTMLInputElement} */ (event.target).value;
    };
    return html`<form class="timer-plan" @submit=${submit}>
      ${timer.last ? html`<div class="timer-after">${this.#afterwards()}</div>` : nothing}
      <div>
        <label class="form-label" for="focus-label">${t.focus.label}</label>
        <input
          id="focus-label"
          class="form-control"
          maxlength="200"
          autocomplete="off"
          placeholder=${t.focus.labelHint}
          .value=${live(this.label)}
          @input=${typed}
        />
        ${this.#recent()}
      </div>
      ${this.#lengths(set.minutes)}
      ${
        this.species.all.length > 0
          ? speciesPicker(this.species, set.plant, (plant) => this.#set({ plant }))
          : html`<div class="species-room"></div>`
      }
      <div class="timer-acts">
        <button type="submit" class="btn btn-primary btn-large" ?disabled=${this.#busy}>
          ${icon('play-fill')} ${t.focus.start}
        </button>
        ${this.#round()}
      </div>
      ${this.options.view()}
    </form>`;
  }

  /** What the last sessions were for: one press instead of typing it again. */
  #recent() {
    const { labels } = this.ctx.timer;
    if (labels.length === 0) return nothing;
    const choose = (/** @type {string} */ label) => {
      this.label = label;
      this.ctx.update();
    };
    return html`<ul class="recent" aria-label=${t.focus.recent}>
      ${labels.map(
        (label) =>
          html`<li>
            <button type="button" class="recent-one" title=${label} @click=${() => choose(label)}>${label}</button>
          </li>`,
      )}
    </ul>`;
  }

  /** @param {number | null} minutes */
  #lengths(minutes) {
    const choice = (/** @type {string} */ text, /** @type {boolean} */ chosen, /** @type {() => void} */ act) =>
      html`<button type="button" class="seg-item" aria-pressed=${chosen ? 'true' : 'false'} @click=${act}>
        ${text}
      </button>`;
    const plan = (/** @type {number | null} */ wanted) => () => {
      this.#custom = false;
      this.#set({ minutes: wanted });
    };
    const customize = () => {
      this.#custom = true;
      this.#set({ minutes: minutes ?? 90 });
      queueMicrotask(() => /** @type {HTMLInputElement | null} */ (document.getElementById('focus-minutes'))?.select());
    };
    const changed = (/** @type {Event} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (Number.isNaN(input.valueAsNumber)) return;
      this.#set({ minutes: Math.min(Math.max(Math.round(input.valueAsNumber), 1), LONGEST) });
    };
    return html`<div>
      <span class="form-label" id="focus-length">${t.focus.length}</span>
      <div class="lengths">
        <div class="seg" role="group" aria-labelledby="focus-length">
          ${LENGTHS.map((one) => choice(t.focus.minutes(one), !this.#custom && minutes === one, plan(one)))}
          ${choice(t.focus.custom, this.#custom, customize)}
          ${choice(t.focus.open, !this.#custom && minutes === null, plan(null))}
        </div>
        ${
          this.#custom
            ? html`<input
                id="focus-minutes"
                type="number"
                class="form-control"
                inputmode="numeric"
                min="1"
                max=${LONGEST}
                aria-label=${t.focus.customMinutes}
                .value=${live(String(minutes ?? ''))}
                @change=${changed}
              />`
            : nothing
        }
      </div>
    </div>`;
  }

  /** @param {Partial<preferences.FocusPreferences>} change */
  #set(change) {
    setTimer(this.ctx, change);
  }

  /** @param {string} [label] */
  start(label = this.label) {
    const { minutes, plant } = preferences.focus();
    // What was locked when it was chosen here may be so for who is signed in now.
    const known = this.species.named(plant);
    return this.#act(() => this.ctx.timer.start({ minutes, label, plant: known && !known.unlocked ? null : plant }));
  }

  complete() {
    return this.#act(() => this.ctx.timer.complete());
  }

  ask() {
    this.asking = true;
    this.ctx.update();
    queueMicrotask(() => document.getElementById('abandon-no')?.focus());
  }

  #abandon() {
    return this.#act(() => this.ctx.timer.abandon());
  }

  /** One at a time, and what goes wrong is said.
   * @param {() => Promise<void>} act */
  async #act(act) {
    if (this.#busy) return;
    this.#busy = true;
    this.#problem = '';
    this.ctx.update();
    try {
      await act();
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#busy = false;
    this.ctx.update();
  }
}
