// A device joins: a code to type there, or a picture to scan, and a word when it has registered.

import { html, nothing } from '../html.js';
import * as format from '../format.js';
import { pairingAddress } from '../pairing-code.js';
import * as t from '../texts/devices.js';
import { platformIcon } from './icon.js';
import { pairingCode } from './pairing-code.js';
import { explain } from './states.js';

/**
 * @typedef {import('../api-types.d.ts').Device} Device
 * @typedef {import('../api-types.d.ts').PairingCode} PairingCode
 */

/** Milliseconds between two looks whether it is there. */
const LOOK = 2000;
const TICK = 1000;

/**
 * @param {import('../main.js').Context} ctx
 * @param {() => void} joined
 */
export function addDevice(ctx, joined) {
  const adding = new Adding(ctx, joined);
  ctx.dialogs.open({ title: t.devices.add, body: () => adding.view(), closed: () => adding.close() });
  adding.begin();
}

class Adding {
  /** @type {PairingCode | null} */
  #code = null;
  /** @type {typeof import('./qr.js').qr | null} */
  #qr = null;
  /** @type {Device | null} */
  #device = null;
  /** Devices that were there before. @type {Set<string>} */
  #known = new Set();
  /** @type {unknown} */
  #problem = null;
  #looking = false;
  #lookedAt = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {() => void} joined
   */
  constructor(ctx, joined) {
    this.ctx = ctx;
    this.joined = joined;
  }

  begin = async () => {
    clearInterval(this.#timer);
    this.#code = null;
    this.#problem = null;
    this.ctx.update();
    try {
      const drawing = await import('./qr.js');
      this.#qr = drawing.qr;
      this.#known = new Set((await this.#devices()).map((device) => device.device_id));
      this.#code = await this.ctx.api.send('POST', '/devices/pairing-code');
      this.#timer = setInterval(() => this.#tick(), TICK);
    } catch (error) {
      this.#problem = error;
    }
    this.ctx.update();
  };

  close() {
    clearInterval(this.#timer);
  }

  /** @returns {Promise<Device[]>} */
  async #devices() {
    return (await this.ctx.api.get('/devices', { query: { limit: 1000 } })).devices;
  }

  /** Seconds for which the code still serves. */
  get #left() {
    return this.#code ? (Date.parse(this.#code.expires_at) - this.ctx.now()) / 1000 : 0;
  }

  #tick() {
    if (this.#left <= 0) clearInterval(this.#timer);
    else if (!this.#looking && this.ctx.now() - this.#lookedAt >= LOOK) this.#look();
    this.ctx.update();
  }

  async #look() {
    this.#looking = true;
    try {
      const device = (await this.#devices()).find((one) => !this.#known.has(one.device_id));
      if (device && !this.#device) {
        this.#device = device;
        clearInterval(this.#timer);
        this.joined();
      }
    } catch {
      // The page itself says when the server is away; the next look may find it.
    }
    this.#looking = false;
    this.#lookedAt = this.ctx.now();
    this.ctx.update();
  }

  view() {
    return html`<div class="adding">
      ${this.#device ? this.#here(this.#device) : this.#code ? this.#waiting(this.#code) : this.#getting()}
    </div>`;
  }

  #getting() {
    if (!this.#problem) return html`<p class="note dialog-wait" role="status">${t.states.loading}</p>`;
    return html`<p class="problem" role="alert">${explain(this.#problem)}</p>
      <footer class="dialog-foot">
        <button type="button" class="btn btn-primary" @click=${this.begin}>${t.states.retry}</button>
      </footer>`;
  }

  /** @param {PairingCode} code */
  #waiting({ code }) {
    if (this.#left <= 0) {
      return html`<p role="status">${t.devices.codeEnded}</p>
        <footer class="dialog-foot">
          <button type="button" class="btn btn-primary" data-autofocus @click=${this.begin}>
            ${t.devices.newCode}
          </button>
        </footer>`;
    }
    return html`<p>${t.devices.addIntro}</p>
      <div class="adding-ways">
        ${this.#qr ? this.#qr(pairingAddress(location.origin, code), t.devices.picture(code)) : nothing}
        ${pairingCode(this.ctx, code)}
      </div>
      <p class="note" role="timer">${t.devices.codeLeft(format.countdown(this.#left))}</p>
      <p class="adding-wait" role="status">${t.devices.waiting}</p>`;
  }

  /** @param {Device} device */
  #here(device) {
    return html`<p class="adding-here" role="status">
        <span class="device-icon">${platformIcon(device.platform)}</span>
        <span>${t.devices.joined(device.name)}</span>
      </p>
      <footer class="dialog-foot">
        <button type="button" class="btn btn-primary" @click=${() => this.ctx.dialogs.close()}>
          ${t.devices.done}
        </button>
      </footer>`;
  }
}
