// Focus: the timer, what today and the year come to, and every session there was.

import { HeatMap } from '../components/heat-map.js';
import { errorState, skeletonPage } from '../components/states.js';
import { html } from '../html.js';
import { Listing } from '../listing.js';
import { SESSIONS, subscribe } from '../news.js';
import { SpeciesList } from '../species.js';
import * as t from '../texts/focus.js';
import { Turns } from '../turns.js';
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
  /** As they were before the session that runs, or ran last. @type {import('../api-types.d.ts').FocusTotals | null} */
  #before = null;
  /** Points that the last session brought. @type {number | null} */
  #earned = null;
  /** By path. @type {Map<string, Turns>} */
  #turns = new Map();
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
    const changed = () => {
      if (ctx.timer.session) this.#begin();
      this.#lookAtPlant();
    };
    const ended = () => this.#reckon();
    const ticked = () => this.card.asking && this.ctx.update();
    ctx.timer.addEventListener('changed', changed);
    ctx.timer.addEventListener('ended', ended);
    ctx.timer.addEventListener('tick', ticked);
    this.#release = [
      () => ctx.timer.removeEventListener('changed', changed),
      () => ctx.timer.removeEventListener('ended', ended),
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
    // The list says what runs as well: the timer need not ask.
    const isNew = this.ctx.timer.turns.begin();
    await Promise.all([this.#askDays(), this.list.load()]);
    if (this.#closed) return;
    if (this.list.items && isNew()) this.ctx.timer.take(this.list.items);
    this.ctx.update();
    if (!this.#days) return;
    queueMicrotask(() => queueMicrotask(() => HeatMap.showEnd()));
    await Promise.allSettled([this.species.load(), this.#lookAtPlant(), ...this.#askFigures()]);
    this.ctx.update();
  }

  async poll() {
    if (this.#days) await this.#reload();
  }

  /**
   * Asks, and takes the answer unless that to a later question has come.
   * @param {string} path
   * @param {(answer: any) => void} take
   */
  async #ask(path, take) {
    const turns = this.#turns.get(path) ?? new Turns();
    this.#turns.set(path, turns);
    const isNew = turns.begin();
    const answer = await this.ctx.api.get(path);
    if (isNew()) take(answer);
  }

  async #askDays() {
    this.#error = null;
    try {
      await this.#ask(`/stats/daily/${YEAR}`, (answer) => (this.#days = answer.daily_stats));
    } catch (error) {
      this.#error = error;
    }
  }

  /** What else the sessions come to. */
  #askFigures() {
    return [
      this.#ask('/stats/me', (totals) => this.#takeTotals(totals)),
      this.#ask('/stats/hours', (hours) => (this.#hours = hours)),
      this.#ask('/stats/trends', (trends) => (this.#trends = trends)),
    ];
  }

  /** @param {import('../api-types.d.ts').FocusTotals} totals */
  #takeTotals(totals) {
    this.#totals = totals;
    this.#before ??= totals;
    this.#reckon();
  }

  /** A session runs: what was earned will be what it brings. */
  #begin() {
    this.#before = this.#totals;
    this.#earned = null;
  }

  /** Another tab may have ended the session: then it, or the totals with its points, may be here first. */
  #reckon() {
    const { last } = this.ctx.timer;
    if (!last?.completed || !this.#before || !this.#totals) return;
    this.#earned ??= this.#totals.xp_points - this.#before.xp_points || null;
    this.ctx.update();
  }

  /** Everything anew; what is here stays meanwhile. */
  async #reload() {
    await Promise.allSettled([this.list.poll(), this.#askDays(), ...this.#askFigures()]);
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
    if (!session || this.#plantOf(session)) return;
    try {
      const plant = await this.ctx.api.get(`/garden/session/${session.id}`);
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
    const isListed = this.list.items || this.list.error;
    if (!this.#days || !isListed) return skeletonPage();
    return html`<div class="grid">
      ${this.card.view()} ${figures(this.#days, this.#totals)} ${this.charts.heat(this.#days)}
      ${this.charts.days(this.#days)} ${this.charts.trends(this.#trends)} ${this.charts.best(this.#hours)}
      ${this.history.view()}
    </div>`;
  }
}
