// The garden: every session's plant, by day, month or year, and what may be planted.

import { todayOf } from '../calendar.js';
import { chartCard } from '../components/card.js';
import { steps } from '../components/date-nav.js';
import '../components/garden.js';
import { hourOf, seasonOf } from '../components/garden-season.js';
import { icon } from '../components/icon.js';
import { errorState, skeletonPage } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import { GROWN, SpeciesList } from '../species.js';
import * as t from '../texts/garden.js';
import { Turns } from '../turns.js';
import { addDays, instantOf } from '../zone.js';

/**
 * @typedef {import('../api-types.d.ts').Plant} Plant
 * @typedef {'day' | 'month' | 'year'} Kind
 */

const KINDS = /** @type {const} */ (['day', 'month', 'year']);
const PAGE = 1000;
/** More plants than this no scene can show: the newest are drawn. */
const LIMIT = 3000;

/**
 * Where a part of the garden lives.
 * @param {Kind} kind
 * @param {string | null} date any day of it
 */
function addressOf(kind, date) {
  return date ? `/garden/${kind}/${date}` : `/garden/${kind}`;
}

export class GardenPage {
  section = 'garden';
  /** The oldest first. @type {Plant[] | null} */
  #plants = null;
  /** How many there are in all. */
  #total = 0;
  /** What sessions were for, by their id. @type {Map<string, string>} */
  #labels = new Map();
  /** @type {unknown} */
  #error = null;
  #closed = false;
  #turns = new Turns();
  /** The day it is, as it was when the plants were asked for. */
  #asked = '';

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{kind: Kind, date: string | null}} which
   */
  constructor(ctx, { kind, date }) {
    this.ctx = ctx;
    this.kind = kind;
    this.wanted = date;
    this.species = new SpeciesList(ctx.api);
    this.release = subscribe(
      ['session.started', 'session.completed', 'session.abandoned', 'session.deleted', 'garden.updated'],
      () => this.load(),
    );
  }

  close() {
    this.#closed = true;
    this.release();
  }

  get title() {
    return t.garden.title;
  }

  get today() {
    return todayOf(this.ctx);
  }

  get date() {
    return this.wanted ?? this.today;
  }

  /** The first day and the last. @returns {[string, string]} */
  get span() {
    const [year, month] = [this.date.slice(0, 4), this.date.slice(0, 7)];
    if (this.kind === 'day') return [this.date, this.date];
    if (this.kind === 'year') return [`${year}-01-01`, `${year}-12-31`];
    return [`${month}-01`, addDays(this.#after(), -1)];
  }

  get current() {
    const [first, last] = this.span;
    return first <= this.today && this.today <= last;
  }

  /** The first day of the period before. */
  #before() {
    const [year, month] = this.date.split('-').map(Number);
    if (this.kind === 'day') return addDays(this.date, -1);
    if (this.kind === 'year') return `${year - 1}-01-01`;
    return month === 1 ? `${year - 1}-12-01` : `${year}-${String(month - 1).padStart(2, '0')}-01`;
  }

  /** The first day of the period after. */
  #after() {
    const [year, month] = this.date.split('-').map(Number);
    if (this.kind === 'day') return addDays(this.date, 1);
    if (this.kind === 'year') return `${year + 1}-01-01`;
    return month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  }

  /** What the period is called. */
  get name() {
    if (this.kind === 'day') return format.date(this.date, 'full');
    return this.kind === 'month' ? format.month(this.date, 'long') : this.date.slice(0, 4);
  }

  async load() {
    const isNew = this.#turns.begin();
    try {
      const [{ plants, total }] = await Promise.all([
        this.#ask(),
        this.species.all.length > 0 ? null : this.species.load(),
      ]);
      if (!isNew()) return;
      [this.#plants, this.#total] = [plants, total];
      this.#error = null;
    } catch (error) {
      if (!this.#plants) this.#error = error;
    }
    if (this.#closed) return;
    this.ctx.update();
    await this.#askLabels().catch(() => {});
    if (!this.#closed) this.ctx.update();
  }

  async poll() {
    // Past midnight it is another day, and once it is known who it is perhaps another zone.
    if (this.current || this.#asked !== this.span.join()) await this.load();
  }

  async #ask() {
    const [from, to] = this.span;
    this.#asked = this.span.join();
    /** @type {Plant[]} */
    const plants = [];
    /** @type {number} */
    let total;
    /** @type {string | null | undefined} */
    let cursor = null;
    do {
      /** @type {import('../api-types.d.ts').Garden} */
      const page = await this.ctx.api.get('/garden', { query: { from, to, limit: PAGE, cursor } });
      plants.push(...page.gardens);
      ({ total } = page);
      cursor = page.next_cursor;
    } while (cursor && plants.length < LIMIT);
    return { plants: plants.reverse(), total };
  }

  /** What the sessions were for: told when a plant is pointed at. */
  async #askLabels() {
    if (!this.#plants?.length) return;
    const [from, to] = this.span;
    /** @type {string | null | undefined} */
    let cursor = null;
    do {
      /** @type {import('../api-types.d.ts').FocusSessionList} */
      const page = await this.ctx.api.get('/sessions', { query: { from, to, limit: PAGE, cursor } });
      for (const { id, label } of page.sessions) if (label) this.#labels.set(id, label);
      cursor = page.next_cursor;
    } while (cursor && this.#labels.size < LIMIT);
  }

  header() {
    const { kind, wanted, current } = this;
    return html`<span class="grow"></span>
      <div class="seg" role="group" aria-label=${t.period.label}>
        ${KINDS.map(
          (one) =>
            html`<a
              class="seg-item"
              href=${addressOf(one, current ? null : wanted)}
              aria-current=${one === kind ? 'true' : nothing}
              >${t.garden.kinds[one]}</a
            >`,
        )}
      </div>
      ${steps({
        label: t.garden.kinds[kind],
        before: { href: addressOf(kind, this.#before()), label: t.garden.before[kind] },
        now: { href: addressOf(kind, null), text: t.garden.now[kind], current },
        after: { href: current ? null : addressOf(kind, this.#after()), label: t.garden.after[kind] },
      })}`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, Kind>} */
    const kinds = { d: 'day', m: 'month', y: 'year' };
    if (event.key === 'ArrowLeft') navigate(addressOf(this.kind, this.#before()));
    else if (event.key === 'ArrowRight' && !this.current) navigate(addressOf(this.kind, this.#after()));
    else if (kinds[event.key]) navigate(addressOf(kinds[event.key], this.current ? null : this.wanted));
    else return false;
    return true;
  }

  view() {
    // Once it is known who it is, it may be another day.
    if (this.#asked && this.#asked !== this.span.join()) queueMicrotask(() => this.load());
    const plants = this.#plants;
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!plants) return skeletonPage();
    return html`<div class="grid">${this.#card(plants)} ${this.#shelf(plants)}</div>`;
  }

  /** @param {Plant[]} plants */
  #card(plants) {
    const zone = this.ctx.zone();
    const noon = instantOf(zone, `${this.date}T12:00`);
    const now = this.current ? this.ctx.now() : noon;
    const season = seasonOf(
      this.kind === 'year' ? (this.current ? this.today : `${this.date.slice(0, 4)}-07-01`) : this.date,
      zone,
    );
    this.#scene = {
      plants,
      picture: this.#picture,
      tip: this.#tip,
      sentence: this.#sentence,
      summary: this.#summary(plants),
      season,
      hour: hourOf(zone, now),
      now,
    };
    return chartCard(this.ctx, {
      id: 'garden',
      title: this.name,
      note: this.#summary(plants),
      size: 's12 garden-card',
      file: `almanac-garden-${this.span[0]}`,
      data: () => this.#table(plants, zone),
      chart: () =>
        html`<div class="garden-frame">
          <almanac-garden .scene=${this.#scene}></almanac-garden>
          ${plants.length === 0 ? this.#empty() : nothing}
        </div>`,
    });
  }

  #scene = {};

  #empty() {
    return html`<div class="garden-word">
      <p>${this.current ? t.garden.emptyNow[this.kind] : t.garden.empty[this.kind]}</p>
      ${this.current ? html`<a class="btn btn-primary" href="/focus">${t.garden.emptyButton}</a>` : nothing}
    </div>`;
  }

  /** @param {Plant[]} plants */
  #summary(plants) {
    if (plants.length === 0) return t.garden.none;
    const withered = plants.filter((plant) => plant.withered).length;
    const minutes = plants.reduce((sum, plant) => sum + (plant.withered ? 0 : plant.focus_min), 0);
    return [
      this.#total > plants.length
        ? t.garden.newest(format.number(plants.length), format.number(this.#total))
        : t.garden.plants(format.number(plants.length), plants.length),
      withered > 0 ? t.garden.withered(format.number(withered)) : '',
      minutes > 0 ? format.duration(minutes * 60) : '',
    ]
      .filter(Boolean)
      .join(', ');
  }

  #picture = (/** @type {Plant} */ plant) => this.species.picture(plant.plant_type, plant.growth_stage, plant.withered);

  /** @param {Plant} plant */
  #state(plant) {
    if (plant.withered) return t.garden.state.withered;
    return plant.growth_stage >= GROWN ? t.garden.state.grown : t.garden.stage(plant.growth_stage);
  }

  #tip = (/** @type {Plant} */ plant) => {
    const label = this.#labels.get(plant.session_id);
    return html`<b class="wrap">${this.species.nameOf(plant.plant_type)}</b>
      ${label ? html`<div class="wrap">${label}</div>` : nothing}
      <div>${format.dateTime(Date.parse(plant.started_at), this.ctx.zone())}</div>
      <div class="note">${t.focus.minutes(plant.focus_min)}, ${this.#state(plant)}</div>`;
  };

  #sentence = (/** @type {Plant} */ plant) =>
    [
      this.species.nameOf(plant.plant_type),
      this.#labels.get(plant.session_id) ?? '',
      format.dateTime(Date.parse(plant.started_at), this.ctx.zone()),
      format.spokenDuration(plant.focus_min * 60),
      this.#state(plant),
    ]
      .filter(Boolean)
      .join(', ');

  /**
   * @param {Plant[]} plants
   * @param {string} zone
   */
  #table(plants, zone) {
    return {
      head: [
        { text: t.garden.planted },
        { text: t.focus.plant },
        { text: t.focus.columns.label },
        { text: t.focus.columns.minutes, number: true },
        { text: t.focus.columns.state },
      ],
      rows: plants.toReversed().map((plant) => ({
        cells: [
          { value: plant.started_at, show: format.dateTime(Date.parse(plant.started_at), zone) },
          this.species.nameOf(plant.plant_type),
          this.#labels.get(plant.session_id) ?? '',
          plant.focus_min,
          this.#state(plant),
        ],
      })),
    };
  }

  /** @param {Plant[]} plants */
  #shelf(plants) {
    const { all } = this.species;
    const open = all.filter((one) => one.unlocked).length;
    const next = all.find((one) => !one.unlocked);
    const counts = Object.groupBy(plants, (plant) => this.species.named(plant.plant_type)?.id ?? '');
    return html`<section class="card s12" aria-labelledby="shelf-title">
      <h2 id="shelf-title">
        ${t.garden.shelf}
        <small
          >${t.garden.unlocked(format.number(open), format.number(all.length))}${
            next ? `; ${t.garden.next(next.name, next.level)}` : ''
          }</small
        >
      </h2>
      <ul class="shelf">
        ${all.map(
          (one) =>
            html`<li class=${one.unlocked ? '' : 'is-locked'}>
              <img src=${one.pictures[GROWN]} alt="" loading="lazy" />
              <b>${one.name}</b>
              <span class="note"
                >${
                  one.unlocked
                    ? t.garden.here(format.number(counts[one.id]?.length ?? 0), counts[one.id]?.length ?? 0)
                    : html`${icon('lock-fill')} ${t.focus.lockedAt(one.level)}`
                }</span
              >
            </li>`,
        )}
      </ul>
    </section>`;
  }
}
