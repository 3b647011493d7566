// An account made through the public API, with devices and what they report.

import { randomUUID } from 'node:crypto';
import { readRealData } from './real-data.mjs';

export class Account {
  devices = [];

  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /**
   * @param {string} url
   * @param {{timezone?: string}} [options]
   */
  static async make(url, { timezone = 'UTC' } = {}) {
    const account = new Account(url);
    account.timezone = timezone;
    return account;
  }

  /**
   * @param {string} name
   * @param {string} platform
   */
  async addDevice(name, platform = 'android') {
    const first = this.devices[0];
    const device = await this.call('POST', '/devices/register', {
      token: first?.access_token ?? null,
      body: { name, platform, device_key: `key-${randomUUID()}`, timezone: this.timezone },
    });
    this.devices.push(device);
    return device;
  }

  /** The link that opens the dashboard with a device's key; the first one's unless told. */
  link(device = this.devices[0]) {
    return `${this.url}/#pair=${encodeURIComponent(device.device_key)}`;
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

  /** A GET with the first device's token. */
  get(path) {
    return this.call('GET', path, {});
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{token?: string | null, body?: object}} options
   */
  async call(method, path, { token = this.devices[0]?.access_token, body } = {}) {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }
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
