// One dialog at a time, on the browser's own <dialog>: it keeps the focus in, and gives it back.

import { html, nothing } from '../html.js';
import * as t from '../texts.js';
import { icon } from './icon.js';

/**
 * @typedef {object} Dialog
 * @property {string} title
 * @property {() => unknown} body drawn anew on every update
 * @property {boolean} [wide]
 * @property {boolean} [sheet] on a phone it comes from below, to where the thumb is
 * @property {() => void} [closed]
 */

export class DialogHost {
  /** @type {Dialog | null} */
  #dialog = null;

  /** @param {() => void} update */
  constructor(update) {
    this.update = update;
    // A keyboard on the glass lies over what stands at its lower edge.
    const seen = globalThis.visualViewport;
    seen?.addEventListener('resize', () => {
      const hidden = Math.max(0, innerHeight - seen.height - seen.offsetTop);
      this.#element?.style.setProperty('--keyboard', `${Math.round(hidden)}px`);
    });
  }

  get isOpen() {
    return this.#dialog !== null;
  }

  /** @param {Dialog} dialog */
  open(dialog) {
    this.#dialog = dialog;
    this.update();
    const element = this.#element;
    if (element && !element.open) element.showModal();
    const first = element?.querySelector('[data-autofocus]');
    if (first instanceof HTMLElement) first.focus();
  }

  close() {
    this.#element?.close();
  }

  get #element() {
    return /** @type {HTMLDialogElement | null} */ (document.querySelector('dialog.dialog'));
  }

  view() {
    const dialog = this.#dialog;
    const closed = () => {
      // The next one may have opened before this is heard.
      if (this.#element?.open) return;
      this.#dialog = null;
      dialog?.closed?.();
      this.update();
    };
    const pressed = (/** @type {PointerEvent} */ event) => {
      if (event.target === this.#element) this.close();
    };
    return html`<dialog
      class="dialog ${dialog?.wide ? 'dialog-wide' : ''} ${dialog?.sheet ? 'dialog-sheet' : ''}"
      aria-labelledby="dialog-title"
      @close=${closed}
      @pointerdown=${pressed}
    >
      ${
        dialog
          ? html`<div class="dialog-box">
              <header class="dialog-head">
                <h2 id="dialog-title">${dialog.title}</h2>
                <button type="button" class="icon-button" aria-label=${t.dialog.close} @click=${() => this.close()}>
                  ${icon('x-lg')}
                </button>
              </header>
              ${dialog.body()}
            </div>`
          : nothing
      }
    </dialog>`;
  }
}
