// What Today and Week have in common: loading, the header, the cards that open, the keys.

import { appName } from '../app-names.js';
import { AppsCard } from '../components/apps.js';
import { addressOf, calendarNote, dateNav, pickDate } from '../components/date-nav.js';
import { openSessions } from '../components/sessions-dialog.js';
import { emptyState, errorState, skeletonPage } from '../components/states.js';
import { TimelineCard, nameOf } from '../components/timeline-card.js';
import { change, durationFigure, overlap, totalCard } from '../components/totals.js';
import { html, nothing } from '../html.js';
import { Period } from '../period.js';
import { navigate } from '../router.js';
import * as t from '../texts/usage.js';
import { addDays, browserZone } from '../zone.js';

/**
 * Devices met so far, so that one can be chosen while the figures of another are shown.
 * @type {Map<string, {device_id: string, name: string}>}
 */
const met = new Map();

/**
 * @template {import('../api-types.d.ts').StatsToday | import('../api-types.d.ts').StatsWeek} Stats
 */
export class PeriodPage {
  /**
   * @param {import('../main.js').Context} ctx
   * @param {{kind: 'day' | 'week', date: string | null, device: string | null}} which
   * @param {Stats | null} stale figures to show dimmed until the new ones are here
   */
  constructor(ctx, { kind, date, device }, stale) {
    this.ctx = ctx;
    this.kind = kind;
    this.device = device;
    this.asked = date;
    this.stale = stale;
    /** @type {Period<Stats>} */
    this.period = new Period(ctx.api, kind === 'week' ? '/stats/week' : '/stats/today', { date, device }, (stats) =>
      this.#changed(stats),
    );
    this.apps = new AppsCard(ctx, {
      open: (app) => this.openApp(app.app, app.kind),
      highlight: (app) => this.#highlight(app),
    });
    this.timeline = new TimelineCard(ctx, (session) => {
      if (session.focus) navigate('/focus');
      else if (session.entry) navigate(`/time/day/${this.date}`);
      else if (session.page) navigate('/browsing');
      else this.openApp(session.app, session.kind);
    });
  }

  get section() {
    return this.kind === 'week' ? 'week' : 'today';
  }

  get stats() {
    return this.period.stats ?? this.stale;
  }

  /** The day, or the first day of the week. @returns {string | null} */
  get date() {
    return this.asked;
  }

  /** Whether the period is the present one. */
  get current() {
    const stats = this.period.stats;
    if (!stats) return this.asked === null;
    const now = this.ctx.now();
    return now >= Date.parse(stats.from) && now < Date.parse(stats.to);
  }

  /** The period as a range of instants. @returns {[number, number][]} */
  get whole() {
    return [[this.period.from, this.period.to]];
  }

  get file() {
    return `almanac-${this.kind}-${this.date ?? 'now'}`;
  }

  load() {
    return this.period.load();
  }

  /** @type {readonly string[]} */
  hears = ['usage.synced', 'account.updated'];

  /** Also of a day that is over: a device may have been away. @returns {Promise<void>} */
  refresh() {
    return this.period.poll();
  }

  poll() {
    return this.current ? this.period.poll() : undefined;
  }

  close() {
    this.period.close();
  }

  header() {
    const stats = this.stats;
    return html`${stats ? calendarNote(stats, browserZone(), Date.parse(stats.from)) : nothing}
      <span class="grow"></span>
      ${dateNav({
        kind: this.kind,
        date: this.date,
        current: this.current,
        device: this.device,
        devices: [...met.values()],
      })}`;
  }

