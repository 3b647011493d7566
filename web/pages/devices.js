// The devices of the account: when they were last heard, and their names, access and end.

import { OfflineError } from '../api.js';
import { ask } from '../components/ask.js';
import { platformIcon } from '../components/icon.js';
import { emptyState, errorState, explain } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { t } from '../texts.js';

/** @typedef {import('../api-types.d.ts').Device} Device */

export class DevicesPage {
  section = 'devices';
  title = t.devices.title;
  /** @type {Device[] | null} */
  #devices = null;
  /** @type {string | null} */
  #cursor = null;
  /** @type {unknown} */
  #error = null;
  #closed = false;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
  }

  header() {
    return nothing;
  }

  close() {
    this.#closed = true;
  }

  async load() {
    this.#error = null;
    try {
      const answer = await this.#page(null);
      this.#devices = answer.devices;
      this.#cursor = answer.next_cursor ?? null;
    } catch (error) {
      // What is known stays on the page while the server is away.
      if (!(error instanceof OfflineError && this.#devices)) this.#error = error;
    }
    if (!this.#closed) this.ctx.update();
  }

  poll() {
    return this.load();
  }

  view() {
    if (this.#error) return errorState(this.#error, () => this.load());
    const devices = this.#devices;
    if (!devices) return skeleton();
    if (devices.length === 0) {
      return emptyState({
        icon: 'phone',
        title: t.devices.empty,
        text: t.states.emptyText,
        href: '/today',
        button: t.states.notFoundButton,
      });
    }
    return html`<p class="note lead-note">${t.devices.intro}</p>
      <ul class="devices">
        ${repeat(
          devices,
          (device) => device.device_id,
          (device) => this.#row(device),
        )}
      </ul>
      ${
        this.#cursor
          ? html`<button type="button" class="btn btn-quiet" @click=${() => this.#more()}>${t.devices.more}</button>`
          : nothing
      }`;
  }

  /** @param {Device} device */
  #row(device) {
    const now = this.ctx.now();
    const about = [device.model, device.os_version, device.app_version].filter(Boolean).join(' · ');
    const seen = device.last_seen_at
      ? html`<time
          datetime=${device.last_seen_at}
          title=${format.dateTime(Date.parse(device.last_seen_at), this.ctx.zone())}
          >${t.devices.lastSeen(format.ago(Date.parse(device.last_seen_at), now))}</time
        >`
      : t.devices.never;
    return html`<li class="card device ${device.revoked_at ? 'is-revoked' : ''}" data-device=${device.device_id}>
      <span class="device-icon">${platformIcon(device.platform)}</span>
      <div class="device-about">
        <h2>
          ${device.name} ${device.current ? html`<span class="badge-soft">${t.devices.current}</span>` : nothing}
          ${
            device.revoked_at
              ? html`<span class="badge-soft badge-bad"
                  >${t.devices.revoked(format.ago(Date.parse(device.revoked_at), now))}</span
                >`
              : nothing
          }
        </h2>
        <p class="note">
          ${platformName(device.platform)}${about ? ` · ${about}` : ''} · ${seen} ·
          ${t.devices.sessions(format.number(device.session_count), device.session_count)}
        </p>
      </div>
      <div class="device-tools">
        <button type="button" class="btn btn-quiet" @click=${() => this.#rename(device)}>${t.devices.rename}</button>
        ${
          device.revoked_at
            ? nothing
            : html`<button type="button" class="btn btn-quiet" @click=${() => this.#revoke(device)}>
                ${t.devices.revoke}
              </button>`
        }
        <button type="button" class="btn btn-quiet btn-bad" @click=${() => this.#remove(device)}>
          ${t.devices.remove}
        </button>
      </div>
    </li>`;
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<import('../api-types.d.ts').DeviceList>}
   */
  #page(cursor) {
    return this.ctx.api.get('/devices', { query: { limit: 100, cursor } });
  }

  async #more() {
    try {
      const answer = await this.#page(this.#cursor);
      this.#devices = [...(this.#devices ?? []), ...answer.devices];
      this.#cursor = answer.next_cursor ?? null;
      this.ctx.update();
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }

  /** @param {Device} device */
  #rename(device) {
    ask(this.ctx, {
      title: t.devices.renameTitle(device.name),
      field: { label: t.devices.name, value: device.name, ready: (value) => value.trim() !== '' },
      button: t.devices.rename,
      act: async (value) => {
        await this.ctx.api.send('PATCH', `/devices/${device.device_id}`, { name: value.trim() });
        await this.load();
        return t.devices.renamed(value.trim());
      },
    });
  }

  /** @param {Device} device */
  #revoke(device) {
    ask(this.ctx, {
      title: t.devices.revokeTitle(device.name),
      text: [t.devices.revokeText, device.current ? t.devices.revokeCurrent : ''],
      button: t.devices.revoke,
      grave: true,
      act: async () => {
        await this.ctx.api.send('POST', '/devices/revoke', { device_id: device.device_id });
        await this.load();
        return t.devices.revokedNow(device.name);
      },
    });
  }

  /** @param {Device} device */
  #remove(device) {
    const sessions = t.devices.sessions(format.number(device.session_count), device.session_count);
    ask(this.ctx, {
      title: t.devices.removeTitle(device.name),
      text: [t.devices.removeText(sessions), device.current ? t.devices.revokeCurrent : ''],
      field: {
        label: t.devices.typeName(device.name),
        value: '',
        ready: (value) => value.trim() === device.name.trim(),
      },
      button: t.devices.remove,
      grave: true,
      act: async () => {
        await this.ctx.api.send('DELETE', `/devices/${device.device_id}`);
        await this.load();
        return t.devices.removed(device.name);
      },
    });
  }
}

/** @param {string} platform */
function platformName(platform) {
  /** @type {Record<string, string>} */
  const names = {
    windows: 'Windows',
    macos: 'macOS',
    linux: 'Linux',
    android: 'Android',
    ios: 'iOS',
    browser: 'Browser',
    other: 'Other',
  };
  return names[platform] ?? platform;
}

function skeleton() {
  return html`<div aria-busy="true">
    <p class="visually-hidden" role="status">${t.states.loading}</p>
    <div class="card sk-device" aria-hidden="true"><div class="bone bone-title"></div></div>
    <div class="card sk-device" aria-hidden="true"><div class="bone bone-title"></div></div>
  </div>`;
}
