// Bars side by side. One control for the keyboard: arrows choose a bar, and what it says stands below; Enter opens it.

import { html, nothing } from '../html.js';

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
  #chosen = -1;
  /** The bar that a finger has pointed at. */
  #pointed = -1;

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
   * @param {(index: number) => void} [scale.open] shows what a bar is made of
   */
  view(bars, { top, topText, said, open }) {
    const chosen = bars[this.#chosen];
    const at = chosen ? this.#chosen : 0;
    const choose = (/** @type {number} */ index) => {
      if (index === this.#chosen) return;
      this.#chosen = index;
      this.ctx.update();
    };
    const under = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
      return Math.min(Math.max(index, 0), bars.length - 1);
    };
    const pressed = (/** @type {PointerEvent} */ event) => {
      const index = under(event);
      // A finger cannot point without pressing: the first time it points.
      if (event.pointerType !== 'touch' || index === this.#pointed) open?.(index);
      this.#pointed = index;
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
      if (open && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        event.stopPropagation();
        open(at);
      }
      if (!(event.key in moves)) return;
      event.preventDefault();
      event.stopPropagation();
      choose(chosen || event.key === 'End' ? Math.min(Math.max(moves[event.key], 0), bars.length - 1) : 0);
    };
    return html`<div class="bars-chart">
      <span class="bars-top note" aria-hidden="true">${topText}</span>
      <div
        class="bars ${open ? 'is-open' : ''}"
        role="slider"
        tabindex="0"
        aria-label=${this.label}
        aria-valuemin="0"
        aria-valuemax=${bars.length - 1}
        aria-valuenow=${at}
        aria-valuetext=${bars[at].spoken}
        @pointermove=${(/** @type {PointerEvent} */ event) => choose(under(event))}
        @pointerleave=${(/** @type {PointerEvent} */ event) => event.pointerType !== 'touch' && choose(-1)}
        @click=${pressed}
        @blur=${() => choose(-1)}
        @keydown=${key}
      >
        ${bars.map(
          (bar, index) =>
            html`<i
              class="${state(bar)} ${index === this.#chosen ? 'chosen' : ''}"
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
