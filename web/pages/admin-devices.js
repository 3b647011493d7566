// For admins: the devices of everybody, and whose they are.

import { platformIcon, platformName } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { searchField } from '../components/search-field.js';
import { table } from '../components/table.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { ListPage } from '../listing.js';
import * as t from '../texts/admin.js';
import { sections } from './admin/sections.js';

/**
 * @typedef {import('../api-types.d.ts').AdminDevice} Device
 * @extends {ListPage<Device>}
 */
export class AdminDevicesPage extends ListPage {
  section = 'admin';
  title = t.admin.title;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, '/admin/devices', 'devices');
  }

  header() {
    return sections('devices');
  }

  /** @param {Device[]} items */
  filled(items) {
    const { total } = this.list;
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
