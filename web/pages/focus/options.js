// How the timer behaves: breaks, what starts by itself, and what tells that a time is up. The first two go along with the account.

import { html, nothing } from '../../html.js';
import * as preferences from '../../preferences.js';
import { askToNotify, canNotify, chime } from '../../signal.js';
import * as t from '../../texts/focus.js';
import { setTimer } from './set-timer.js';

export class Options {
  #denied = false;

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
  }

  view() {
    const set = preferences.focus();
    return html`<details class="options">
      <summary class="tool">${t.focus.options}</summary>
      <div class="options-body">
        ${this.#switch('breaks', t.focus.breaks, set.breaks)}
        <div class="options-lengths" ?hidden=${!set.breaks}>
          ${this.#number('short', t.focus.short, set.short, 1, 60, t.focus.unit)}
          ${this.#number('long', t.focus.long, set.long, 1, 120, t.focus.unit)}
          ${this.#number('every', t.focus.every, set.every, 2, 12, t.focus.everyUnit)}
        </div>
        ${set.breaks ? this.#switch('next', t.focus.next, set.next, t.focus.nextHelp) : nothing}
        ${this.#switch('notify', t.focus.notify, set.notify, this.#notifyHelp(), !canNotify())}
        ${this.#switch('sound', t.focus.sound, set.sound)}
      </div>
    </details>`;
  }

  #notifyHelp() {
    if (!canNotify()) return t.focus.notifyUnsafe;
    return this.#denied ? t.focus.notifyDenied : '';
  }

  /**
   * @param {'breaks' | 'next' | 'notify' | 'sound'} name
   * @param {string} text
   * @param {boolean} on
   * @param {string} [help]
   * @param {boolean} [disabled]
   */
  #switch(name, text, on, help = '', disabled = false) {
    const id = `focus-${name}`;
    return html`<div class="setting form-switch">
      <label for=${id}>${text}${help ? html`<br /><span class="note">${help}</span>` : nothing}</label>
      <input
        id=${id}
        type="checkbox"
        role="switch"
        class="form-check-input"
        .checked=${on}
        ?disabled=${disabled}
        @change=${(/** @type {Event} */ event) => this.#turn(name, /** @type {HTMLInputElement} */ (event.target))}
      />
    </div>`;
  }

  /**
   * @param {'breaks' | 'next' | 'notify' | 'sound'} name
   * @param {HTMLInputElement} input
   */
  async #turn(name, input) {
    if (name === 'notify' && input.checked) {
      this.#denied = !(await askToNotify());
      if (this.#denied) input.checked = false;
    }
    // Whoever asks for the sound hears which it is.
    if (name === 'sound' && input.checked) chime();
    setTimer(this.ctx, { [name]: input.checked });
  }

  /**
   * @param {'short' | 'long' | 'every'} name
   * @param {string} label
   * @param {number} value
   * @param {number} least
   * @param {number} most
   * @param {string} unit
   */
  #number(name, label, value, least, most, unit) {
    const changed = (/** @type {Event} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      const wanted = Math.min(Math.max(Math.round(input.valueAsNumber || value), least), most);
      input.value = String(wanted);
      setTimer(this.ctx, { [name]: wanted });
    };
    return html`<label class="options-length">
      <span class="form-label">${label}</span>
      <span class="with-unit">
        <input
          type="number"
          class="form-control"
          inputmode="numeric"
          min=${least}
          max=${most}
          .value=${String(value)}
          @change=${changed}
        />
        <span class="note">${unit}</span>
      </span>
    </label>`;
  }
}
