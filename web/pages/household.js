// The household: what electricity, gas and water come to, beside what they came to before.

import { todayOf, weekStartOf } from '../calendar.js';
import { askDates } from '../components/ask-dates.js';
import { HeatMap } from '../components/heat-map.js';
import { spanNav } from '../components/span-nav.js';
import { emptyState, errorState, skeletonPage } from '../components/states.js';
import { Undos } from '../components/undo.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import { neighbours, spanName, spanOf, yearOf } from '../span.js';
import * as t from '../texts/household.js';
import { Turns } from '../turns.js';
import { isDate } from '../zone.js';
import { HouseholdCharts } from './household/charts.js';
import { openEntry } from './household/entry.js';
import { totalOf } from './household/figures.js';
import { Profile } from './household/profile.js';
import { sections } from './household/sections.js';
import { rowsOf } from './household/sums.js';
import { SHOWN_UNIT, TYPES } from './household/units.js';

/**
 * @typedef {import('../span.js').Kind} Kind
 * @typedef {import('../span.js').Span} Span
 * @typedef {import('../api-types.d.ts').ConsumptionAnalytics} Analytics
 * @typedef {import('../api-types.d.ts').ConsumptionOfType} OfType
 */

/**
 * Where a span lives.
 * @param {Kind} kind
 * @param {string[]} dates any day of it; the first and the last of a custom one
 */
export function addressOf(kind, ...dates) {
  if (kind === 'month' && dates.length === 0) return '/household';
  return ['/household', kind === 'custom' ? 'dates' : kind, ...dates].join('/');
}

export class HouseholdPage {
  section = 'household';
  /** The span's figures. @type {Analytics | null} */
  #now = null;
  /** Each day of a year, and of the span before. @type {Analytics | null} */
  #year = null;
  /** The span that is here. @type {Span | null} */
  #span = null;
  /** What was asked for last. */
  #asked = '';
  /** The newest day with a record, where the span has none. @type {string | null} */
  #newest = null;
  /** @type {unknown} */
  #error = null;
  #closed = false;
  #turns = new Turns();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{kind: Kind, date: string | null, last: string | null}} which
   */
  constructor(ctx, { kind, date, last }) {
    this.ctx = ctx;
    this.kind = kind;
    this.wanted = date;
    this.last = last;
    this.charts = new HouseholdCharts(ctx);
    this.profile = new Profile(ctx);
    this.undos = new Undos(ctx);
    this.release = subscribe(['consumption.updated', 'account.updated'], () => this.load());
  }

  close() {
    this.#closed = true;
    this.undos.close();
    this.release();
  }

  get today() {
    return todayOf(this.ctx);
  }

  /** The span that is wanted. */
  get span() {
    const weekStart = weekStartOf(this.ctx);
    return spanOf(this.kind, this.wanted ?? this.today, this.last, { today: this.today, weekStart });
  }

  get title() {
    return spanName(this.span);
  }

