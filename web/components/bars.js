// Bars side by side. One control for the keyboard: arrows choose a bar, and what it says stands below; Enter opens it.

import { html, nothing } from '../html.js';
import { Chooser } from './chooser.js';

/**
 * @typedef {{value: number, look: string, style: string}} Part what a bar is made of: how much, and its colour
 *
 * @typedef {object} Bar
 * @property {number | null} value none: nobody knows
 * @property {number | null} [beside] what it is compared with
 * @property {Part[]} [parts] from below
 * @property {string} [look] more classes
 * @property {string} name
 * @property {string} [tick] what stands below it
 * @property {unknown} said what it says, for the eye
 * @property {string} spoken the same for the ear, with its name
 * @property {boolean} [current]
 */

export class Bars {
  #chooser;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} label
   */
  constructor(ctx, label) {
    this.#chooser = new Chooser(ctx);
    this.label = label;
  }

  /**
   * @param {Bar[]} bars
   * @param {object} scale
   * @param {number} scale.top the value at the top
   * @param {string} scale.topText
   * @param {unknown} scale.said what is said while no bar is chosen
   * @param {(index: number) => void} [scale.open] shows what a bar is made of
   */
  view(bars, { top, topText, said, open }) {
    const chooser = this.#chooser;
    const last = bars.length - 1;
    const chosen = bars[chooser.index];
    const at = chosen ? chooser.index : 0;
    const under = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
      return Math.min(Math.max(index, 0), last);
    };
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 };
    return html`<div class="bars-chart">
      <span class="bars-top note" aria-hidden="true">${topText}</span>
      <div
        class="bars ${open ? 'is-open' : ''}"
        role="slider"
        tabindex="0"
        aria-label=${this.label}
        aria-valuemin="0"
        aria-valuemax=${last}
        aria-valuenow=${at}
        aria-valuetext=${bars[at].spoken}
        @pointermove=${(/** @type {PointerEvent} */ event) => chooser.choose(under(event))}
        @pointerleave=${(/** @type {PointerEvent} */ event) => chooser.leave(event)}
        @click=${(/** @type {PointerEvent} */ event) => chooser.press(event, under(event), open)}
        @blur=${() => chooser.choose(-1)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => chooser.key(event, steps, { at: chosen ? at : null, last, open })}
      >
        ${bars.map(
          (bar, index) =>
            html`<i
              class="${state(bar)} ${index === chooser.index ? 'chosen' : ''}"
              .style=${`--part: ${part(bar.value, top)}; --beside: ${part(bar.beside, top)}`}
              >${bar.parts?.map(({ value, look, style }) => html`<b class=${look} .style=${`${style}; --part: ${part(value, top)}`}></b>`)}</i
            >`,
        )}
      </div>
      <div class="bars-ticks note" aria-hidden="true" .style=${`--bars: ${bars.length}`}>
        ${bars.map((bar) => html`<span class=${bar.current ? 'now' : ''}>${bar.tick ?? nothing}</span>`)}
      </div>
      <p class="hours-said note" aria-hidden="true">${chosen ? html`${chosen.said} ${chosen.name}` : said}</p>
    </div>`;
  }
}

/**
 * @param {number | null | undefined} value
 * @param {number} top
 */
function part(value, top) {
  return top > 0 ? (value ?? 0) / top : 0;
}

/** @param {Bar} bar */
function state({ value, beside, parts, look = '', current }) {
  const known = value === null ? 'gap' : value > 0 ? '' : 'zero';
  return `${known} ${look} ${parts ? 'stack' : ''} ${typeof beside === 'number' ? 'has-beside' : ''} ${current ? 'now' : ''}`;
}
