// The line at the head of the page: what is typed there starts a timer or adds an entry. `@` offers projects, `#` tags.

import { dayStartOf, todayOf } from '../../calendar.js';
import { icon } from '../../components/icon.js';
import { explain } from '../../components/states.js';
import * as format from '../../format.js';
import { html, live, nothing } from '../../html.js';
import { newId } from '../../ids.js';
import { tell } from '../../news.js';
import { paint } from '../../projects.js';
import * as t from '../../texts/time.js';
import { warned } from './edit.js';
import { matching, placeOf, readLine } from './line.js';

/**
 * @typedef {import('../../api-types.d.ts').Project} Project
 *
 * @typedef {object} Offer what can be chosen below the line
 * @property {string} text
 * @property {string} [note]
 * @property {Project} [project]
 * @property {() => unknown} take
 */

/** Offers at once. */
const MOST = 8;
const INPUT = 'time-line';

export class QuickLine {
  text = '';
  #project = '';
  #billable = false;
  #busy = false;
  #problem = '';
  #id = newId();
  /** Where the word begins for which there are offers; -1: none. */
  #at = -1;
  #word = '';
  #chosen = -1;

  /**
   * @param {import('../../main.js').Context} ctx
   * @param {object} around
   * @param {() => string} around.date the day that is shown, or today
   * @param {() => string[]} around.tags those that are in use
   * @param {import('../../components/undo.js').Undos} around.undos
   */
  constructor(ctx, { date, tags, undos }) {
    this.ctx = ctx;
    this.date = date;
    this.tags = tags;
    this.undos = undos;
  }

  focus() {
    document.getElementById(INPUT)?.focus();
  }

