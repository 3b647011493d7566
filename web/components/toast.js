// A short word at the edge of the page about what has just been done; gone by itself.

import { html, nothing } from '../html.js';
import { t } from '../texts.js';
import { icon } from './icon.js';

const STAYS = 6000;

export class Toasts {
  /** @type {{id: number, text: string}[]} */
  #shown = [];
  #next = 1;

  /** @param {() => void} update */
  constructor(update) {
    this.update = update;
  }

  /** @param {string} text */
  say(text) {
    const id = this.#next;
    this.#next += 1;
    this.#shown = [...this.#shown.slice(-2), { id, text }];
    this.update();
    setTimeout(() => this.#remove(id), STAYS);
  }

  /** @param {number} id */
  #remove(id) {
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
    this.update();
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
