// The time entry that runs, and what has been done to entries here. How long it runs is reckoned from when it began and
// the server's clock, never counted.

import { subscribe, tell } from './news.js';
import { Projects } from './projects.js';
import { Turns } from './turns.js';

/** @typedef {import('./api-types.d.ts').TimeEntry} Entry */

/** Events: `tick` every second while an entry runs; `changed` when another one does, or none. */
export class Tracker extends EventTarget {
  /** The one that runs. @type {Entry | null} */
  entry = null;
  /** Whether the server has said what runs. */
  known = false;
  /** Questions for what runs. */
  #turns = new Turns();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;

  /** @param {import('./api.js').Api} api */
  constructor(api) {
    super();
    this.api = api;
    this.projects = new Projects(api);
    const look = () => this.refresh().catch(() => {});
    subscribe(['time_entry.updated', 'project.updated'], look);
    api.addEventListener('online', look);
  }

  /** Whole seconds for which it runs. */
  get seconds() {
    return this.entry ? Math.max(0, Math.floor((this.api.now() - Date.parse(this.entry.start_time)) / 1000)) : 0;
  }

  /** The project of what runs. */
  get project() {
    return this.projects.of(this.entry?.project_id);
  }

  /** Asks what runs, and what it is about. */
  async refresh() {
    if (this.api.state !== 'in') return;
    const isNew = this.#turns.begin();
    /** @type {import('./api-types.d.ts').TimeEntryList} */
    const { time_entries: running } = await this.api.get('/time-entries', { query: { running: true, limit: 1 } });
    if (!isNew()) return;
    this.#set(running[0] ?? null);
    // What was asked for once is kept as it is now.
    if (!this.projects.all && !this.entry?.project_id) return;
    await this.projects.load();
    this.dispatchEvent(new Event('changed'));
  }

  /**
   * Adds an entry, or starts a timer where it has no end; what ran before ends with it.
   * @param {object} entry
   * @returns {Promise<Entry>}
   */
  async add(entry) {
    return this.#took(await this.api.send('POST', '/time-entries', entry));
  }

  /**
   * Goes on with what an entry was about, from now on.
   * @param {Entry} entry
   * @returns {Promise<Entry>}
   */
  async restart({ id }) {
    return this.#took(await this.api.send('POST', `/time-entries/${id}/restart`));
  }

  /** Ends what runs. */
  async stop() {
    const { entry } = this;
    if (!entry) return;
    await this.api.send('POST', `/time-entries/${entry.id}/stop`);
    this.#did(null);
    tell('time_entry.updated');
  }

  /** @param {Entry} entry */
  #took(entry) {
    if (!entry.end_time) this.#did(entry);
    tell('time_entry.updated');
    return entry;
  }

  /** @param {Entry | null} entry */
  #did(entry) {
    this.#turns.overrule();
    this.#set(entry);
  }

  /** @param {Entry | null} entry */
  #set(entry) {
    this.known = true;
    this.entry = entry;
    this.dispatchEvent(new Event('changed'));
    this.#tick();
  }

  #tick() {
    clearTimeout(this.#next);
    this.dispatchEvent(new Event('tick'));
    if (!this.entry) return;
    const past = this.api.now() - Date.parse(this.entry.start_time);
    this.#next = setTimeout(() => this.#tick(), 1005 - (((past % 1000) + 1000) % 1000));
  }
}
