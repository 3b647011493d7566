// The pictures of browsing: its days, the hours of the week, and what the browsers told.

import { weekStartOf } from '../../calendar.js';
import { Bars } from '../../components/bars.js';
import { chartCard } from '../../components/card.js';
import { durationCell } from '../../components/table.js';
import { WEEKDAYS, WeekMap, hourSpan } from '../../components/week-map.js';
import * as format from '../../format.js';
import { html } from '../../html.js';
import { navigate } from '../../router.js';
import { scaleTop } from '../../scale.js';
import * as t from '../../texts/browsing.js';

/** @typedef {import('../../api-types.d.ts').BrowsingDashboard} Dashboard */

/** Days of which each has a bar; of more, each week. */
const MOST_DAYS = 62;
const WEEK = 7;
/** Ticks that have room below the bars. */
const TICKS = 7;
/** Types that are shown at first. */
const TYPES = 8;

export class BrowsingCharts {
  #allTypes = false;

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.bars = new Bars(ctx, t.browsing.days);
    this.map = new WeekMap(ctx, t.browsing.hoursLabel);
  }

  /**
   * @param {Dashboard} board
   * @param {string} file
   */
  days(board, file) {
    const days = board.daily_events;
    const slots = days.length > MOST_DAYS ? weeks(days) : days.map((day) => [day]);
    const sums = slots.map((slot) => slot.reduce((sum, day) => sum + day.seconds, 0));
    const top = scaleTop(Math.max(...sums));
    const used = sums.filter((seconds) => seconds > 0);
    const mean = used.reduce((sum, seconds) => sum + seconds, 0) / Math.max(used.length, 1);
    const nameOf = (/** @type {Dashboard['daily_events']} */ slot) =>
      slot.length === 1
        ? format.date(slot[0].date, 'long')
        : format.dateRange(slot[0].date, slot[slot.length - 1].date);
    const every = Math.ceil(slots.length / TICKS);
    const tick = (/** @type {string} */ date, /** @type {number} */ index) => {
      if (slots.length <= TICKS) return format.date(date, 'abbreviated');
      return (slots.length - 1 - index) % every === 0 ? format.shortDate(date) : '';
    };
    return chartCard(this.ctx, {
      id: 'browsing-days',
      title: slots.length === days.length ? t.browsing.days : t.browsing.weeks,
      note: t.browsing.daysNote,
      size: 's7 bars-card',
      file: `${file}-days`,
      data: () => ({
        head: [
          { text: t.columns.day, csv: t.columns.date },
          { text: t.browsing.time, csv: t.columns.seconds, number: true },
          { text: t.browsing.events, number: true },
        ],
        rows: days.map(({ date, seconds, count }) => ({
          cells: [
            {
              value: date,
              show: html`<a class="cell-link" href="/day/${date}">${format.date(date, 'long')}</a>`,
            },
            durationCell(seconds),
            { value: count, show: format.number(count) },
          ],
        })),
      }),
      chart: () =>
        this.bars.view(
          slots.map((slot, index) => ({
            value: sums[index],
            name: nameOf(slot),
            tick: tick(slot[0].date, index),
            said: html`<b>${format.duration(sums[index])}</b>`,
            spoken: `${nameOf(slot)}: ${format.spokenDuration(sums[index])}`,
            current: index === slots.length - 1,
          })),
          {
            top,
            topText: format.duration(top),
            said: t.browsing.onAverage(format.duration(mean)),
            open: (index) =>
              navigate(slots[index].length === 1 ? `/day/${slots[index][0].date}` : `/week/${slots[index][0].date}`),
          },
        ),
    });
  }

  /**
   * @param {Dashboard} board
   * @param {string} file
   */
  hours({ weekdays }, file) {
    return chartCard(this.ctx, {
      id: 'browsing-hours',
      title: t.browsing.hours,
      note: t.browsing.hoursNote,
      size: 's5 week-card',
      file: `${file}-hours`,
      data: () => ({
        head: [
          { text: t.columns.hour },
          ...WEEKDAYS.map((day) => ({
            text: format.weekday(day, 'abbreviated'),
            csv: format.weekday(day),
            number: true,
          })),
        ],
        rows: Array.from({ length: 24 }, (_, hour) => ({
          cells: [hourSpan(hour), ...weekdays.map((hours) => durationCell(hours[hour]))],
        })),
      }),
      chart: () => this.map.view(weekdays, weekStartOf(this.ctx)),
    });
  }

  /**
   * @param {Dashboard} board
   * @param {string} file
   */
  types({ event_types: types, total_events: total }, file) {
    const shown = this.#allTypes ? types : types.slice(0, TYPES);
    const toggle = () => {
      this.#allTypes = !this.#allTypes;
      this.ctx.update();
    };
    return chartCard(this.ctx, {
      id: 'browsing-types',
      title: t.browsing.types,
      note: t.browsing.typesNote(format.number(total), total),
      size: 's5 start',
      tabular: true,
      file: `${file}-types`,
      data: () => ({
        head: [{ text: t.browsing.type }, { text: t.browsing.events, number: true }],
        rows: types.map(({ type, count }) => ({ cells: [type, count] })),
      }),
      chart: () =>
        html`<ol class="apps">
            ${shown.map(
              ({ type, count }) =>
                html`<li>
                  <div class="category-row" title=${type}>
                    <i class="chip chip-accent"></i>
                    <span class="app-name">${t.browsing.typeNames[type] ?? type}</span>
                    <span class="app-share note">${format.percent(total > 0 ? count / total : 0)}</span>
                    <data class="app-time" value=${count}>${format.number(count)}</data>
                    <span class="bar" .style=${`--part: ${count / (types[0]?.count || 1)}`}></span>
                  </div>
                </li>`,
            )}
          </ol>
          ${
            types.length > TYPES
              ? html`<button type="button" class="btn btn-quiet" @click=${toggle} aria-expanded=${this.#allTypes}>
                  ${this.#allTypes ? t.apps.fewer : t.browsing.allTypes(format.number(types.length))}
                </button>`
              : ''
          }`,
    });
  }
}

/**
 * Days by weeks, of which the last ends with the last day.
 * @template T
 * @param {T[]} days
 */
function weeks(days) {
  const first = days.length % WEEK;
  const cut = Array.from({ length: Math.floor(days.length / WEEK) }, (_, index) =>
    days.slice(first + index * WEEK, first + (index + 1) * WEEK),
  );
  return first > 0 ? [days.slice(0, first), ...cut] : cut;
}