  view() {
    const { stats, error, loading } = this.period;
    if (error) return errorState(error, () => this.load());
    if (!stats)
      return this.stale && loading ? html`<div class="stale" inert>${this.#figures(this.stale)}</div>` : skeletonPage();
    if (stats.total_seconds === 0 && !this.hasSessions(stats)) return this.#empty();
    return html`<div class=${loading ? 'stale' : ''}>${this.#figures(stats)}</div>`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key } = event;
    const week = this.kind === 'week';
    const days = week ? 7 : 1;
    if (key === 'ArrowLeft' && this.date) navigate(addressOf(this.kind, addDays(this.date, -days), this.device));
    else if (key === 'ArrowRight' && this.date && !this.current)
      navigate(addressOf(this.kind, addDays(this.date, days), this.device));
    else if (key === 'd' && week) navigate(addressOf('day', this.current ? null : this.date, this.device));
    else if (key === 'w' && !week) navigate(addressOf('week', this.current ? null : this.date, this.device));
    else if (key === '/') this.apps.focusSearch();
    else if (key === 'z') this.timeline.focus();
    else if (key === 'p') pickDate();
    else return false;
    return true;
  }

  /**
   * @param {string} app
   * @param {'app' | 'website'} kind
   */
  openApp(app, kind) {
    this.open(appName(app), { app, kind }, this.whole);
  }

  /**
   * Opens a figure to the sessions it is made of.
   * @param {string} title
   * @param {import('../period.js').Filter} filter
   * @param {[number, number][]} ranges
   */
  open(title, filter, ranges) {
    const stats = this.period.stats;
    if (!stats) return;
    openSessions(this.ctx, {
      title,
      filter,
      ranges,
      file: `${this.file}-made-of`,
      period: this.period,
      deviceName: (id) => nameOf(stats.devices, id),
    });
  }

  /**
   * The cards of the page. A stale picture is drawn without its sessions.
   * @param {Stats} _stats
   * @returns {import('../html.js').View}
   */
  cards(_stats) {
    throw new Error('a page draws its own cards');
  }

  /**
   * @param {Stats} _stats
   * @returns {boolean}
   */
  hasSessions(_stats) {
    throw new Error('a page knows its own figures');
  }

  /** @param {Stats} stats */
  #figures(stats) {
    return this.cards(stats);
  }

  /** @param {Stats | null} stats */
  #changed(stats) {
    if (stats) {
      this.ctx.colours.learn(stats.apps.map((app) => app.app));
      for (const device of stats.devices) met.set(device.device_id, device);
    }
    this.ctx.update();
  }

  /**
   * Attention and screen time.
   * @param {Stats} stats
   * @param {string} before what they are compared with
   */
  totals(stats, before) {
    const now = this.ctx.now();
    const running = now >= Date.parse(stats.from) && now < Date.parse(stats.to);
    return html`${totalCard({
      id: 'attention',
      title: t.totals.attention,
      note: t.totals.attentionNote,
      value: stats.active_seconds,
      show: durationFigure(stats.active_seconds),
      below: change(stats.active_seconds, stats.previous.active_seconds, before, running),
      open: () => this.open(t.totals.attention, {}, this.whole),
    })}
    ${totalCard({
      id: 'screen-time',
      title: t.totals.screen,
      note: this.device ? t.totals.screenOne : t.totals.screenNote,
      value: stats.total_seconds,
      show: durationFigure(stats.total_seconds),
      below: overlap(this.period, stats),
      open: () => this.open(t.totals.screen, {}, this.whole),
    })}`;
  }

  /** @param {string | null} app */
  #highlight(app) {
    this.timeline.highlight = app;
    const element = document.querySelector('almanac-timeline');
    if (element) /** @type {import('../components/timeline.js').Timeline} */ (element).highlight = app;
  }

  #empty() {
    if (this.device) {
      return emptyState({
        icon: 'clock-history',
        title: this.kind === 'week' ? t.states.emptyWeekTitle : t.states.emptyDayTitle,
        text: t.states.emptyOnDevice,
        href: addressOf(this.kind, this.asked, null),
        button: t.states.emptyOnDeviceButton,
      });
    }
    const title =
      this.kind === 'week' ? t.states.emptyWeekTitle : this.current ? t.states.emptyTodayTitle : t.states.emptyDayTitle;
    return emptyState({
      icon: 'clock-history',
      title,
      text: t.states.emptyText,
      href: '/devices',
      button: t.states.emptyButton,
    });
  }
}
