// Time: the line that starts a timer or adds an entry, and the entries of a day or a week.

import { boundsOf, todayOf, weekStartOf } from '../calendar.js';
import { datePicker, pickDate, steps } from '../components/date-nav.js';
import { icon } from '../components/icon.js';
import { emptyState, errorState, explain, skeletonPage } from '../components/states.js';
import { Undos } from '../components/undo.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import { spanOf } from '../span.js';
import * as t from '../texts/time.js';
import { Turns } from '../turns.js';
import { addDays } from '../zone.js';
import { TimeChart } from './time/chart.js';
import { overlapping, piecesOf, sumOf } from './time/days.js';
import { openEntry } from './time/edit.js';
import { figures } from './time/figures.js';
import { EntryList } from './time/list.js';
import { QuickLine } from './time/quick.js';
import { sections } from './time/sections.js';

/**
 * @typedef {import('../api-types.d.ts').TimeEntry} Entry
 * @typedef {import('../api-types.d.ts').TimeReport} Report
 * @typedef {'day' | 'week'} Kind
 */

/** As many as the API gives at once. */
const PAGE = 1000;
/** No entry is longer than 999 hours. */
const LONGEST = 42;

/** @param {Kind} kind @param {string | null} date */
const addressOf = (kind, date) =>
  kind === 'week' && !date ? '/time' : ['/time', kind, date].filter(Boolean).join('/');

