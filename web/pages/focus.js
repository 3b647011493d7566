// Focus: the timer, what today and the year come to, and every session there was.

import { HeatMap } from '../components/heat-map.js';
import { errorState, skeletonPage } from '../components/states.js';
import { html } from '../html.js';
import { Listing } from '../listing.js';
import { SESSIONS, subscribe } from '../news.js';
import { SpeciesList } from '../species.js';
import * as t from '../texts/focus.js';
import { Charts } from './focus/charts.js';
import { figures } from './focus/figures.js';
import { History } from './focus/history.js';
import { TimerCard } from './focus/timer-card.js';

/**
 * @typedef {import('../api-types.d.ts').FocusDay} FocusDay
 * @typedef {import('../api-types.d.ts').FocusSession} FocusSession
 */

const YEAR = 366;

export class FocusPage {
  section = 'focus';
  title = t.nav.focus;
  /** Newest first. @type {FocusDay[] | null} */
  #days = null;
  /** @type {import('../api-types.d.ts').FocusTotals | null} */
  #totals = null;
  /** @type {import('../api-types.d.ts').FocusHours | null} */
  #hours = null;
  /** @type {import('../api-types.d.ts').FocusTrends | null} */
  #trends = null;
  /** @type {unknown} */
  #error = null;
  /** The plant of a session. @type {{session: string, type: string} | null} */
  #plant = null;
  /** Points that the last session brought. @type {number | null} */
  #earned = null;
  #closed = false;
  /** @type {(() => void)[]} */
  #release = [];

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    /** @type {Listing<FocusSession>} */
    this.list = new Listing(ctx.api, '/sessions', 'sessions');
    this.species = new SpeciesList(ctx.api);
    this.charts = new Charts(ctx);
    this.history = new History(ctx, this.list);
    this.card = new TimerCard(ctx, {
      species: this.species,
      plant: () => this.#plantOf(ctx.timer.session ?? ctx.timer.last),
      earned: () => this.#earned,
    });
    const changed = () => this.#lookAtPlant();
    const ticked = () => this.card.asking && this.ctx.update();
    ctx.timer.addEventListener('changed', changed);
    ctx.timer.addEventListener('tick', ticked);
    this.#release = [
      () => ctx.timer.removeEventListener('changed', changed),
      () => ctx.timer.removeEventListener('tick', ticked),
      subscribe(SESSIONS, () => this.#reload()),
    ];
  }

  close() {
    this.#closed = true;
    this.history.close();
    for (const release of this.#release) release();
  }

  header() {
    return html`<span class="grow"></span>`;
  }

  async load() {
    this.#error = null;
    const [days] = await Promise.all([this.#askDays(), this.list.load()]);
    if (this.#closed) return;
    this.#days = days;
    if (this.list.items) this.ctx.timer.take(this.list.items);
    this.ctx.update();
    if (!days) return;
    queueMicrotask(() => queueMicrotask(() => HeatMap.showEnd()));
    await Promise.allSettled([
      this.species.load(),
      this.#askTotals(),
      this.#lookAtPlant(),
      this.#ask('/stats/hours').then((hours) => (this.#hours = hours)),
      this.#ask('/stats/trends').then((trends) => (this.#trends = trends)),
    ]);
    this.ctx.update();
  }

  async poll() {
    if (this.#days) await this.#reload();
  }

  async #askDays() {
    try {
      return (await this.ctx.api.get(`/stats/daily/${YEAR}`)).daily_stats;
    } catch (error) {
      this.#error = error;
      return this.#days;
    }
  }

  /** @param {string} path
   * @returns {Promise<any>} */
  #ask(path) {
    return this.ctx.api.get(path);
  }

  async #askTotals() {
    const before = this.#totals;
    this.#totals = await this.#ask('/stats/me');
    const { last } = this.ctx.timer;
    if (before && this.#totals && last?.completed && before.xp_points !== this.#totals.xp_points)
      this.#earned = this.#totals.xp_points - before.xp_points;
  }

  /** Everything anew; what is here stays meanwhile. */
  async #reload() {
    await Promise.allSettled([
      this.list.poll(),
      this.#askDays().then((days) => (this.#days = days)),
      this.#askTotals(),
      this.#ask('/stats/hours').then((hours) => (this.#hours = hours)),
      this.#ask('/stats/trends').then((trends) => (this.#trends = trends)),
    ]);
    // A level may have come with it, and a plant with the level.
    await this.species.load().catch(() => {});
    if (!this.#closed) this.ctx.update();
  }

  /** @param {FocusSession | null} session */
  #plantOf(session) {
    return session && this.#plant?.session === session.id ? this.#plant.type : null;
  }

  /** Which plant grows by the session that runs. */
  async #lookAtPlant() {
    const { session } = this.ctx.timer;
    if (session) this.#earned = null;
    if (!session || this.#plantOf(session)) return;
    try {
      const plant = await this.#ask(`/garden/session/${session.id}`);
      this.#plant = { session: session.id, type: plant.plant_type };
    } catch {
      // Without it the first species stands there.
    }
    if (!this.#closed) this.ctx.update();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { timer } = this.ctx;
    const { key, target } = event;
    // On a control the space bar is the control's.
    const free = target instanceof Element && !target.closest('a, button, summary, input, [role="slider"]');
    if (key === 't' && !timer.session) this.card.start();
    else if ((key === 'c' || (key === ' ' && free)) && timer.session) this.card.complete();
    else if (key === 'x' && timer.session) this.card.ask();
    else if (key === 'l' && !timer.session) document.getElementById('focus-label')?.focus();
    else return key === 'u' && this.history.undos.undo();
    return true;
  }

  view() {
    if (this.#error && !this.#days) return errorState(this.#error, () => this.load());
    if (!this.#days) return skeletonPage();
    return html`<div class="grid">
      ${this.card.view()} ${figures(this.#days, this.#totals)} ${this.charts.heat(this.#days)}
      ${this.charts.days(this.#days)} ${this.charts.trends(this.#trends)} ${this.charts.best(this.#hours)}
      ${this.history.view()}
    </div>`;
  }
}
