// The devices of the person: when they were last heard, their names, access and end, and how new ones join.

import { addDevice } from '../components/add-device.js';
import { ask } from '../components/ask.js';
import { claimDevice } from '../components/claim-device.js';
import { icon, platformIcon, platformName } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { emptyState } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { ListPage } from '../listing.js';
import * as t from '../texts/devices.js';

/**
 * @typedef {import('../api-types.d.ts').Device} Device
 * @extends {ListPage<Device>}
 */
export class DevicesPage extends ListPage {
  section = 'devices';
  title = t.devices.title;
  hears = /** @type {const} */ (['usage.synced', 'account.updated']);

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, '/devices', 'devices');
  }

  header() {
    const changed = () => this.load();
    return html`<span class="grow"></span>
      <button type="button" class="btn btn-quiet" @click=${() => claimDevice(this.ctx, changed)}>
        ${t.devices.claim}
      </button>
      <button type="button" class="btn btn-primary" @click=${() => addDevice(this.ctx, changed)}>
        ${icon('plus-lg')} ${t.devices.add}
      </button>`;
  }

  /** @param {Device[]} items */
  filled(items) {
    if (items.length === 0) {
      return emptyState({
        icon: 'phone',
        title: t.devices.empty,
        text: t.devices.emptyText,
        act: () => addDevice(this.ctx, () => this.load()),
        button: t.devices.add,
      });
    }
    return html`<p class="note lead-note">${t.devices.intro}</p>
      <ul class="devices">
        ${repeat(
          items,
          (device) => device.device_id,
          (device) => this.#row(device),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, t.devices.more)}`;
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
          ${device.name}
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
          ${t.counts.sessions(format.number(device.session_count), device.session_count)}
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
      text: [t.devices.revokeText],
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
    const sessions = t.counts.sessions(format.number(device.session_count), device.session_count);
    ask(this.ctx, {
      title: t.devices.removeTitle(device.name),
      text: [t.devices.removeText(sessions)],
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
