// The API client: tokens and their renewal, errors, conditional requests, and whether the server answers.

/** @typedef {import('./api-types.d.ts').Tokens} Tokens */

const BASE = '/api/v1';
const REFRESH_KEY = 'almanac.refresh';
const KEPT_ANSWERS = 60;

/** The server said no. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {{retryAfter?: number, fields?: {field: string, message: string}[], requestId?: string}} [more] retryAfter in seconds
   */
  constructor(status, code, message, { retryAfter, fields = [], requestId } = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.fields = fields;
    this.requestId = requestId;
  }
}

/** No answer came: the server or the network is away. */
export class OfflineError extends Error {
  constructor() {
    super('No answer from the server');
    this.name = 'OfflineError';
  }
}

/**
 * @typedef {object} Keeper where the refresh token lives between visits
 * @property {(key: string) => string | null} getItem
 * @property {(key: string, value: string) => void} setItem
 * @property {(key: string) => void} removeItem
 */

/**
 * @typedef {'paired' | 'unpaired' | 'online' | 'offline'} ApiEvent
 * `unpaired`: the credentials ended or were given up; `online` and `offline`: the server began or ceased to answer.
 */

export class Api extends EventTarget {
  /** @type {string | null} */
  #access = null;
  /** @type {Promise<void> | null} */
  #renewal = null;
  /** @type {Map<string, {etag: string, data: unknown}>} */
  #answers = new Map();
  #online = true;
  /** When the server last answered, in milliseconds since 1970. */
  lastAnswerAt = 0;

  /**
   * @param {{storage?: Keeper, fetch?: typeof fetch, locks?: LockManager}} [outside]
   */
  constructor({
    storage = localStorage,
    fetch = (...args) => globalThis.fetch(...args),
    locks = globalThis.navigator?.locks,
  } = {}) {
    super();
    this.storage = storage;
    this.fetch = fetch;
    // Absent on plain http outside localhost; the server answers racing renewals alike, so nothing breaks without.
    this.locks = locks;
  }

  get paired() {
    return this.#access !== null || this.storage.getItem(REFRESH_KEY) !== null;
  }

  get online() {
    return this.#online;
  }

  /**
   * Opens the account of a device with its key.
   * @param {string} deviceKey
   */
  async pair(deviceKey) {
    // Registering with an unknown key would make a new, empty account: an empty upload finds out first.
    // A header carries printable ASCII only; other keys are registered straight away.
    if (/^[\x20-\x7e]+$/.test(deviceKey)) {
      await this.#send('POST', '/usage/batch', { body: { sessions: [] }, deviceKey });
    }
    const answer = await this.#send('POST', '/devices/register', {
      body: { platform: 'browser', device_key: deviceKey },
    });
    this.#keep(await answer.json());
    this.dispatchEvent(new Event('paired'));
  }

  /** Forgets the credentials in this browser; the device itself stays what it is. */
  forget() {
    this.#access = null;
    this.#answers.clear();
    this.storage.removeItem(REFRESH_KEY);
    this.dispatchEvent(new Event('unpaired'));
  }

  /**
   * Another tab paired or let go: start over with what is stored.
   * @param {StorageEvent} event
   */
  storageChanged(event) {
    if (event.key !== REFRESH_KEY && event.key !== null) return;
    if (event.newValue === null) {
      this.#access = null;
      this.#answers.clear();
      this.dispatchEvent(new Event('unpaired'));
    } else if (event.oldValue === null) {
      this.dispatchEvent(new Event('paired'));
    }
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
   * A POST, PATCH or DELETE.
   * @param {'POST' | 'PATCH' | 'DELETE'} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async send(method, path, body) {
    const answer = await this.#authorized(method, path, { body });
    return answer.status === 204 ? null : readJson(answer);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, signal?: AbortSignal, etag?: string}} options
   */
  async #authorized(method, path, options) {
    if (this.#access === null) await this.#renew();
    const used = this.#access;
    try {
      return await this.#send(method, path, { ...options, token: used });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      // Another request may have renewed it meanwhile.
      if (this.#access === used) await this.#renew();
      return this.#send(method, path, { ...options, token: this.#access });
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
    const exchange = async () => {
      const refresh = this.storage.getItem(REFRESH_KEY);
      if (refresh === null) throw new ApiError(401, 'NOT_PAIRED', 'This browser is not paired');
      const answer = await this.#send('POST', '/devices/refresh', { body: { refresh_token: refresh } });
      this.#keep(await answer.json());
    };
    try {
      await (this.locks ? this.locks.request('almanac.refresh', exchange) : exchange());
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) this.forget();
      throw error;
    }
  }

  /** @param {Tokens} tokens */
  #keep(tokens) {
    this.#access = tokens.access_token;
    this.storage.setItem(REFRESH_KEY, tokens.refresh_token);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, signal?: AbortSignal, etag?: string, token?: string | null, deviceKey?: string}} options
   */
  async #send(method, path, { body, signal, etag, token, deviceKey }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (deviceKey) headers['X-Device-Key'] = deviceKey;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (etag) headers['If-None-Match'] = etag;
    /** @type {Response} */
    let answer;
    try {
      answer = await this.fetch(BASE + path, {
        method,
        headers,
        signal,
        body: body === undefined ? undefined : JSON.stringify(body),
        // The tags are kept here, so the browser's own cache stays out of it.
        cache: 'no-store',
        credentials: 'omit',
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      this.#heard(false);
      throw new OfflineError();
    }
    this.#heard(true);
    if (answer.ok || answer.status === 304) return answer;
    throw await readError(answer);
  }

  /** @param {boolean} online */
  #heard(online) {
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

/** @param {Record<string, string | number | boolean | null | undefined>} query */
export function queryString(query) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') given.set(name, String(value));
  }
  const text = given.toString();
  return text && `?${text}`;
}

/** @param {Response} answer */
async function readJson(answer) {
  try {
    return await answer.json();
  } catch (error) {
    if (error instanceof DOMException) throw error;
    throw new ApiError(answer.status, 'NOT_JSON', 'The answer could not be read');
  }
}

/** @param {Response} answer */
async function readError(answer) {
  /** @type {any} */
  const body = await answer.json().catch(() => null);
  const detail = body?.detail ?? {};
  const wait = Number(answer.headers.get('Retry-After'));
  return new ApiError(answer.status, detail.error_code ?? 'UNKNOWN', detail.message ?? answer.statusText, {
    retryAfter: Number.isFinite(wait) && wait > 0 ? wait : undefined,
    fields: Array.isArray(detail.fields) ? detail.fields : [],
    requestId: detail.request_id,
  });
}
