// Bars side by side. One control for the keyboard: arrows choose a bar, and what it says stands below.

import { html, nothing } from '../html.js';

/**
 * @typedef {object} Bar
 * @property {number} value
 * @property {string} name
 * @property {string} [tick] what stands below it
 * @property {unknown} said what it says, for the eye
 * @property {string} spoken the same for the ear, with its name
 * @property {boolean} [current]
 */

export class Bars {
  #chosen = -1;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} label
   */
  constructor(ctx, label) {
    this.ctx = ctx;
    this.label = label;
  }

  /**
   * @param {Bar[]} bars
   * @param {object} scale
   * @param {number} scale.top the value at the top
   * @param {string} scale.topText
   * @param {unknown} scale.said what is said while no bar is chosen
   */
  view(bars, { top, topText, said }) {
    const chosen = bars[this.#chosen];
    const at = chosen ? this.#chosen : 0;
    const choose = (/** @type {number} */ index) => {
      if (index === this.#chosen) return;
      this.#chosen = index;
      this.ctx.update();
    };
    const moved = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
      choose(Math.min(Math.max(index, 0), bars.length - 1));
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      /** @type {Record<string, number>} */
      const moves = {
        ArrowLeft: at - 1,
        ArrowRight: at + 1,
        ArrowDown: at - 1,
        ArrowUp: at + 1,
        Home: 0,
        End: bars.length - 1,
      };
      if (!(event.key in moves)) return;
      event.preventDefault();
      event.stopPropagation();
      choose(chosen || event.key === 'End' ? Math.min(Math.max(moves[event.key], 0), bars.length - 1) : 0);
    };
    return html`<div class="bars-chart">
      <span class="bars-top note" aria-hidden="true">${topText}</span>
      <div
        class="bars"
        role="slider"
        tabindex="0"
        aria-label=${this.label}
        aria-valuemin="0"
        aria-valuemax=${bars.length - 1}
        aria-valuenow=${at}
        aria-valuetext=${bars[at].spoken}
        @pointermove=${moved}
        @pointerleave=${() => choose(-1)}
        @blur=${() => choose(-1)}
        @keydown=${key}
      >
        ${bars.map(
          (bar, index) =>
            html`<i
              class="${bar.value > 0 ? '' : 'zero'} ${index === this.#chosen ? 'chosen' : ''} ${bar.current ? 'now' : ''}"
              .style=${`--part: ${top > 0 ? bar.value / top : 0}`}
            ></i>`,
        )}
      </div>
      <div class="bars-ticks note" aria-hidden="true" .style=${`--bars: ${bars.length}`}>
        ${bars.map((bar) => html`<span class=${bar.current ? 'now' : ''}>${bar.tick ?? nothing}</span>`)}
      </div>
      <p class="hours-said note" aria-hidden="true">${chosen ? html`${chosen.said} ${chosen.name}` : said}</p>
    </div>`;
  }
}
