// A day or a week: its figures, and the sessions they are made of, page by page.

import { OfflineError } from './answers.js';
import { Turns } from './turns.js';

/**
 * @typedef {import('./api-types.d.ts').StatsToday} StatsToday
 * @typedef {import('./api-types.d.ts').StatsWeek} StatsWeek
 * @typedef {import('./api-types.d.ts').Session} Session
 * @typedef {import('./api-types.d.ts').SessionList} SessionList
 *
 * @typedef {object} Filter
 * @property {string} [app]
 * @property {'app' | 'website'} [kind]
 * @property {string} [device_id]
 */

const PAGE = 1000;
/** Sessions taken in without being asked; the rest comes by a button. */
export const LIMIT = 10_000;

/** @template {StatsToday | StatsWeek} Stats */
export class Period {
  /** @type {Stats | null} */
  stats = null;
  /** Newest first, as the API gives them.
   * @type {Session[]} */
  sessions = [];
  /** How many there are, once known.
   * @type {number | null} */
  total = null;
  /** @type {unknown} */
  error = null;
  /** @type {unknown} */
  sessionsError = null;
  loading = false;
  /** @type {string | null} */
  #cursor = null;
  #abort = new AbortController();
  #turns = new Turns();
  /** So many sessions are wanted. */
  #wanted = LIMIT;

  /**
   * @param {import('./api.js').Api} api
   * @param {'/stats/today' | '/stats/week'} path
   * @param {{date: string | null, device: string | null}} which
   * @param {(stats: Stats) => void} changed called after every step
   */
  constructor(api, path, { date, device }, changed) {
    this.api = api;
    this.path = path;
    this.date = date;
    this.device = device;
    this.changed = () => this.#abort.signal.aborted || changed(/** @type {Stats} */ (this.stats));
  }

  /** Whether every session of the period is here. */
  get complete() {
    return this.total !== null && this.#cursor === null && this.sessionsError === null;
  }

  get from() {
    return this.stats ? Date.parse(this.stats.from) : 0;
  }

  get to() {
    return this.stats ? Date.parse(this.stats.to) : 0;
  }

  async load() {
    this.loading = true;
    this.error = null;
    this.changed();
    try {
      this.stats = await this.#figures();
    } catch (error) {
      this.error = error;
    }
    this.loading = false;
    this.changed();
    if (!this.error) await this.loadSessions(LIMIT);
  }

  /** Looks whether anything is new; keeps what there is when the server is away. */
  async poll() {
    if (this.loading || !this.stats) return;
    const isNew = this.#turns.begin();
    try {
      const fresh = await this.#figures();
      if (!isNew() || (fresh === this.stats && this.sessionsError === null)) return;
      const { sessions, total, cursor } = await this.#pages(this.#wanted, null, []);
      if (!isNew()) return;
      this.stats = fresh;
      this.sessions = sessions;
      this.total = total;
      this.#cursor = cursor;
      this.sessionsError = null;
      this.changed();
    } catch (error) {
      if (!(error instanceof OfflineError)) throw error;
    }
  }

  /**
   * Takes in sessions until there are `limit`, or no more.
   * @param {number} limit
   */
  async loadSessions(limit) {
    const isNew = this.#turns.begin();
    this.#wanted = limit;
    this.sessionsError = null;
    try {
      await this.#pages(limit, this.#cursor, this.sessions, (sessions, total, cursor) => {
        if (!isNew()) return;
        this.sessions = sessions;
        this.total = total;
        this.#cursor = cursor;
        this.changed();
      });
    } catch (error) {
      this.sessionsError = error;
      this.changed();
    }
  }

  /**
   * The sessions behind a figure: from those at hand, or asked for when not all are.
   * @param {Filter} filter
   * @param {[number, number][]} ranges
   * @returns {Promise<Session[]>}
   */
  async sessionsOf(filter, ranges) {
    const device = filter.device_id ?? this.device;
    const fits = (/** @type {Session} */ session) =>
      (!filter.app || session.app === filter.app) &&
      (!filter.kind || session.kind === filter.kind) &&
      (!device || session.device_id === device) &&
      ranges.some(([from, to]) => Date.parse(session.started_at) < to && Date.parse(session.ended_at) >= from);
    if (this.complete) return this.sessions.filter(fits);
    const from = new Date(Math.min(...ranges.map((range) => range[0]))).toISOString();
    const to = new Date(Math.max(...ranges.map((range) => range[1]))).toISOString();
    const { sessions } = await this.#pages(LIMIT, null, [], undefined, {
      from,
      to,
      app: filter.app,
      device_id: device,
    });
    return sessions.filter(fits);
  }

  /** Seconds in which one device had more than one session. */
  overlapOnOneDevice() {
    /** @type {[number, number][]} */
    const whole = [[this.from, this.to]];
    let seconds = 0;
    for (const sessions of Object.values(Object.groupBy(this.sessions, (session) => session.device_id))) {
      if (!sessions) continue;
      const together = sessions.reduce((sum, session) => sum + secondsWithin(session, whole), 0);
      seconds += together - secondsOnce(sessions, whole);
    }
    return seconds;
  }

  close() {
    this.#abort.abort();
  }

  /** @returns {Promise<Stats>} */
  #figures() {
    const calendar = this.path === '/stats/week' ? true : null;
    const query = { date: this.date, device_id: this.device, calendar };
    return this.api.get(this.path, { query, signal: this.#abort.signal });
  }

  /**
   * @param {number} limit
   * @param {string | null} cursor
   * @param {Session[]} before
   * @param {(sessions: Session[], total: number, cursor: string | null) => void} [step]
   * @param {Record<string, string | null | undefined>} [query]
   */
  async #pages(limit, cursor, before, step, query) {
    const asked = query ?? { from: this.stats?.from, to: this.stats?.to, device_id: this.device };
    let sessions = before;
    /** @type {number} */
    let total;
    do {
      /** @type {SessionList} */
      const page = await this.api.get('/usage', {
        query: { ...asked, limit: PAGE, cursor },
        signal: this.#abort.signal,
      });
      sessions = [...sessions, ...page.sessions];
      cursor = page.next_cursor ?? null;
      total = page.total;
      step?.(sessions, total, cursor);
    } while (cursor !== null && sessions.length < limit);
    return { sessions, total, cursor };
  }
}

/**
 * How much of a session lies in the ranges, in seconds.
 * @param {Session} session
 * @param {[number, number][]} ranges
 */
export function secondsWithin(session, ranges) {
  const [start, end] = [Date.parse(session.started_at), Date.parse(session.ended_at)];
  let milliseconds = 0;
  for (const [from, to] of ranges) milliseconds += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return milliseconds / 1000;
}

/**
 * The length of the union: each moment once, in seconds.
 * @param {Session[]} sessions
 * @param {[number, number][]} ranges
 */
export function secondsOnce(sessions, ranges) {
  const pieces = sessions.flatMap((session) => {
    const [start, end] = [Date.parse(session.started_at), Date.parse(session.ended_at)];
    return ranges.map(([from, to]) => [Math.max(start, from), Math.min(end, to)]).filter(([a, b]) => a < b);
  });
  pieces.sort((a, b) => a[0] - b[0]);
  let [milliseconds, reached] = [0, -Infinity];
  for (const [start, end] of pieces) {
    milliseconds += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return milliseconds / 1000;
}
