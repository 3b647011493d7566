// What happens to the account, while it happens: one stream of events for this page. Events say what has changed, not
// what it has become; who hears of one asks anew.

import { ApiError } from './answers.js';

/** Milliseconds before a stream that broke off is opened again; doubled each time that it does not last. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Milliseconds after which a stream has lasted. */
const STEADY = 10_000;
/** Milliseconds of silence after which nobody is there: the server says something every 15 seconds. */
const SILENCE = 40_000;
/** Milliseconds for which a page that nobody sees goes on to listen. A browser has six connections for all its tabs. */
const UNSEEN = 20_000;

/**
 * @typedef {object} LiveEvent
 * @property {string} name `session.started`, `usage.synced` and so on; `hello` when something may have been missed;
 *   `begun` at the first of all streams
 * @property {string} id what it happened to
 * @property {string} at
 */

export class Live {
  /** `off`: nobody listens. @type {'off' | 'connecting' | 'on'} */
  state = 'off';
  /** @type {Map<string, Set<(event: LiveEvent) => void>>} */
  #handlers = new Map();
  /** What runs, until it is told to stop. @type {{stopped: boolean} | null} */
  #run = null;
  /** @type {AbortController | null} */
  #stream = null;
  #wake = () => {};
  #greeted = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #unseen;

  /**
   * @param {import('./api.js').Api} api
   * @param {{changed?: () => void, page?: Document | null, first?: number}} [options] changed: called when `state` is another
   */
  constructor(api, { changed = () => {}, page = globalThis.document ?? null, first = FIRST_WAIT } = {}) {
    this.api = api;
    this.changed = changed;
    this.page = page;
    this.first = first;
    for (const end of ['signed-out', 'left', 'another']) api.addEventListener(end, () => this.stop());
    api.addEventListener('online', () => this.#wake());
    page?.addEventListener('visibilitychange', () => this.#looked());
    // A page that is put away for the way back must not hold a connection.
    globalThis.addEventListener?.('pagehide', () => this.#stream?.abort());
    globalThis.addEventListener?.('pageshow', () => this.#wake());
  }

  /**
   * Calls `handler` with every event of this name, until what it gives is called.
   * @param {string} name
   * @param {(event: LiveEvent) => void} handler
   * @returns {() => void}
   */
  on(name, handler) {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** Listens from now on. */
  start() {
    if (this.#run) return;
    this.#run = { stopped: false };
    this.#greeted = false;
    this.#listen(this.#run);
  }

  stop() {
    if (this.#run) this.#run.stopped = true;
    this.#run = null;
    this.#stream?.abort();
    this.#wake();
    this.#is('off');
  }

  /** @param {{stopped: boolean}} run */
  async #listen(run) {
    let wait = this.first;
    while (!run.stopped) {
      if (this.#hidden || !this.api.online) {
        await this.#pause(null);
        continue;
      }
      if (this.state === 'off') this.#is('connecting');
      const began = Date.now();
      const ended = await this.#once(run);
      if (run.stopped) return;
      const lasted = Date.now() - began > STEADY;
      wait = lasted ? this.first : Math.min(wait * 2, LONGEST_WAIT);
      // One that lasted ends with its token; that is no reason to look worried.
      if (!(lasted && ended)) this.#is('connecting');
      // Those that a server sent away together do not all come back together.
      await this.#pause(wait * (0.5 + Math.random()));
    }
  }

  /**
   * One stream, from its beginning to its end; whether it ended as it should.
   * @param {{stopped: boolean}} run
   */
  async #once(run) {
    const stream = new AbortController();
    this.#stream = stream;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let silence;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => stream.abort(), SILENCE);
    };
    try {
      heard();
      const answer = await this.api.stream('/live', stream.signal);
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      while (reader) {
        const { done, value } = await reader.read();
        if (done) return true;
        heard();
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) if (!run.stopped) this.#take(read(block));
      }
      return true;
    } catch (error) {
      // Nobody is signed in any more: the page says so.
      if (error instanceof ApiError && (error.status === 401 || error.status === 403) && !run.stopped) this.stop();
      return false;
    } finally {
      clearTimeout(silence);
      if (this.#stream === stream) this.#stream = null;
    }
  }

  /** @param {LiveEvent | null} event */
  #take(event) {
    if (!event) return;
    let { name } = event;
    if (name === 'hello') {
      this.#is('on');
      if (!this.#greeted) name = 'begun';
      this.#greeted = true;
    }
    for (const handler of this.#handlers.get(name) ?? []) handler(event);
  }

  get #hidden() {
    return this.page?.visibilityState === 'hidden';
  }

  /** The page came into sight, or went out of it. */
  #looked() {
    clearTimeout(this.#unseen);
    if (this.#hidden) this.#unseen = setTimeout(() => this.#stream?.abort(), UNSEEN);
    else this.#wake();
  }

  /**
   * Waits for so many milliseconds, or for as long as it takes, unless it is woken.
   * @param {number | null} milliseconds
   * @returns {Promise<void>}
   */
  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @param {Live['state']} state */
  #is(state) {
    if (state === this.state) return;
    this.state = state;
    this.changed();
  }
}

/**
 * An event as it was sent; nothing for a comment.
 * @param {string} block
 * @returns {LiveEvent | null}
 */
export function read(block) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 1).trimStart();
  }
  if (!fields.event || !fields.data) return null;
  try {
    return { name: fields.event, ...JSON.parse(fields.data) };
  } catch {
    return null;
  }
}
