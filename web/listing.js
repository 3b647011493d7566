// A list that comes page by page, and a page of the dashboard that shows one.

import { OfflineError } from './answers.js';
import { errorState, skeletonList } from './components/states.js';

/** Entries of a page. */
const PAGE = 100;
/** As many as the API gives at once. */
const LARGEST_PAGE = 1000;

/** @template T */
export class Listing {
  /** What is here; nothing until the first page is. @type {T[] | null} */
  items = null;
  /** How many there are in all. */
  total = 0;
  /** @type {unknown} */
  error = null;
  /** @type {string | null} */
  #cursor = null;
  #asked = 0;

  /**
   * @param {import('./api.js').Api} api
   * @param {string} path
   * @param {string} plural the name of the list in the answer
   * @param {Record<string, string>} [query]
   */
  constructor(api, path, plural, query = {}) {
    this.api = api;
    this.path = path;
    this.plural = plural;
    this.query = query;
  }

  get hasMore() {
    return this.#cursor !== null;
  }

  /** The first page, anew; or as many of them as it takes to have `least`. */
  async load(least = PAGE) {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const limit = Math.min(Math.max(least, PAGE), LARGEST_PAGE);
      let answer = await this.#page(null, limit);
      const items = [...answer[this.plural]];
      while (items.length < least && answer.next_cursor) {
        answer = await this.#page(answer.next_cursor, limit);
        items.push(...answer[this.plural]);
      }
      // Whoever types asks faster than the server answers: the last question counts.
      if (mine !== this.#asked) return;
      this.#keep(answer, items);
      this.error = null;
    } catch (error) {
      // What is known stays on the page while the server is away.
      if (mine === this.#asked && !(error instanceof OfflineError && this.items)) this.error = error;
    }
  }

  /** The first page anew, unless more of them are here: those would be lost. */
  async poll() {
    if (!this.items || this.items.length <= PAGE) await this.load();
  }

  /** All that is here, anew. */
  async reload() {
    await this.load(this.items?.length);
  }

  /** The next page. */
  async more() {
    const answer = await this.#page(this.#cursor);
    this.#keep(answer, [...(this.items ?? []), ...answer[this.plural]]);
  }

  /** Puts what has changed in its place.
   * @param {(item: T) => T} change */
  replace(change) {
    this.items = this.items?.map(change) ?? null;
  }

  /** @param {(item: T) => boolean} which */
  remove(which) {
    const left = this.items?.filter((item) => !which(item)) ?? null;
    this.total -= (this.items?.length ?? 0) - (left?.length ?? 0);
    this.items = left;
  }

  /**
   * @param {string | null} cursor
   * @param {number} [limit]
   * @returns {Promise<any>}
   */
  #page(cursor, limit = PAGE) {
    return this.api.get(this.path, { query: { ...this.query, limit, cursor } });
  }

  /**
   * @param {{total?: number, next_cursor?: string | null}} answer
   * @param {T[]} items
   */
  #keep(answer, items) {
    this.items = items;
    this.total = answer.total ?? items.length;
    this.#cursor = answer.next_cursor ?? null;
  }
}

/**
 * A page of the dashboard that shows one list.
 * @template T
 */
export class ListPage {
  #closed = false;

  /**
   * @param {import('./main.js').Context} ctx
   * @param {string} path
   * @param {string} plural the name of the list in the answer
   */
  constructor(ctx, path, plural) {
    this.ctx = ctx;
    /** @type {Listing<T>} */
    this.list = new Listing(ctx.api, path, plural);
  }

  close() {
    this.#closed = true;
  }

  async load() {
    await this.list.load();
    if (!this.#closed) this.ctx.update();
  }

  async poll() {
    await this.list.poll();
    if (!this.#closed) this.ctx.update();
  }

  view() {
    const { error, items } = this.list;
    if (error) return errorState(error, () => this.load());
    return items ? this.filled(items) : skeletonList();
  }

  /**
   * The page when its list is here.
   * @param {T[]} _items
   * @returns {import('./html.js').View}
   */
  filled(_items) {
    throw new Error('a page shows its own list');
  }
}
