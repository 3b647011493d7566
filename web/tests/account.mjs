// Somebody with an account, made through the public API, with devices and what they report.

import { randomUUID } from 'node:crypto';
import { readRealData } from './real-data.mjs';

/** What every person of the tests signs in with. */
export const password = 'correct horse battery';

/** The admin of the worker's server. */
export const ADMIN = 'root';

/** Whom a browser context is signed in as. */
const signedIn = new WeakMap();

export class Account {
  devices = [];

  /**
   * @param {string} url
   * @param {{user: object, access_token: string, password?: string}} signedIn
   */
  constructor(url, { user, access_token: token, password: secret = password }) {
    this.url = url;
    this.token = token;
    this.password = secret;
    this.id = user.id;
    this.username = user.username;
    this.email = user.email;
    this.timezone = user.timezone;
  }

  /**
   * Registers somebody new.
   * @param {string} url
   * @param {object} [person] what to register with, beside an address and a password of the tests
   */
  static async make(url, person = {}) {
    const username = `user-${randomUUID().slice(0, 8)}`;
    const body = { username, email: `${username}@example.org`, password, timezone: 'UTC', ...person };
    return new Account(url, await call(url, 'POST', '/auth/register', { body }));
  }

  /** The admin of the worker's server. */
  static async admin() {
    const url = process.env.ALMANAC_URL;
    const body = { username: ADMIN, password };
    return new Account(url, await call(url, 'POST', '/auth/login', { body }));
  }

  /**
   * Signs a browser in, once; the cookie is the browser's then.
   * @param {import('@playwright/test').BrowserContext} context
   */
  async signIn(context) {
    if (signedIn.get(context) === this) return;
    const ask = () =>
      context.request.post(`${this.url}/api/v1/auth/login`, {
        data: { username: this.username, password: this.password },
      });
    let answer = await ask();
    for (let tries = 0; answer.status() === 503 && tries < 5; tries += 1) answer = await ask();
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
    signedIn.set(context, this);
  }

  /**
   * @param {string} name
   * @param {string} platform
   */
  async addDevice(name, platform = 'android') {
    const device = await this.call('POST', '/devices/register', {
      body: { name, platform, device_key: `key-${randomUUID()}` },
    });
    this.devices.push(device);
    return device;
  }

  /**
   * @param {{access_token: string}} device
   * @param {object[]} sessions
   */
  async upload(device, sessions) {
    for (let start = 0; start < sessions.length; start += 5000) {
      const answer = await this.call('POST', '/usage/batch', {
        token: device.access_token,
        body: { sessions: sessions.slice(start, start + 5000) },
      });
      if (answer.rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(answer.rejected[0])}`);
    }
  }

  /** The repository's real data: a phone and a PC, moved so that the last day is yesterday. */
  async addRealData() {
    const { phone, computer } = await readRealData();
    const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    for (const [name, platform, sessions] of [
      ['Phone', 'android', phone],
      ['Study PC', 'windows', computer],
    ]) {
      const last = Math.max(...sessions.map((session) => Date.parse(session.ended_at)));
      const by = Math.floor((today - last) / 86_400_000) * 86_400_000;
      const moved = (instant) => new Date(Date.parse(instant) + by).toISOString();
      const device = await this.addDevice(name, platform);
      await this.upload(
        device,
        sessions.map((session) => ({
          ...session,
          started_at: moved(session.started_at),
          ended_at: moved(session.ended_at),
        })),
      );
    }
    return this;
  }

  /** A GET with the person's token. */
  get(path) {
    return this.call('GET', path, {});
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{token?: string | null, body?: object}} options
   */
  call(method, path, { token = this.token, body } = {}) {
    return call(this.url, method, path, { token, body });
  }
}

/**
 * A call of the API; what it answers, or an error that says what it refused.
 * @param {string} url
 * @param {string} method
 * @param {string} path
 * @param {{token?: string | null, body?: object}} [options]
 */
export async function call(url, method, path, { token = null, body } = {}) {
  const ask = () =>
    fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
  let answer = await ask();
  // On a machine that other tests share, a password may wait too long to be made: who is told to ask again does so.
  for (let tries = 0; answer.status === 503 && tries < 5; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get('Retry-After') ?? 1)));
    answer = await ask();
  }
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

/** A zone in which it is noon: what was some hours ago was today there, whenever the tests run; its dates are UTC's. */
export function noonZone() {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}`;
}

/** A date so many days from today, in UTC. */
export function day(offset) {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

/**
 * The latest date on which both devices reported.
 * @param {Account} account
 */
export async function dayOfBoth(account) {
  for (let back = -1; back > -60; back -= 1) {
    const stats = await account.get(`/stats/today?date=${day(back)}`);
    if (stats.devices.length === 2) return stats.date;
  }
  throw new Error('the devices have no day in common');
}
