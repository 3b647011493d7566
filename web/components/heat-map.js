// A year as a calendar: a column a week, a square a day, darker for more. One control for the keyboard.

import { html } from '../html.js';
import * as format from '../format.js';
import * as t from '../texts.js';
import { addDays } from '../zone.js';
import { Chooser } from './chooser.js';

/**
 * @typedef {object} HeatDay
 * @property {string} date
 * @property {number | null} value none: nobody knows
 * @property {string} said
 * @property {boolean} [estimated]
 */

/** Shades above nothing. */
const SHADES = 4;

export class HeatMap {
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
   * @param {HeatDay[]} days the oldest first, without a gap
   * @param {unknown} said what is said while no day is chosen
   * @param {number} weekStart 0 is Sunday
   * @param {(index: number) => void} [open] shows what a day is made of
   */
  view(days, said, weekStart, open) {
    const first = (new Date(`${days[0].date}T00:00:00Z`).getUTCDay() - weekStart + 7) % 7;
    const bounds = shades(days.map((day) => day.value ?? 0));
    const last = days.length - 1;
    const chooser = this.#chooser;
    const chosen = days[chooser.index];
    const at = chosen ? chooser.index : last;
    const under = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const weeks = Math.ceil((first + days.length) / 7);
      const week = Math.floor(((event.clientX - box.left) / box.width) * weeks);
      const day = Math.floor(((event.clientY - box.top) / box.height) * 7);
      const index = week * 7 + day - first;
      return index >= 0 && index <= last ? index : -1;
    };
    const moved = (/** @type {PointerEvent} */ event) => chooser.choose(under(event));
    const steps = { ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1 };
    return html`<div class="heat-scroll">
        <div class="heat-box">
          <div class="heat-months note" aria-hidden="true">${months(days, first)}</div>
          <div
            class="heat ${open ? 'is-open' : ''}"
            role="slider"
            tabindex="0"
            aria-label=${this.label}
            aria-valuemin="0"
            aria-valuemax=${last}
            aria-valuenow=${at}
            aria-valuetext=${days[at].said}
            @pointermove=${moved}
            @pointerdown=${moved}
            @pointerleave=${(/** @type {PointerEvent} */ event) => chooser.leave(event)}
            @click=${(/** @type {PointerEvent} */ event) => chooser.press(event, under(event), open)}
            @blur=${() => chooser.choose(-1)}
            @keydown=${(/** @type {KeyboardEvent} */ event) => chooser.key(event, steps, { at, last, open })}
          >
            ${Array.from({ length: first }, () => html`<i class="heat-none"></i>`)}
            ${days.map(
              ({ value, estimated }, index) =>
                html`<i
                  class="heat-${value === null ? 'gap' : shadeOf(value, bounds)} ${estimated ? 'heat-estimated' : ''} ${index === chooser.index ? 'chosen' : ''}"
                ></i>`,
            )}
          </div>
        </div>
      </div>
      <div class="heat-foot">
        <p class="hours-said note" aria-hidden="true">${chosen ? chosen.said : said}</p>
        ${legend()}
      </div>`;
  }

  /** Brings the present into view where a year is wider than the page. */
  static showEnd() {
    const box = document.querySelector('.heat-scroll');
    if (box) box.scrollLeft = box.scrollWidth;
  }
}

/**
 * Where the shades part: the quartiles of the days with any, so that each says something.
 * @param {number[]} values
 */
export function shades(values) {
  const some = values.filter((one) => one > 0).toSorted((a, b) => a - b);
  return [1, 2, 3].map((part) => some[Math.floor((some.length * part) / SHADES)] ?? Infinity);
}

/**
 * @param {number} value
 * @param {number[]} bounds
 */
export function shadeOf(value, bounds) {
  return value <= 0 ? 0 : 1 + bounds.filter((bound) => value >= bound && bound !== Infinity).length;
}

/** What the shades mean. */
export function legend() {
  return html`<p class="heat-legend note" aria-hidden="true">
    ${t.card.less} ${Array.from({ length: SHADES + 1 }, (_, shade) => html`<i class="heat-${shade}"></i>`)}
    ${t.card.more}
  </p>`;
}

/**
 * The names of the months, each above the week in which it begins.
 * @param {HeatDay[]} days
 * @param {number} first empty squares before the first day
 */
function months(days, first) {
  const weeks = Math.ceil((first + days.length) / 7);
  return Array.from({ length: weeks }, (_, week) => {
    const start = addDays(days[0].date, week * 7 - first);
    const begins = Array.from({ length: 7 }, (_, day) => addDays(start, day)).find((date) => date.endsWith('-01'));
    return html`<span>${begins && week < weeks - 1 ? format.month(begins, 'short') : ''}</span>`;
  });
}
