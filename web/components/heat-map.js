// A year as a calendar: a column a week, a square a day, darker for more. One control for the keyboard.

import { html } from '../html.js';
import * as format from '../format.js';
import * as t from '../texts.js';
import { addDays } from '../zone.js';

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
  #chosen = -1;
  /** The day that a finger has pointed at. */
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
   * @param {HeatDay[]} days the oldest first, without a gap
   * @param {unknown} said what is said while no day is chosen
   * @param {number} weekStart 0 is Sunday
   * @param {(index: number) => void} [open] shows what a day is made of
   */
  view(days, said, weekStart, open) {
    const first = (new Date(`${days[0].date}T00:00:00Z`).getUTCDay() - weekStart + 7) % 7;
    const bounds = shades(days.map((day) => day.value ?? 0));
    const last = days.length - 1;
    const chosen = days[this.#chosen];
    const at = chosen ? this.#chosen : last;
    const choose = (/** @type {number} */ index) => {
      if (index === this.#chosen) return;
      this.#chosen = index;
      this.ctx.update();
    };
    const under = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const weeks = Math.ceil((first + days.length) / 7);
      const week = Math.floor(((event.clientX - box.left) / box.width) * weeks);
      const day = Math.floor(((event.clientY - box.top) / box.height) * 7);
      const index = week * 7 + day - first;
      return index >= 0 && index <= last ? index : -1;
    };
    const moved = (/** @type {PointerEvent} */ event) => choose(under(event));
    const pressed = (/** @type {PointerEvent} */ event) => {
      const index = under(event);
      // A finger cannot point without pressing: the first time it points.
      if (index >= 0 && (event.pointerType !== 'touch' || index === this.#pointed)) open?.(index);
      this.#pointed = index;
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      /** @type {Record<string, number>} */
      const moves = { ArrowLeft: at - 7, ArrowRight: at + 7, ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last };
      if (open && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        event.stopPropagation();
        open(at);
      }
      if (!(event.key in moves)) return;
      event.preventDefault();
      event.stopPropagation();
      choose(Math.min(Math.max(moves[event.key], 0), last));
    };
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
            @pointerleave=${(/** @type {PointerEvent} */ event) => event.pointerType !== 'touch' && choose(-1)}
            @click=${pressed}
            @blur=${() => choose(-1)}
            @keydown=${key}
          >
            ${Array.from({ length: first }, () => html`<i class="heat-none"></i>`)}
            ${days.map(
              ({ value, estimated }, index) =>
                html`<i
                  class="heat-${value === null ? 'gap' : shadeOf(value, bounds)} ${estimated ? 'heat-estimated' : ''} ${index === this.#chosen ? 'chosen' : ''}"
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
