// A short word at the edge of the page about what has just been done; gone by itself.

import { html, nothing } from '../html.js';
import * as t from '../texts.js';
import { icon } from './icon.js';

const STAYS = 6000;
/** What can be taken back stays longer. */
const OFFERED = 10_000;

/**
 * @typedef {object} Offer something that is done when the toast ends, unless it is taken back
 * @property {string} label
 * @property {() => void} undo
 * @property {() => void} end
 */

export class Toasts {
  /** @type {{id: number, text: string, offer?: Offer}[]} */
  #shown = [];
  #next = 1;

  /** @param {() => void} update */
  constructor(update) {
    this.update = update;
  }

  /** @param {string} text */
  say(text) {
    this.#show(text, STAYS);
  }

  /**
   * Says what will be done, and lets it be taken back meanwhile.
   * @param {string} text
   * @param {Offer} offer
   * @returns {() => void} takes the toast away, and does neither
   */
  offer(text, offer) {
    const id = this.#show(text, OFFERED, offer);
    return () => this.#drop(id);
  }

  /**
   * @param {string} text
   * @param {number} stays
   * @param {Offer} [offer]
   */
  #show(text, stays, offer) {
    const id = this.#next;
    this.#next += 1;
    for (const old of this.#shown.slice(0, -2)) this.#remove(old.id);
    this.#shown = [...this.#shown, { id, text, offer }];
    this.update();
    setTimeout(() => this.#remove(id), stays);
    return id;
  }

  /** @param {number} id */
  #drop(id) {
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
    this.update();
  }

  /** @param {number} id */
  #remove(id) {
    const toast = this.#shown.find((one) => one.id === id);
    if (!toast) return;
    this.#drop(id);
    toast.offer?.end();
  }

  /** @param {number} id */
  #undo(id) {
    const toast = this.#shown.find((one) => one.id === id);
    this.#drop(id);
    toast?.offer?.undo();
  }

  view() {
    return html`<div class="toasts" role="status">
      ${
        this.#shown.length === 0
          ? nothing
          : this.#shown.map(
              (toast) =>
                html`<div class="toast-line">
                  <span>${toast.text}</span>
                  ${
                    toast.offer
                      ? html`<button type="button" class="toast-undo" @click=${() => this.#undo(toast.id)}>
                          ${toast.offer.label}
                        </button>`
                      : nothing
                  }
                  <button
                    type="button"
                    class="icon-button"
                    aria-label=${t.dialog.close}
                    @click=${() => this.#remove(toast.id)}
                  >
                    ${icon('x-lg')}
                  </button>
                </div>`,
            )
      }
    </div>`;
  }
}
