// The hours of a week: a row a weekday, a column an hour of the clock, darker for more. One control for the keyboard.

import * as format from '../format.js';
import { html } from '../html.js';
import * as t from '../texts/usage.js';
import { Chooser } from './chooser.js';
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
    const chooser = this.#chooser;
    const last = cells.length - 1;
    const chosen = cells[chooser.index];
    const at = chosen ? chooser.index : 0;
    const under = (/** @type {PointerEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const place = (/** @type {number} */ part, /** @type {number} */ count) =>
        Math.min(Math.max(Math.floor(part * count), 0), count - 1);
      const day = place((event.clientY - box.top) / box.height, days.length);
      return day * HOURS + place((event.clientX - box.left) / box.width, HOURS);
    };
    const moved = (/** @type {PointerEvent} */ event) => chooser.choose(under(event));
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -HOURS, ArrowDown: HOURS };
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
          aria-valuemax=${last}
          aria-valuenow=${at}
          aria-valuetext="${cells[at].name}: ${format.spokenDuration(cells[at].seconds)}"
          @pointermove=${moved}
          @pointerdown=${moved}
          @pointerleave=${(/** @type {PointerEvent} */ event) => chooser.leave(event)}
          @blur=${() => chooser.choose(-1)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => chooser.key(event, steps, { at: chosen ? at : null, last })}
        >
          ${cells.map(
            ({ seconds }, index) =>
              html`<i class="heat-${shadeOf(seconds, bounds)} ${index === chooser.index ? 'chosen' : ''}"></i>`,
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
