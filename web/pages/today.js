// A day: attention and screen time, the timeline, where the time went, hour by hour.

import { categoriesCard } from '../components/categories.js';
import { totalCard } from '../components/totals.js';
import { HoursCard } from '../components/hours.js';
import { pagesOf } from '../components/timeline-card.js';
import { focusLane, timeLane } from '../components/timeline-own.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { SESSIONS, subscribe } from '../news.js';
import * as t from '../texts/usage.js';
import { Turns } from '../turns.js';
import { DAY, HOUR, addDays, clockChanges, hourRanges, wallClock } from '../zone.js';
import { PeriodPage } from './period-page.js';

/** Focus sessions or time entries of a day: more than anybody has. */
const LIMIT = 200;

/**
 * @typedef {import('../api-types.d.ts').StatsToday} StatsToday
 * @extends {PeriodPage<StatsToday>}
 */
export class TodayPage extends PeriodPage {
  /** The day's focus sessions. @type {import('../api-types.d.ts').FocusSession[]} */
  focus = [];
  /** The day's time entries. @type {import('../api-types.d.ts').TimeEntry[]} */
  entries = [];
  /** The lanes of both. @type {import('../components/timeline-own.js').OwnLane[]} */
  own = [];
  /** What browsers showed on it. @type {import('../components/timeline-layout.js').Session[]} */
  pages = [];
  /** What that was made of. @type {import('../api-types.d.ts').DaySpans | null} */
  #spans = null;
  #turns = { focus: new Turns(), entries: new Turns(), pages: new Turns() };
  /** @type {readonly string[]} */
  hears = ['usage.synced', 'events.synced', 'account.updated'];

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{date: string | null, device: string | null}} which
   * @param {StatsToday | null} stale
   */
  constructor(ctx, which, stale) {
    super(ctx, { kind: 'day', ...which }, stale);
    this.hours = new HoursCard(ctx, (hour) => this.#openHour(hour));
    const releases = [
      subscribe(SESSIONS, () => this.#loadFocus()),
      subscribe(['time_entry.updated', 'project.updated'], () => this.#loadEntries()),
    ];
    this.release = () => releases.forEach((release) => release());
  }

  async load() {
    await super.load();
    await Promise.all([this.#loadFocus(), this.#loadEntries(), this.#loadPages()]);
  }

  async refresh() {
    await super.refresh();
    await this.#loadPages();
  }

  async poll() {
    await super.poll();
    if (this.current) await this.#loadPages();
    if (this.current && this.focus.some((session) => !session.ended_at)) await this.#loadFocus();
  }

  close() {
    super.close();
    this.release();
  }

  /** The day's focus sessions: a lane of the timeline. They come last; a day is a day without them. */
  async #loadFocus() {
    const { stats } = this.period;
    if (!stats) return;
    const query = { from: stats.date, to: stats.date, limit: LIMIT };
    const isNew = this.#turns.focus.begin();
    /** @type {import('../api-types.d.ts').FocusSessionList | null} */
    const answer = await this.ctx.api.get('/sessions', { query }).catch(() => null);
    if (!answer || !isNew() || this.period.stats?.date !== stats.date) return;
    this.focus = answer.sessions;
    this.#lay();
  }

  /** The day's time entries: another lane. One that began the day before may go on into this one. */
  async #loadEntries() {
    const { stats } = this.period;
    if (!stats) return;
    const query = { from: addDays(stats.date, -1), to: stats.date, limit: LIMIT };
    const isNew = this.#turns.entries.begin();
    /** @type {import('../api-types.d.ts').TimeEntryList | null} */
    const answer = await this.ctx.api.get('/time-entries', { query }).catch(() => null);
    if (!answer || !isNew() || this.period.stats?.date !== stats.date) return;
    const { projects } = this.ctx.tracker;
    this.entries = answer.time_entries.filter(
      ({ end_time: end, start_time: start }) => Date.parse(end ?? start) > this.period.from || !end,
    );
    if (!projects.all && this.entries.some((entry) => entry.project_id)) await projects.load().catch(() => {});
    this.#lay();
  }

  #lay() {
    const { from, to } = this.period;
    const { projects } = this.ctx.tracker;
    this.own = [...focusLane(this.focus), ...timeLane(this.entries, { from, to }, projects, this.ctx.colours)];
    this.ctx.update();
  }

  /** What browsers showed in the day: it is a day without that too. */
  async #loadPages() {
    const { stats } = this.period;
    if (!stats) return;
    const isNew = this.#turns.pages.begin();
    /** @type {import('../api-types.d.ts').DaySpans | null} */
    const spans = await this.ctx.api.get('/events/spans', { query: { date: stats.date } }).catch(() => null);
    if (!spans || !isNew() || spans === this.#spans || this.period.stats?.date !== stats.date) return;
    this.#spans = spans;
    this.pages = pagesOf(spans, this.device);
    this.ctx.colours.learn([...new Set(this.pages.map((page) => page.app))]);
    this.ctx.update();
  }

  get title() {
    return this.date ? format.date(this.date, this.current ? 'long' : 'full') : t.nav.today;
  }

  get date() {
    return this.period.stats?.date ?? this.asked;
  }

  /** @param {StatsToday} stats */
  hasSessions(stats) {
    return stats.session_count > 0 || this.own.length > 0 || this.pages.length > 0;
  }

  /** @param {StatsToday} stats */
  cards(stats) {
    const now = this.ctx.now();
    const { from, to } = { from: Date.parse(stats.from), to: Date.parse(stats.to) };
    const running = now >= from && now < to;
    const first = Number(stats.day_start.slice(0, 2));
    const timeline =
      this.period.stats === stats
        ? this.timeline.view(this.period, {
            note: t.period.span(format.time(from, stats.timezone), format.time(to, stats.timezone)),
            file: this.file,
            now,
            own: this.own,
            pages: this.pages,
          })
        : html`<section class="card s12 sk-timeline"></section>`;
    if (stats.session_count === 0)
      return html`<div class="grid">
        ${timeline}
        <p class="s12 note">${this.pages.length > 0 ? t.states.onlyPages : t.states.onlyFocus}</p>
      </div>`;
    const nowHour = running ? new Date(wallClock(stats.timezone, now)).getUTCHours() : -1;
    return html`<div class="grid">
      ${clockNote(stats, from, to)} ${this.totals(stats, format.date(stats.previous.date, 'weekday'))}
      ${totalCard({
        id: 'session-count',
        title: t.totals.sessions,
        note: t.totals.sessionsNote(format.number(stats.apps.length), stats.apps.length),
        value: stats.session_count,
        show: format.number(stats.session_count),
        below: deviceNotes(stats),
        open: () => this.open(t.totals.sessions, {}, this.whole),
      })}
      ${timeline} ${this.apps.view(stats.apps, this.file)} ${this.hours.view(stats.hours, first, nowHour, this.file)}
      ${categoriesCard(this.ctx, stats.categories, this.file)}
    </div>`;
  }

  /** @param {number} hour */
  #openHour(hour) {
    const { stats, from, to } = this.period;
    if (!stats) return;
    const pad = (/** @type {number} */ value) => `${String(value).padStart(2, '0')}:00`;
    const title = t.period.span(format.clockTime(pad(hour)), format.clockTime(pad((hour + 1) % 24)));
    this.open(title, {}, hourRanges(stats.timezone, from, to, hour));
  }
}

/** @param {StatsToday} stats */
function deviceNotes(stats) {
  return html`<span class="note">${stats.devices.map((device) => device.name).join(', ')}</span>`;
}

/**
 * Says so where the day is not of 24 hours.
 * @param {StatsToday} stats
 * @param {number} from
 * @param {number} to
 */
function clockNote(stats, from, to) {
  const [change] = clockChanges(stats.timezone, from, to);
  if (!change || to - from === DAY) return nothing;
  // The wall clock's reading at the moment of the change, before it jumps.
  const before = format.clockTime(
    new Date(wallClock(stats.timezone, change.at) - change.jump).toISOString().slice(11, 16),
  );
  const text = change.jump > 0 ? t.period.shortDay(before) : t.period.longDay(before);
  return html`<p class="s12 day-note"><b>${t.period.hoursLong(format.number((to - from) / HOUR))}</b> ${text}</p>`;
}
