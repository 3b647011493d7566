// The API client: who is signed in, tokens and their renewal, conditional requests, and whether the server answers. The access token is in memory alone; the refresh token is in a cookie that scripts cannot read.

import { ApiError, OfflineError, readError, readJson } from './answers.js';

/**
 * @typedef {import('./api-types.d.ts').Account} Account
 * @typedef {import('./api-types.d.ts').Tokens} Tokens
 */

export const BASE = '/api/v1';
const LOCK = 'almanac.session';
const KEPT_ANSWERS = 60;
/** Milliseconds after which a renewal that got no answer is given up, so that other tabs get their turn. */
const RENEWAL_WITHIN = 20_000;

/**
 * @typedef {'signed-in' | 'signed-out' | 'left' | 'another' | 'online' | 'offline'} ApiEvent
 * `signed-in`: somebody is, now. `signed-out`: nobody is, or no more; `ending` says why. `left`: the person signed out,
 * here or in another tab. `another`: this browser is signed in as somebody else than this page. `online` and `offline`:
 * the server began or ceased to answer.
 */

export class Api extends EventTarget {
  /** @type {string | null} */
  #access = null;
  /** When the access token runs out, in milliseconds since 1970. */
  #runsOut = 0;
  /** Whose pages these are. @type {string | null} */
  #person = null;
  /** @type {Promise<void> | null} */
  #renewal = null;
  /** @type {Map<string, {etag: string, data: unknown}>} */
  #answers = new Map();
  #online = true;
  /** The server's clock is ahead of this machine's by so many milliseconds at least and at most: its answers are dated
   * to the second, and each narrows this down. */
  #ahead = { least: -Infinity, most: Infinity };
  /** When the server last answered, in milliseconds since 1970. */
  lastAnswerAt = 0;
  /** Whether somebody is signed in; unknown until the server has been asked. @type {'unknown' | 'in' | 'out'} */
  state = 'unknown';
  /** Why nobody is signed in any more: the server's code. @type {string | null} */
  ending = null;
  /** The account as it was last seen. @type {Account | null} */
  account = null;