export class TimePage {
  section = 'time';
  /** Those that touch the days that are shown. @type {Entry[] | null} */
  #entries = null;
  /** By day and project. @type {Report | null} */
  #report = null;
  /** What was asked for last, and what is here. */
  #asked = '';
  #here = '';
  /** @type {unknown} */
  #error = null;
  #closed = false;
  #turns = new Turns();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{kind: Kind, date: string | null}} which
   */
  constructor(ctx, { kind, date }) {
    this.ctx = ctx;
    this.kind = kind;
    this.wanted = date;
    this.undos = new Undos(ctx);
    this.chart = new TimeChart(ctx);
    this.list = new EntryList(ctx, this.undos, (id) => this.#projectOf(id));
    this.quick = new QuickLine(ctx, {
      undos: this.undos,
      date: () => (this.kind === 'day' ? this.span.first : this.today),
      tags: () => [...new Set(this.#entries?.flatMap(({ tags }) => tags) ?? [])].sort(),
    });
    this.release = subscribe(['time_entry.updated', 'project.updated', 'account.updated'], () => this.load());
  }

  close() {
    this.#closed = true;
    this.undos.close();
    this.release();
  }

  get today() {
    return todayOf(this.ctx);
  }

  /** The days that are shown. */
  get span() {
    const { today } = this;
    const date = this.wanted ?? today;
    const weekStart = weekStartOf(this.ctx);
    return spanOf(this.kind === 'day' ? 'custom' : 'week', date, date, { today, weekStart });
  }

  /** What is to be asked: between which instants the days are. */
  get #wanted() {
    const { first, last } = this.span;
    return [boundsOf(this.ctx, first).from, boundsOf(this.ctx, last).to].join(' ');
  }

  get title() {
    const { first, last } = this.span;
    const otherYear = last.slice(0, 4) !== this.today.slice(0, 4);
    if (this.kind === 'day') return format.date(first, otherYear ? 'full' : 'long');
    return format.shortRange(first, last, otherYear);
  }

  async load() {
    const { first, last } = this.span;
    const mine = this.#wanted;
    this.#asked = mine;
    const isNew = this.#turns.begin();
    try {
      const [entries, report] = await Promise.all([this.#askEntries(first, last), this.#askReport(first, last)]);
      const all = await this.#withEarlier(entries, report);
      if (mine !== this.#asked || !isNew()) return;
      [this.#entries, this.#report, this.#here] = [all, report, mine];
      this.#error = null;
    } catch (error) {
      if (!this.#entries) this.#error = error;
    }
    if (this.#closed) return;
    this.ctx.update();
    if (!this.ctx.tracker.projects.all) await this.ctx.tracker.projects.load().catch(() => {});
    if (!this.#closed) this.ctx.update();
  }

  async poll() {
    // Past midnight it is another day.
    if (this.span.running || this.#wanted !== this.#here) await this.load();
  }

  /**
   * Entries that began on these dates.
   * @param {string} from
   * @param {string} to
   */
  async #askEntries(from, to) {
    /** @type {Entry[]} */
    const entries = [];
    /** @type {string | null | undefined} */
    let cursor = null;
    do {
      /** @type {import('../api-types.d.ts').TimeEntryList} */
      const page = await this.ctx.api.get('/time-entries', { query: { from, to, limit: PAGE, cursor } });
      entries.push(...page.time_entries);
      cursor = page.next_cursor;
    } while (cursor);
    return entries;
  }

  /**
   * @param {string} from
   * @param {string} to
   * @returns {Promise<Report>}
   */
  #askReport(from, to) {
    return this.ctx.api.get('/time-entries/report', { query: { from, to, group_by: 'day,project' } });
  }

  /**
   * With those that began before and go on into these days: they are looked for where the report counts more than is here.
   * @param {Entry[]} entries
   * @param {Report} report
   */
  async #withEarlier(entries, report) {
    const { first, last } = this.span;
    const bounds = { from: boundsOf(this.ctx, first).from, to: boundsOf(this.ctx, last).to };
    const here = sumOf(piecesOf(entries, bounds, this.ctx.now()));
    if (report.total_seconds - here < 1) return entries;
    const earlier = await this.#askEntries(addDays(first, -LONGEST), addDays(first, -1));
    return [...entries, ...earlier.filter(({ end_time: end }) => !end || Date.parse(end) > bounds.from)];
  }

  /** What the report says of a project stands here first. @param {string} id */
  #projectOf(id) {
    const known = this.ctx.tracker.projects.of(id);
    if (known) return known;
    const group = this.#report?.groups.flatMap(({ groups }) => groups ?? []).find(({ key }) => key === id);
    return group && { title: group.name ?? '', color: group.color };
  }

  header() {
    const { kind, span } = this;
    const week = kind === 'week';
    const date = this.wanted && !span.running ? this.wanted : null;
    const days = week ? 7 : 1;
    const item = (/** @type {Kind} */ one) =>
      html`<a class="seg-item" href=${addressOf(one, date)} aria-current=${one === kind ? 'true' : nothing}
        >${t.period[one]}</a
      >`;
    return html`<span class="grow"></span>
      <div class="seg" role="group" aria-label=${t.period.label}>${item('day')} ${item('week')}</div>
      ${datePicker(span.first, (date) => navigate(addressOf(kind, date)))}
      ${steps({
        label: t.period[kind],
        before: {
          href: addressOf(kind, addDays(span.first, -days)),
          label: week ? t.period.weekBefore : t.period.dayBefore,
        },
        now: { href: addressOf(kind, null), text: week ? t.period.thisWeek : t.period.today, current: span.running },
        after: { href: this.#after, label: week ? t.period.weekAfter : t.period.dayAfter },
      })}`;
  }

  /** Where the days after these are; nothing is there beyond today. */
  get #after() {
    const { kind, span } = this;
    const next = addDays(span.last, 1);
    if (next > this.today) return null;
    return addressOf(kind, next);
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    const { kind, span } = this;
    const date = this.wanted && !span.running ? this.wanted : null;
    const { entry } = this.ctx.tracker;
    if (key === 'n') this.quick.focus();
    else if (key === 's' && entry) this.#try(() => this.ctx.tracker.stop());
    else if (key === 'c' && !entry) this.#continue();
    else if (key === 'ArrowLeft') navigate(addressOf(kind, addDays(span.first, kind === 'week' ? -7 : -1)));
    else if (key === 'ArrowRight' && this.#after) navigate(this.#after);
    else if (key === 'd') navigate(addressOf('day', date));
    else if (key === 'w') navigate(addressOf('week', date));
    else if (key === 'p') pickDate();
    else if (key === 'r') navigate('/time/report');
    else return key === 'u' && this.undos.undo();
    return true;
  }

  /** On with what was done last, on whichever day that was. */
  #continue() {
    return this.#try(async () => {
      /** @type {import('../api-types.d.ts').TimeEntryList} */
      const { time_entries: latest } = await this.ctx.api.get('/time-entries', {
        query: { limit: 1 + this.undos.waiting },
      });
      const last = latest.find(({ id }) => !this.undos.waits(id));
      if (last) await this.ctx.tracker.restart(last);
    });
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }

  view() {
    // Once it is known who it is, it may be another day, or days and weeks may begin at another time.
    if (this.#asked && this.#asked !== this.#wanted) queueMicrotask(() => this.load());
    const add = { open: () => openEntry(this.ctx, { undos: this.undos }), text: t.time.addTitle };
    return html`${sections('entries', add)} ${this.#content()}`;
  }

  #content() {
    const [entries, report, { span }] = [this.#entries, this.#report, this];
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!entries || !report) return skeletonPage();
    const days = [];
    const end = span.last < this.today ? span.last : this.today;
    for (let date = end; date >= span.first; date = addDays(date, -1))
      days.push({ date, bounds: boundsOf(this.ctx, date) });
    const warns = this.ctx.api.account?.settings.overlap === 'warn';
    const overlaps = warns ? overlapping(entries, this.ctx.now()) : new Set();
    const shown = entries.some(({ id }) => !this.undos.waits(id));
    return html`<section class="card quick-card" aria-label=${t.time.quick}>
        ${this.quick.view()} ${this.#running()}
      </section>
      ${
        shown
          ? html`<div class="grid time-figures">
                ${figures(report)}
                ${
                  this.kind === 'week'
                    ? this.chart.view(span, report, (date) => date <= this.today && navigate(addressOf('day', date)))
                    : nothing
                }
              </div>
              ${this.list.view(entries, days, overlaps)}`
          : this.#empty()
      }`;
  }

  /** What runs, set large. */
  #running() {
    const { tracker } = this.ctx;
    const { entry, project } = tracker;
    if (!entry) return nothing;
    const since = format.time(Date.parse(entry.start_time), this.ctx.zone());
    return html`<div class="quick-running">
      <span class="quick-what"
        ><b class="wrap">${entry.description ?? project?.title ?? t.tracker.unnamed}</b>
        <span class="note"
          >${[entry.description ? project?.title : '', t.period.since(since)].filter(Boolean).join(' · ')}</span
        ></span
      >
      <almanac-running class="figure" role="timer" aria-label=${t.time.runs} .tracker=${tracker}></almanac-running>
      <button type="button" class="btn btn-primary" @click=${() => this.#try(() => tracker.stop())}>
        ${icon('stop-fill')} ${t.tracker.stop}
      </button>
    </div>`;
  }

  #empty() {
    return emptyState({
      icon: 'hourglass-split',
      title: this.kind === 'day' ? t.time.emptyDay : t.time.emptyWeek,
      text: t.time.emptyText,
      act: () => this.quick.focus(),
      button: t.time.emptyButton,
    });
  }
}
