// Screen time by hour of the clock. One control for the keyboard: arrows choose an hour, Enter opens it.

import * as format from '../format.js';
import { html } from '../html.js';
import * as t from '../texts/usage.js';
import { chartCard } from './card.js';
import { scaleTop } from '../scale.js';
import { durationCell } from './table.js';

export class HoursCard {
  chosen = -1;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {(hour: number) => void} open
   */
  constructor(ctx, open) {
    this.ctx = ctx;
    this.open = open;
  }

  /**
   * @param {number[]} hours 24 numbers of seconds by clock hour
   * @param {number} first the clock hour the day begins with
   * @param {number} nowHour the clock hour it is now, or -1
   * @param {string} file
   */
  view(hours, first, nowHour, file) {
    const order = hours.map((_, index) => (first + index) % 24);
    const data = () => ({
      head: [{ text: t.columns.hour }, { text: t.columns.screen, csv: t.columns.seconds, number: true }],
      rows: order.map((hour) => ({ cells: [span(hour), durationCell(hours[hour])] })),
    });
    return chartCard(this.ctx, {
      id: 'hours',
      title: t.hours.title,
      note: t.hours.note,
      size: 's5 hours-card',
      data,
      file: `${file}-hours`,
      chart: () => this.#chart(hours, order, nowHour),
    });
  }

  /**
   * @param {number[]} hours
   * @param {number[]} order
   * @param {number} nowHour
   */
  #chart(hours, order, nowHour) {
    const top = scaleTop(Math.max(...hours));
    const chosen = this.chosen < 0 ? order[0] : this.chosen;
    const said = t.hours.of(span(chosen), format.spokenDuration(hours[chosen]));
    const choose = (/** @type {number} */ hour) => {
      if (hour === this.chosen) return;
      this.chosen = hour;
      this.ctx.update();
    };
    const hourUnder = (/** @type {PointerEvent | MouseEvent} */ event) => {
      const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) / box.width) * 24);
      return order[Math.min(Math.max(index, 0), 23)];
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
      const place = order.indexOf(chosen);
      /** @type {Record<string, number>} */
      const moves = {
        ArrowLeft: place - 1,
        ArrowRight: place + 1,
        ArrowDown: place - 1,
        ArrowUp: place + 1,
        Home: 0,
        End: 23,
      };
      if (event.key in moves) {
        if (!event.altKey && !event.ctrlKey && !event.metaKey) {
          event.preventDefault();
          event.stopPropagation();
          choose(order[Math.min(Math.max(moves[event.key], 0), 23)]);
        }
      } else if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        this.open(chosen);
      }
    };
    return html`<div class="hours-chart">
      <div
        class="hours"
        role="slider"
        tabindex="0"
        aria-label=${t.hours.label}
        aria-valuemin="0"
        aria-valuemax="23"
        aria-valuenow=${chosen}
        aria-valuetext=${said}
        @pointermove=${(/** @type {PointerEvent} */ event) => choose(hourUnder(event))}
        @pointerleave=${() => choose(-1)}
        @click=${(/** @type {MouseEvent} */ event) => this.open(hourUnder(event))}
        @keydown=${key}
      >
        <div class="hours-scale note"><span>${format.duration(top)}</span><span>0</span></div>
        ${order.map(
          (hour) =>
            html`<i
              class="${hour === nowHour ? 'now' : ''} ${hour === this.chosen ? 'chosen' : ''} ${hours[hour] > 0 ? '' : 'zero'}"
              .style=${`--part: ${top > 0 ? hours[hour] / top : 0}`}
            ></i>`,
        )}
      </div>
      <div class="hours-axis note" aria-hidden="true">
        ${[0, 6, 12, 18].map((place) => html`<span>${format.hourOfDay(order[place])}</span>`)}
      </div>
      <p class="hours-said note" aria-hidden="true">
        ${this.chosen < 0 ? busiest(hours) : html`<b>${format.duration(hours[chosen])}</b> ${span(chosen)}`}
      </p>
    </div>`;
  }
}

/** @param {number} hour */
function span(hour) {
  return t.period.span(format.clockTime(`${pad(hour)}:00`), format.clockTime(`${pad((hour + 1) % 24)}:00`));
}

/** @param {number[]} hours */
function busiest(hours) {
  const most = hours.indexOf(Math.max(...hours));
  return html`<b>${format.duration(hours[most])}</b> ${t.hours.fullest(span(most))}`;
}

/** @param {number} value */
const pad = (value) => String(value).padStart(2, '0');