  /**
   * @param {{fetch?: typeof fetch, locks?: LockManager, channel?: BroadcastChannel | null}} [outside]
   */
  constructor({
    fetch = (...args) => globalThis.fetch(...args),
    locks = globalThis.navigator?.locks,
    channel = new BroadcastChannel('almanac'),
  } = {}) {
    super();
    this.fetch = fetch;
    // Absent on plain http outside localhost; the server answers racing renewals alike, so nothing breaks without.
    this.locks = locks;
    this.channel = channel;
    channel?.addEventListener('message', ({ data }) => this.#told(data));
  }

  get online() {
    return this.#online;
  }

  /** The server's clock, in milliseconds since 1970: a machine whose own is wrong still counts down right. */
  now() {
    const { least, most } = this.#ahead;
    return Date.now() + (least <= 0 && most >= 0 ? 0 : Math.round((least + most) / 2));
  }

  /** Whether the person is an admin, as far as is known. */
  get admin() {
    return this.account?.role === 'admin';
  }

  /** Finds out by the cookie whether somebody is signed in here. */
  async resume() {
    try {
      await this.#renew();
    } catch {
      // What matters is noted: `state`, and whether the server answers.
    }
  }

  /**
   * @param {string} login username or e-mail address
   * @param {string} password
   */
  signIn(login, password) {
    return this.#enter('/auth/login', { username: login, password });
  }

  /**
   * @param {object} person
   * @returns {Promise<Account>}
   */
  register(person) {
    return this.#enter('/auth/register', person);
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  #enter(path, body) {
    return this.#alone(async () => {
      const answer = await this.#send('POST', path, { body, cookie: true });
      const { user, ...tokens } = await readJson(answer);
      this.account = user;
      // They hear of it before this tab may begin anew.
      this.channel?.postMessage('signed-in');
      this.#keep(tokens);
      return user;
    });
  }

  /** Ends this place: its tokens stop working, and every tab of this browser shows it. */
  signOut() {
    return this.#alone(async () => {
      await this.#send('POST', '/auth/logout', { cookie: true });
      this.#left();
      this.channel?.postMessage('signed-out');
    });
  }

  /** @param {string} password */
  async deleteAccount(password) {
    await this.send('DELETE', '/users/me', { password });
    await this.signOut();
  }

  /**
   * Sets a password by a link that an admin handed over.
   * @param {string} token
   * @param {string} password
   */
  async resetPassword(token, password) {
    await this.#send('POST', '/auth/reset', { body: { token, new_password: password } });
  }

  /** The account of who is signed in, asked anew. */
  async me() {
    this.account = /** @type {Account} */ (await this.get('/users/me'));
    return this.account;
  }

  /** Another tab signed in or out. @param {unknown} what */
  #told(what) {
    if (what === 'signed-out') return this.#left();
    if (what !== 'signed-in') return undefined;
    // Perhaps as somebody else: the cookie says.
    this.#access = null;
    return this.resume();
  }

  #left() {
    this.#forget();
    this.dispatchEvent(new Event('left'));
  }

  #forget() {
    this.#access = null;
    this.#answers.clear();
    this.account = null;
    this.state = 'out';
  }

  /**
   * A GET; asked again with the tag of the last answer. The same object comes back when nothing has changed.
   * @template T
   * @param {string} path
   * @param {{query?: Record<string, string | number | boolean | null | undefined>, signal?: AbortSignal}} [options]
   * @returns {Promise<T>}
   */
  async get(path, { query = {}, signal } = {}) {
    const address = path + queryString(query);
    const kept = this.#answers.get(address);
    const answer = await this.#authorized('GET', address, { signal, etag: kept?.etag });
    if (answer.status === 304 && kept) return /** @type {T} */ (kept.data);
    const data = await readJson(answer);
    const etag = answer.headers.get('ETag');
    this.#answers.delete(address);
    if (etag) {
      this.#answers.set(address, { etag, data });
      if (this.#answers.size > KEPT_ANSWERS) this.#answers.delete(this.#answers.keys().next().value ?? '');
    }
    return data;
  }

  /**
   * A POST, PUT, PATCH or DELETE.
   * @param {'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {{keepalive?: boolean}} [options] keepalive: it is sent even when the page is left meanwhile
   * @returns {Promise<any>}
   */
  async send(method, path, body, { keepalive } = {}) {
    const answer = await this.#authorized(method, path, { body, keepalive });
    return answer.status === 204 ? null : readJson(answer);
  }

  /**
   * An answer that is to be saved as a file.
   * @param {string} path
   * @param {Record<string, string | number | boolean | null | undefined>} query
   */
  async file(path, query) {
    const answer = await this.#authorized('GET', path + queryString(query), { accept: '*/*' });
    try {
      return await answer.blob();
    } catch {
      // It broke off half-way.
      throw new OfflineError();
    }
  }

  /**
   * An answer that comes bit by bit, to be read by who asks.
   * @param {string} path
   * @param {AbortSignal} signal
   */
  stream(path, signal) {
    return this.#authorized('GET', path, { signal, accept: 'text/event-stream' });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, signal?: AbortSignal, etag?: string, keepalive?: boolean, accept?: string}} options
   */
  #authorized(method, path, options) {
    return this.withToken((token) => this.#send(method, path, { ...options, token }));
  }

  /**
   * Acts with the access token of who is signed in, which is renewed where need be.
   * @template T
   * @param {(token: string | null) => Promise<T>} act
   * @returns {Promise<T>}
   */
  async withToken(act) {
    if (this.state === 'out') throw new ApiError(401, 'SIGNED_OUT', 'Nobody is signed in');
    if (this.#access === null || Date.now() >= this.#runsOut) await this.#renew();
    const used = this.#access;
    try {
      return await act(used);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      // Another request may have renewed it meanwhile.
      if (this.#access === used) await this.#renew();
      return act(this.#access);
    }
  }

  /** One renewal at a time, in this tab and across tabs. */
  #renew() {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renewOnce() {
    try {
      await this.#alone(async () => {
        const signal = AbortSignal.timeout(RENEWAL_WITHIN);
        const answer = await this.#send('POST', '/auth/refresh', { cookie: true, signal });
        this.#keep(await readJson(answer));
      });
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) this.#ended(error.code);
      throw error;
    }
  }

  /** @param {string} code */
  #ended(code) {
    if (this.state === 'out') return;
    this.#forget();
    // Without a cookie nobody was signed in here before.
    this.ending = code === 'TOKEN_MISSING' ? null : code;
    this.dispatchEvent(new Event('signed-out'));
  }

  /**
   * What changes the cookie happens in one tab at a time.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  async #alone(act) {
    return this.locks ? this.locks.request(LOCK, act) : act();
  }

  /** @param {Tokens} tokens */
  #keep(tokens) {
    const person = subject(tokens.access_token);
    if (this.#person !== null && this.#person !== person) {
      // Nothing of one person's may meet another's: the page begins anew.
      this.#forget();
      this.dispatchEvent(new Event('another'));
      throw new ApiError(401, 'ANOTHER_PERSON', 'Somebody else is signed in here now');
    }
    this.#person = person;
    this.#access = tokens.access_token;
    this.#runsOut = Date.now() + tokens.expires_in * 1000;
    this.ending = null;
    if (this.state === 'in') return;
    this.state = 'in';
    this.dispatchEvent(new Event('signed-in'));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, signal?: AbortSignal, etag?: string, keepalive?: boolean, token?: string | null, cookie?: boolean, accept?: string}} options
   */
  async #send(method, path, { body, signal, etag, keepalive, token, cookie = false, accept = 'application/json' }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: accept };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (etag) headers['If-None-Match'] = etag;
    const asked = Date.now();
    /** @type {Response} */
    let answer;
    try {
      answer = await this.fetch(BASE + path, {
        method,
        headers,
        signal,
        keepalive,
        body: body === undefined ? undefined : JSON.stringify(body),
        // The tags are kept here, so the browser's own cache stays out of it.
        cache: 'no-store',
        credentials: cookie ? 'same-origin' : 'omit',
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      this.heard(false);
      throw new OfflineError();
    }
    this.heard(true);
    this.#compare(Date.parse(answer.headers.get('Date') ?? ''), asked);
    if (answer.ok || answer.status === 304) return answer;
    throw await readError(answer);
  }

  /**
   * Compares the clocks: the answer was dated after it was asked for, and before now.
   * @param {number} date
   * @param {number} asked
   */
  #compare(date, asked) {
    if (Number.isNaN(date)) return;
    const [least, most] = [date - Date.now(), date + 1000 - asked];
    const both = { least: Math.max(least, this.#ahead.least), most: Math.min(most, this.#ahead.most) };
    // One of the clocks was set: what was known is of no use.
    this.#ahead = both.least <= both.most ? both : { least, most };
  }

  /** The server has answered, or has not. @param {boolean} online */
  heard(online) {
    if (online) this.lastAnswerAt = Date.now();
    if (online === this.#online) return;
    this.#online = online;
    this.dispatchEvent(new Event(online ? 'online' : 'offline'));
  }

  /** Whether the server can be reached; changes `online`. */
  async knock() {
    try {
      await this.#send('GET', '/health/live', {});
    } catch {
      // What matters is noted: an error answer is an answer too.
    }
    return this.#online;
  }
}

/**
 * Whose an access token is.
 * @param {string} token
 * @returns {string | null}
 */
function subject(token) {
  try {
    const [, claims] = token.split('.');
    return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))).sub ?? null;
  } catch {
    return null;
  }
}

/** @param {Record<string, string | number | boolean | null | undefined>} query */
export function queryString(query) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') given.set(name, String(value));
  }
  const text = given.toString();
  return text && `?${text}`;
}