  async load() {
    const { span } = this;
    this.#asked = JSON.stringify(span);
    const year = yearOf(span);
    const isNew = this.#turns.begin();
    try {
      const [now, days] = await Promise.all([
        this.#ask(span.first, span.until, span.group),
        this.#ask(year.first, year.last, 'day'),
      ]);
      if (this.#asked !== JSON.stringify(span) || !isNew()) return;
      [this.#now, this.#year, this.#span] = [now, days, span];
      this.#error = null;
      const newest = this.#types().length > 0 ? null : await this.#askNewest();
      if (isNew()) this.#newest = newest;
    } catch (error) {
      if (!this.#now) this.#error = error;
    }
    if (this.#closed) return;
    this.ctx.update();
    queueMicrotask(() => queueMicrotask(() => HeatMap.showEnd()));
    await this.profile.load(span, this.#types());
    if (!this.#closed) this.ctx.update();
  }

  async poll() {
    // Past midnight it is another day.
    if (this.span.running || this.#asked !== JSON.stringify(this.span)) await this.load();
  }

  /**
   * @param {string} first
   * @param {string} last
   * @param {string} group
   * @returns {Promise<Analytics>}
   */
  #ask(first, last, group) {
    const query = { start_date: first, end_date: last, group_by: group, unit: SHOWN_UNIT };
    return this.ctx.api.get('/consumption/analytics', { query });
  }

  async #askNewest() {
    /** @type {import('../api-types.d.ts').ConsumptionList} */
    const { consumptions } = await this.ctx.api.get('/consumption', { query: { limit: 1 } });
    return consumptions[0]?.consumption_date ?? null;
  }

  /** The types of which there is anything in the span or the year. */
  #types() {
    const has = (/** @type {Analytics | null} */ answer, /** @type {string} */ type) =>
      (this.#of(answer, type)?.count ?? 0) > 0;
    return TYPES.filter((type) => has(this.#now, type) || has(this.#year, type));
  }

  /**
   * @param {Analytics | null} answer
   * @param {string} type
   * @returns {OfType | undefined}
   */
  #of(answer, type) {
    return answer?.types.find((one) => one.consumption_type === type);
  }

  header() {
    const { kind, span, today } = this;
    return html`<span class="grow"></span> ${spanNav({
        kind,
        current: span.running,
        dates: kind === 'custom' ? [span.first] : this.wanted && !span.running ? [this.wanted] : [],
        neighbours: neighbours(span, today),
        addressOf,
        ask: () => this.#askDates(),
      })}`;
  }

  #enter() {
    openEntry(this.ctx, { today: this.today, undos: this.undos });
  }

  #askDates() {
    const { first, until } = this.span;
    askDates(this.ctx, first, until, (from, to) => navigate(addressOf('custom', from, to)));
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    const { kind, span } = this;
    const { before, after } = neighbours(span, this.today);
    /** @type {Record<string, Kind>} */
    const kinds = { w: 'week', m: 'month', y: 'year' };
    if (key === 'ArrowLeft') navigate(addressOf(kind, ...before));
    else if (key === 'ArrowRight' && after) navigate(addressOf(kind, ...after));
    else if (kinds[key]) navigate(addressOf(kinds[key], ...(this.wanted && !span.running ? [this.wanted] : [])));
    else if (key === 'n') this.#enter();
    else if (key === 'r') navigate('/household/records');
    else return key === 'u' && this.undos.undo();
    return true;
  }

  view() {
    // Once it is known who it is, it may be another day, or weeks may begin on another.
    if (this.#asked && this.#asked !== JSON.stringify(this.span)) queueMicrotask(() => this.load());
    const enter = { open: () => this.#enter(), text: t.household.enter, label: t.household.enterLong };
    return html`${sections('overview', enter)} ${this.#content()}`;
  }

  #content() {
    const [now, year, span] = [this.#now, this.#year, this.#span];
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!now || !year || !span) return skeletonPage();
    const types = this.#types();
    if (types.length === 0) return this.#empty();
    const of = types.flatMap((type) => {
      const [one, days] = [this.#of(now, type), this.#of(year, type)];
      return one && days
        ? [{ span, now: one, year: days, rows: rowsOf(span, one, days), size: sizeOf(types.length) }]
        : [];
    });
    const energy = this.charts.share(
      of.map((one) => one.now),
      span,
      this.profile.known ? 's4' : 's12',
    );
    return html`<div class="grid">
      ${of.map(totalOf)} ${of.map((one) => this.charts.bars(one))}
      ${this.charts.year(
        of.map((one) => one.year),
        yearOf(span).heat,
        span.until,
      )}
      ${this.profile.view(span, energy === nothing ? 's12' : 's8')} ${energy}
    </div>`;
  }

  #empty() {
    if (this.#newest && isDate(this.#newest)) {
      return emptyState({
        icon: 'house-door',
        title: t.household.emptyHere,
        text: t.household.emptyHereText(format.date(this.#newest, 'full')),
        href: addressOf('month', this.#newest),
        button: t.household.emptyHereButton,
      });
    }
    return html`${emptyState({
      icon: 'house-door',
      title: t.household.empty,
      text: t.household.emptyText,
      act: () => this.#enter(),
      button: t.household.enterLong,
    })}`;
  }
}

/** How wide a card is where so many stand beside each other. @param {number} count */
function sizeOf(count) {
  return ['s12', 's12', 's6', 's4'][count];
}