  get #line() {
    return readLine(this.text, this.ctx.tracker.projects.open);
  }

  get #place() {
    const { ctx } = this;
    const day = { date: this.date(), today: todayOf(ctx), zone: ctx.zone(), dayStart: dayStartOf(ctx) };
    return placeOf(this.#line, { ...day, now: ctx.now() });
  }

  view() {
    const { projects } = this.ctx.tracker;
    const place = this.#place;
    const adds = place !== null && place.end !== null;
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#send();
    };
    const chosen = (/** @type {Event} */ event) => {
      this.#project = /** @type {HTMLSelectElement} */ (event.target).value;
      this.ctx.update();
    };
    const bill = () => {
      this.#billable = !this.#billable;
      this.ctx.update();
    };
    return html`<form class="quick" @submit=${submit} aria-label=${t.time.quick}>
      ${this.#input()}
      <select
        class="form-select quick-project"
        aria-label=${t.time.project}
        .value=${live(this.#project)}
        @change=${chosen}
      >
        <option value="">${t.time.noProject}</option>
        ${projects.open.map(({ id, title }) => html`<option value=${id} ?selected=${id === this.#project}>${title}</option>`)}
      </select>
      <button
        type="button"
        class="icon-button quick-bill"
        aria-pressed=${this.#billable ? 'true' : 'false'}
        aria-label=${t.time.billable}
        title=${t.time.billable}
        @click=${bill}
      >
        ${icon('cash-coin')}
      </button>
      <button type="submit" class="btn btn-primary" ?disabled=${this.#busy}>
        ${icon(adds ? 'plus-lg' : 'play-fill')} ${adds ? t.time.add : t.time.start}
      </button>
      <p class="note quick-said" id="quick-said" role="status">${this.#said(place)}</p>
      <p class="problem" role="alert">${this.#problem}</p>
    </form>`;
  }

  #input() {
    const offers = this.#offers;
    const open = offers.length > 0;
    const typed = (/** @type {Event} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      this.text = input.value;
      this.#problem = '';
      this.#look(input.selectionStart ?? input.value.length);
    };
    const pressed = (/** @type {KeyboardEvent} */ event) => this.#key(event, offers);
    const left = () => {
      this.#close();
    };
    return html`<span class="quick-box">
      <input
        id=${INPUT}
        class="form-control"
        type="text"
        role="combobox"
        autocomplete="off"
        autocapitalize="off"
        maxlength="3000"
        placeholder=${t.time.quickHint}
        aria-label=${t.time.quickLabel}
        aria-describedby="quick-said"
        aria-autocomplete="list"
        aria-expanded=${open ? 'true' : 'false'}
        aria-controls="quick-offers"
        aria-activedescendant=${open && this.#chosen >= 0 ? `offer-${this.#chosen}` : nothing}
        .value=${live(this.text)}
        @input=${typed}
        @keydown=${pressed}
        @blur=${left}
      />
      <ul class="quick-offers" id="quick-offers" role="listbox" aria-label=${t.time.offers} ?hidden=${!open}>
        ${offers.map((offer, index) => this.#offer(offer, index))}
      </ul>
    </span>`;
  }

  /**
   * @param {Offer} offer
   * @param {number} index
   */
  #offer({ text, note, project, take }, index) {
    const { look, style } = paint(this.ctx.colours, project);
    // The line keeps the focus.
    const pressed = (/** @type {Event} */ event) => {
      event.preventDefault();
      take();
    };
    return html`<li
      id="offer-${index}"
      role="option"
      class=${look}
      .style=${style}
      aria-selected=${index === this.#chosen ? 'true' : 'false'}
      @pointerdown=${pressed}
    >
      ${project ? html`<i class="chip"></i>` : nothing}<span>${text}</span>${note ? html`<small>${note}</small>` : nothing}
    </li>`;
  }

  /** Which word the cursor is in. @param {number} cursor */
  #look(cursor) {
    const found = this.text.slice(0, cursor).match(/(?:^|\s)([@#])(\S*)$/);
    this.#at = found ? cursor - found[2].length - 1 : -1;
    this.#word = found ? found[1] + found[2] : '';
    // A tag may be a new one; a project is one of those that are there.
    this.#chosen = found?.[1] === '@' ? 0 : -1;
    this.ctx.update();
  }

  #close() {
    if (this.#at < 0) return;
    this.#at = -1;
    this.ctx.update();
  }

  /** @returns {Offer[]} */
  get #offers() {
    if (this.#at < 0) return [];
    const typed = this.#word.slice(1);
    if (this.#word.startsWith('#')) {
      const tags = this.tags().filter((tag) => tag.toLowerCase().startsWith(typed.toLowerCase()) && !/\s/.test(tag));
      return tags.slice(0, MOST).map((tag) => ({ text: `#${tag}`, take: () => this.#replace(`#${tag} `) }));
    }
    const { projects } = this.ctx.tracker;
    /** @type {Offer[]} */
    const offers = matching(projects.open, typed)
      .slice(0, MOST)
      .map((project) => ({
        text: project.title,
        note: project.client ?? '',
        project,
        take: () => this.#takeProject(project.id),
      }));
    if (typed && projects.all && !offers.some(({ text }) => text.toLowerCase() === typed.toLowerCase()))
      offers.push({ text: t.time.newProject(typed), take: () => this.#makeProject(typed) });
    return offers;
  }

  /** @param {string} id */
  #takeProject(id) {
    this.#project = id;
    this.#replace('');
  }

  /** @param {string} title */
  async #makeProject(title) {
    this.#replace('');
    try {
      const { projects } = this.ctx.tracker;
      const project = await this.ctx.api.send('POST', '/projects', { title });
      projects.all = [...(projects.all ?? []), project];
      this.#project = project.id;
      tell('project.updated');
    } catch (error) {
      this.#problem = explain(error);
    }
    this.ctx.update();
  }

  /** Puts something in the place of the word that is typed. @param {string} text */
  #replace(text) {
    const before = this.text.slice(0, this.#at) + text;
    this.text = before + this.text.slice(this.#at + this.#word.length).trimStart();
    this.#at = -1;
    this.ctx.update();
    queueMicrotask(() => {
      const input = document.getElementById(INPUT);
      if (input instanceof HTMLInputElement) input.setSelectionRange(before.length, before.length);
    });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Offer[]} offers
   */
  #key(event, offers) {
    const { key } = event;
    const open = offers.length > 0;
    if (event.isComposing) return;
    if (open && (key === 'ArrowDown' || key === 'ArrowUp')) {
      const step = key === 'ArrowDown' ? 1 : -1;
      this.#chosen = (this.#chosen + step + offers.length) % offers.length;
      this.ctx.update();
    } else if (open && this.#chosen >= 0 && (key === 'Enter' || key === 'Tab')) offers[this.#chosen]?.take();
    else if (key === 'Escape' && open) this.#close();
    else if (key === 'Escape') /** @type {HTMLElement} */ (event.target).blur();
    else return;
    event.preventDefault();
  }

  /** How the line is read. @param {{start: number | null, end: number | null} | null} place */
  #said(place) {
    if (this.text.trim() === '') return t.time.quickHelp;
    if (!place) return t.time.dayOver;
    const { start, end } = place;
    const { zone, date } = { zone: this.ctx.zone(), date: this.date() };
    if (start === null) return t.time.startsNow;
    if (end === null) return t.time.startsAt(format.time(start, zone));
    const span = t.period.span(format.time(start, zone), format.time(end, zone));
    return t.time.adds(span, format.duration((end - start) / 1000), format.date(date, 'long'));
  }

  async #send() {
    if (this.#busy) return;
    this.#busy = true;
    // Times are of the account's zone: whoever is quick waits until it is known.
    if (!this.ctx.api.account) await this.ctx.api.me().catch(() => null);
    const [line, place] = [this.#line, this.#place];
    this.#problem = place ? '' : t.time.dayOver;
    this.#busy = place !== null;
    this.ctx.update();
    if (!place) return;
    const instant = (/** @type {number | null} */ at) => (at === null ? undefined : new Date(at).toISOString());
    try {
      const entry = await this.ctx.tracker.add({
        // The same line sent twice, because no answer came, is one entry.
        id: this.#id,
        description: line.description || null,
        project_id: line.project?.id ?? (this.#project || null),
        tags: line.tags,
        billable: this.#billable,
        start_time: instant(place.start),
        end_time: instant(place.end),
      });
      this.#clear();
      this.#kept(entry);
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#busy = false;
    this.ctx.update();
  }

  #clear() {
    this.text = '';
    this.#project = '';
    this.#billable = false;
    this.#at = -1;
    this.#id = newId();
  }

  /** @param {import('../../api-types.d.ts').TimeEntry} entry */
  #kept(entry) {
    warned(this.ctx, entry);
    if (!entry.end_time) return;
    this.undos.offer(t.time.added(format.duration(entry.duration_seconds)), async () => {
      await this.ctx.api.send('DELETE', `/time-entries/${entry.id}`);
      tell('time_entry.updated');
    });
  }
}
