// The timer: the session that runs, the break after it, and what is left of either. What time it is, is reckoned from
// when the session began and the server's clock, never counted: it survives a reload, sleep, and other tabs.

import { ApiError, OfflineError } from './answers.js';
import * as cycle from './cycle.js';
import * as format from './format.js';
import { SESSIONS, subscribe, tell } from './news.js';
import * as preferences from './preferences.js';
import { signal } from './signal.js';
import * as t from './texts.js';
import { Turns } from './turns.js';
import { MINUTE } from './zone.js';

/**
 * @typedef {import('./api-types.d.ts').FocusSession} Session
 * @typedef {{minutes: number | null, label: string, plant: string | null}} Plan
 */

/** Sessions looked at to find the one that runs, and what the last ones were for. */
const RECENT = 20;
const POLL = 30_000;
/** Milliseconds until what failed is tried again. */
const AGAIN = 10_000;
/** A session starts by itself only when its time has just come, not when a machine wakes hours later. */
const JUST_NOW = 2 * MINUTE;
/** Given up within this time, a session leaves no trace. */
export const FALSE_START = 10_000;
const LABELS = 5;

/**
 * Events: `tick` every second while something runs; `changed` when something began or ended; `ended` when a session did.
 */
export class Timer extends EventTarget {
  /** The one that runs. @type {Session | null} */
  session = null;
  /** Whether the server has said what runs. */
  known = false;
  /** The one that ended last while this page was open. @type {Session | null} */
  last = null;
  /** What the last sessions were for, the latest first. @type {string[]} */
  labels = [];
  /** Questions for what runs. */
  turns = new Turns();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;
  #tryAfter = 0;
  #ending = false;
  /** @type {Worker | null} */
  #alarm = null;

  /**
   * @param {import('./api.js').Api} api
   * @param {{state: string}} live whether what happens elsewhere comes by itself
   */
  constructor(api, live) {
    super();
    this.api = api;
    subscribe(SESSIONS, () => this.refresh());
    addEventListener('storage', ({ key }) => key !== null && this.tick());
    const look = () => document.visibilityState === 'visible' && this.#look();
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    setInterval(() => this.session && live.state !== 'on' && look(), POLL);
    api.addEventListener('online', () => this.#look());
    for (const gone of ['left', 'another']) api.addEventListener(gone, () => cycle.forget());
  }

  get now() {
    return this.api.now();
  }

  /** The break that goes on. */
  get rest() {
    return this.session ? null : cycle.read().rest;
  }

  /** When what runs is to end; none where the end is open. @returns {number | null} */
  get end() {
    const { session, rest } = this;
    if (!session) return rest?.to ?? null;
    return session.duration_min ? Date.parse(session.started_at) + session.duration_min * MINUTE : null;
  }

  /** Milliseconds since it began. */
  get elapsed() {
    const from = this.session ? Date.parse(this.session.started_at) : this.rest?.from;
    return from === undefined ? 0 : Math.max(0, this.now - from);
  }

  /** Seconds on the clock: left, or gone by where the end is open. */
  get seconds() {
    return this.end === null ? Math.floor(this.elapsed / 1000) : Math.max(0, Math.ceil((this.end - this.now) / 1000));
  }

  /** How much of it has passed, 0 to 1; of the hour where the end is open. */
  get part() {
    if (this.end === null) return (this.elapsed % (60 * MINUTE)) / (60 * MINUTE);
    const whole = this.end - (this.session ? Date.parse(this.session.started_at) : (this.rest?.from ?? 0));
    return Math.min(1, this.elapsed / whole);
  }

  /**
   * A page's title, with the count in front of it.
   * @param {string} title
   */
  titled(title) {
    if (!this.session && !this.rest) return title;
    return `${format.clock(this.seconds)} · ${title}`;
  }

  /** Asks what runs. */
  async refresh() {
    if (this.api.state !== 'in') return;
    const isNew = this.turns.begin();
    const { sessions } = await this.api.get('/sessions', { query: { limit: RECENT } });
    if (isNew()) this.take(sessions);
  }

  /** Asks, and waits for better times when the server is away. */
  #look() {
    this.refresh().catch(() => {});
  }

  /**
   * Takes what runs from the latest sessions.
   * @param {Session[]} sessions newest first
   */
  take(sessions) {
    const before = this.session;
    this.known = true;
    this.labels = [...new Set(sessions.map(({ label }) => label ?? '').filter(Boolean))].slice(0, LABELS);
    this.#set(sessions.find(({ ended_at: end }) => !end) ?? null);
    const after = before && sessions.find(({ id }) => id === before.id);
    if (after?.ended_at) this.#ended(after);
  }

