// For admins: the devices of everybody, and whose they are.

import { platformIcon, platformName } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { searchField } from '../components/search-field.js';
import { errorState, skeletonList } from '../components/states.js';
import { adminNav } from '../components/subnav.js';
import { table } from '../components/table.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { Listing } from '../listing.js';
import { t } from '../texts.js';

/** @typedef {import('../api-types.d.ts').AdminDevice} Device */

export class AdminDevicesPage {
  section = 'admin';
  title = t.admin.title;
  #closed = false;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    /** @type {Listing<Device>} */
    this.list = new Listing(ctx.api, '/admin/devices', 'devices');
  }

  header() {
    return adminNav('devices');
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
    const { error, items, total } = this.list;
    if (error) return errorState(error, () => this.load());
    if (!items) return skeletonList();
    const find = (/** @type {string} */ query) => {
      this.list.query = { query };
      this.load();
    };
    return html`<div class="finder">
        ${searchField(t.admin.searchDevices, find)}
        <span class="note" role="status">${t.admin.foundDevices(format.number(total), total)}</span>
      </div>
      ${
        items.length === 0
          ? html`<p class="note">${t.admin.nothing}</p>`
          : html`<section class="card whole-table">
              ${table(this.ctx, 'admin-devices', this.#table(items), t.admin.devices)}
            </section>`
      }
      ${moreButton(this.ctx, this.list, t.admin.more)}`;
  }

  /**
   * @param {Device[]} devices
   * @returns {import('../components/table.js').Table}
   */
  #table(devices) {
    const now = this.ctx.now();
    const ago = (/** @type {string | null | undefined} */ instant) =>
      instant ? format.ago(Date.parse(instant), now) : t.admin.none;
    return {
      head: [
        { text: t.admin.device },
        { text: t.admin.owner },
        { text: t.admin.lastSeen },
        { text: t.admin.registered },
        { text: t.columns.sessions, number: true },
      ],
      rows: devices.map((device) => ({
        cells: [
          {
            value: device.name,
            show: html`<span class="cell-device" title=${platformName(device.platform)}>
              ${platformIcon(device.platform)} <span>${device.name}</span>
              ${device.revoked_at ? html`<span class="badge-soft badge-bad">${t.admin.revoked}</span>` : nothing}
            </span>`,
          },
          device.owner?.username ?? { value: null, show: html`<span class="note">${t.admin.guest}</span>` },
          ago(device.last_seen_at),
          ago(device.created_at),
          format.number(device.session_count),
        ],
      })),
    };
  }
}
