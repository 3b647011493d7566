// The hours of a week: a row a weekday, a column an hour of the clock, darker for more. One control for the keyboard.

import * as format from '../format.js';
import { html } from '../html.js';
import * as t from '../texts/usage.js';
import { legend, shadeOf, shades } from './heat-map.js';

export const WEEKDAYS = /** @type {const} */ ([
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]);
const HOURS = 24;

/** An hour of the clock written out: "09:00 to 10:00". @param {number} hour */
export function hourSpan(hour) {
  const clock = (/** @type {number} */ at) => format.clockTime(`${String(at % HOURS).padStart(2, '0')}:00`);
  return t.period.span(clock(hour), clock(hour + 1));
}

export class WeekMap {
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
   * @param {number[][]} weekdays seconds by weekday, Monday first, and hour of the clock
   * @param {string} start the weekday with which weeks begin
   */
  view(weekdays, start) {
    const first = Math.max(
      WEEKDAYS.findIndex((day) => day === start),
      0,
    );
    const days = WEEKDAYS.map((_, index) => (first + index) % WEEKDAYS.length);
    const cells = days.flatMap((day) =>
      weekdays[day].map((seconds, hour) => ({ seconds, name: `${format.weekday(WEEKDAYS[day])}, ${hourSpan(hour)}` })),
    );
    const bounds = shades(cells.map((cell) => cell.seconds));
    const most = cells.reduce((best, cell) => (cell.seconds > best.seconds ? cell : best));
    const chosen = cells[this.#chosen];
    const at = chosen ? this.#chosen : 0;
    const choose = (/** @type {number} */ index) => {
      if (index === this.#chosen) return;
      this.#chosen = index;
      this.ctx.update();
    };
    const under = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const place = (/** @type {number} */ part, /** @type {number} */ count) =>
        Math.min(Math.max(Math.floor(part * count), 0), count - 1);
      const day = place((event.clientY - box.top) / box.height, days.length);
      return day * HOURS + place((event.clientX - box.left) / box.width, HOURS);
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const last = cells.length - 1;
      /** @type {Record<string, number>} */
      const moves = {
        ArrowLeft: at - 1,
        ArrowRight: at + 1,
        ArrowUp: at - HOURS,
        ArrowDown: at + HOURS,
        Home: 0,
        End: last,
      };
      if (!(event.key in moves)) return;
      event.preventDefault();
      event.stopPropagation();
      choose(chosen || event.key === 'End' ? Math.min(Math.max(moves[event.key], 0), last) : 0);
    };
    return html`<div class="week-map">
        <div class="week-days note" aria-hidden="true">
          ${days.map((day) => html`<span>${format.weekday(WEEKDAYS[day], 'abbreviated')}</span>`)}
        </div>
        <div
          class="week-cells"
          role="slider"
          tabindex="0"
          aria-label=${this.label}
          aria-valuemin="0"
          aria-valuemax=${cells.length - 1}
          aria-valuenow=${at}
          aria-valuetext="${cells[at].name}: ${format.spokenDuration(cells[at].seconds)}"
          @pointermove=${(/** @type {PointerEvent} */ event) => choose(under(event))}
          @pointerdown=${(/** @type {PointerEvent} */ event) => choose(under(event))}
          @pointerleave=${(/** @type {PointerEvent} */ event) => event.pointerType !== 'touch' && choose(-1)}
          @blur=${() => choose(-1)}
          @keydown=${key}
        >
          ${cells.map(
            ({ seconds }, index) =>
              html`<i class="heat-${shadeOf(seconds, bounds)} ${index === this.#chosen ? 'chosen' : ''}"></i>`,
          )}
        </div>
        <div class="week-hours note" aria-hidden="true">
          ${[0, 6, 12, 18].map((hour) => html`<span>${format.hourOfDay(hour)}</span>`)}
        </div>
      </div>
      <div class="heat-foot">
        <p class="hours-said note" aria-hidden="true">
          ${
            chosen
              ? html`<b>${format.duration(chosen.seconds)}</b> ${chosen.name}`
              : html`<b>${format.duration(most.seconds)}</b> ${t.hours.fullest(most.name)}`
          }
        </p>
        ${legend()}
      </div>`;
  }
}