  /** @param {Plan} plan */
  async start({ minutes, label, plant }) {
    const body = { duration_min: minutes, label: label.trim() || null, plant_type: plant };
    try {
      const session = await this.api.send('POST', '/sessions', body);
      cycle.endRest(this.now);
      this.last = null;
      this.#did(session);
      tell('session.started');
    } catch (error) {
      // One was started elsewhere: it is the one to show.
      if (error instanceof ApiError && error.code === 'SESSION_ACTIVE') await this.#takeRunning();
      throw error;
    }
  }

  async #takeRunning() {
    this.#did(await this.api.get('/sessions/active'));
  }

  complete() {
    return this.#finish({ completed: true });
  }

  abandon() {
    return this.#finish({ abandoned: true });
  }

  /** @param {string} label */
  async rename(label) {
    const { session } = this;
    if (!session) return;
    this.#did(await this.api.send('PATCH', `/sessions/${session.id}`, { label: label.trim() }));
    tell('session.updated');
  }

  /** @param {{completed: true} | {abandoned: true}} how */
  async #finish(how) {
    const { session } = this;
    if (!session) return;
    try {
      const after = await this.api.send('PATCH', `/sessions/${session.id}`, how);
      if (after.completed) cycle.completed(Date.parse(after.ended_at), after.label ?? null, this.now);
      this.#did(null);
      this.#ended(after);
      tell(after.completed ? 'session.completed' : 'session.abandoned');
    } catch (error) {
      // It has ended elsewhere, or is gone.
      if (error instanceof ApiError && (error.status === 409 || error.status === 404)) await this.refresh();
      else throw error;
    }
  }

  skipRest() {
    cycle.endRest(this.now);
    this.#changed();
  }

  /** @param {Session | null} session */
  #did(session) {
    this.turns.overrule();
    this.#set(session);
  }

  /** @param {Session | null} session */
  #set(session) {
    this.known = true;
    const same = session?.id === this.session?.id && session?.label === this.session?.label;
    this.session = session;
    if (same) this.tick();
    else this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('changed'));
    this.tick();
  }

  /** @param {Session} session */
  #ended(session) {
    this.last = session;
    this.dispatchEvent(new Event('ended'));
  }

  /** Draws the time, and ends what is over. */
  tick() {
    clearTimeout(this.#next);
    this.dispatchEvent(new Event('tick'));
    const { end, session, rest } = this;
    if (!session && !rest) return;
    const left = end === null ? null : end - this.now;
    if (left !== null && left <= 0) this.#timeUp();
    this.#wake(left);
    // When the figures change next.
    const whole = left === null ? 1000 - (this.elapsed % 1000) : left > 0 ? left % 1000 : 1000;
    this.#next = setTimeout(() => this.tick(), whole + 5);
  }

  /** @param {number | null} left */
  #wake(left) {
    if (left === null || left <= 0) return;
    this.#alarm ??= this.#makeAlarm();
    this.#alarm.postMessage(left);
  }

  #makeAlarm() {
    const alarm = new Worker('/alarm.js');
    alarm.addEventListener('message', () => this.tick());
    return alarm;
  }

  /** One tab does it; the others hear of it. */
  async #timeUp() {
    if (this.#ending || Date.now() < this.#tryAfter || !this.api.online || this.api.state !== 'in') return;
    this.#ending = true;
    this.#tryAfter = Date.now() + AGAIN;
    const act = () => (this.session ? this.#endSession() : this.#endRest());
    try {
      const { locks } = navigator;
      // Absent on plain http: there every tab does it, and the server takes it once.
      if (locks) await locks.request('almanac.timer', { ifAvailable: true }, (mine) => (mine ? act() : undefined));
      else await act();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof OfflineError)) throw error;
    } finally {
      this.#ending = false;
    }
  }

  async #endSession() {
    const { session, end } = this;
    await this.complete();
    this.#tryAfter = 0;
    if (this.last?.id !== session?.id || !this.last?.completed || this.now - (end ?? 0) > JUST_NOW) return;
    const minutes = format.spokenDuration(this.last.focus_min * 60);
    await signal(t.timer.done, this.last.label ? `${this.last.label}: ${minutes}` : minutes);
  }

  async #endRest() {
    const { rest } = cycle.read();
    // Another tab was quicker.
    if (!rest || rest.to > this.now) return this.#changed();
    const late = this.now - rest.to;
    this.skipRest();
    this.#tryAfter = 0;
    const { next, minutes, plant } = preferences.focus();
    if (next && late < JUST_NOW) {
      await this.start({ minutes, plant, label: rest.label ?? '' });
      return signal(t.timer.started, rest.label ?? '');
    }
    if (late < JUST_NOW) await signal(t.timer.rested, '');
    return undefined;
  }
}
