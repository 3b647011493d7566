// What focus adds up to, as pictures: the last days, the year, the best hours and days, weeks and months.

import { Bars } from '../../components/bars.js';
import { chartCard } from '../../components/card.js';
import { HeatMap } from '../../components/heat-map.js';
import { durationCell } from '../../components/table.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import { scaleTop } from '../../scale.js';
import * as t from '../../texts/focus.js';

/**
 * @typedef {import('../../api-types.d.ts').FocusDay} FocusDay
 * @typedef {import('../../api-types.d.ts').FocusHours} FocusHours
 * @typedef {import('../../api-types.d.ts').FocusTrends} FocusTrends
 * @typedef {import('../../api-types.d.ts').FocusPeriod} FocusPeriod
 */

const LAST = 14;
const WEEKDAYS = /** @type {const} */ (['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

const sessionsOf = (/** @type {number} */ count) => t.counts.sessions(format.number(count), count);
const spoken = (/** @type {string} */ name, /** @type {number} */ minutes, /** @type {number} */ sessions) =>
  t.focus.barOf(name, minutes > 0 ? format.spokenDuration(minutes * 60) : t.focus.nothing, sessionsOf(sessions));
const said = (/** @type {number} */ minutes) =>
  html`<b>${minutes > 0 ? format.duration(minutes * 60) : t.focus.nothing}</b>`;
const minutesCell = (/** @type {number} */ minutes) => ({ ...durationCell(minutes * 60), value: minutes });
const scale = (/** @type {number[]} */ minutes) => {
  const top = scaleTop(Math.max(...minutes) * 60);
  return { top: top / 60, topText: format.duration(top) };
};
const head = (/** @type {string} */ first, /** @type {{text: string, number?: boolean}[]} */ ...more) => [
  { text: first },
  { text: t.focus.columns.focus, csv: t.focus.columns.minutes, number: true },
  { text: t.columns.sessions, number: true },
  ...more,
];

export class Charts {
  /** @type {'weeks' | 'months'} */
  #trend = 'weeks';

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.lastDays = new Bars(ctx, t.focus.lastDays);
    this.year = new HeatMap(ctx, t.focus.yearLabel);
    this.hours = new Bars(ctx, t.focus.hoursLabel);
    this.weekdays = new Bars(ctx, t.focus.weekdays);
    this.weeks = new Bars(ctx, t.focus.weeks);
    this.months = new Bars(ctx, t.focus.months);
  }

  /** @param {FocusDay[]} days newest first */
  days(days) {
    const last = days.slice(0, LAST).toReversed();
    const sum = last.reduce((all, day) => all + day.focus_min, 0);
    return chartCard(this.ctx, {
      id: 'focus-days',
      title: t.focus.lastDays,
      note: t.focus.perDay,
      size: 's6 bars-card',
      file: 'almanac-focus-days',
      data: () => dayTable(days.slice(0, LAST)),
      chart: () =>
        this.lastDays.view(
          last.map((day, index) => ({
            value: day.focus_min,
            name: format.date(day.date, 'long'),
            tick: index % 2 === (LAST - 1) % 2 ? format.dayOfMonth(day.date) : '',
            said: said(day.focus_min),
            spoken: spoken(format.date(day.date, 'long'), day.focus_min, day.sessions_completed),
            current: index === LAST - 1,
          })),
          {
            ...scale(last.map((day) => day.focus_min)),
            said: total(sum, last.filter((day) => day.focus_min > 0).length),
          },
        ),
    });
  }

  /** @param {FocusDay[]} days newest first */
  heat(days) {
    const used = days.filter((day) => day.focus_min > 0);
    const sum = used.reduce((all, day) => all + day.focus_min, 0);
    const start = this.ctx.api.account?.week_start;
    return chartCard(this.ctx, {
      id: 'focus-year',
      title: t.focus.year,
      note: t.focus.yearNote,
      size: 's12',
      file: 'almanac-focus-year',
      data: () => dayTable(days),
      chart: () =>
        this.year.view(
          days.toReversed().map((day) => ({
            date: day.date,
            value: day.focus_min,
            said: spoken(format.date(day.date, 'full'), day.focus_min, day.sessions_completed),
          })),
          total(sum, used.length),
          start ? (WEEKDAYS.indexOf(/** @type {typeof WEEKDAYS[number]} */ (start)) + 1) % 7 : 1,
        ),
    });
  }

  /** @param {FocusHours | null} hours */
  best(hours) {
    if (!hours)
      return html`<section class="card s7 sk-bars"></section>
        <section class="card s5 sk-bars"></section>`;
    const span = (/** @type {number} */ hour) => {
      const pad = (/** @type {number} */ value) => `${String(value % 24).padStart(2, '0')}:00`;
      return t.period.span(format.clockTime(pad(hour)), format.clockTime(pad(hour + 1)));
    };
    const weekday = (/** @type {number} */ number) => format.weekday(WEEKDAYS[number - 1]);
    return html`${chartCard(this.ctx, {
      id: 'focus-hours',
      title: t.focus.hours,
      note: t.focus.hoursNote,
      size: 's7 bars-card',
      file: 'almanac-focus-hours',
      data: () => ({
        head: head(t.columns.hour),
        rows: hours.hours.map((hour) => ({ cells: [span(hour.hour), minutesCell(hour.focus_min), hour.sessions] })),
      }),
      chart: () =>
        this.hours.view(
          hours.hours.map((hour) => ({
            value: hour.focus_min,
            name: span(hour.hour),
            tick: hour.hour % 6 === 0 ? format.hourOfDay(hour.hour) : '',
            said: said(hour.focus_min),
            spoken: spoken(span(hour.hour), hour.focus_min, hour.sessions),
          })),
          { ...scale(hours.hours.map((hour) => hour.focus_min)), said: most(hours.hours, (hour) => span(hour.hour)) },
        ),
    })}
    ${chartCard(this.ctx, {
      id: 'focus-weekdays',
      title: t.focus.weekdays,
      note: t.focus.weekdaysNote,
      size: 's5 bars-card',
      file: 'almanac-focus-weekdays',
      data: () => ({
        head: head(t.focus.columns.weekday),
        rows: hours.weekdays.map((day) => ({
          cells: [weekday(day.weekday), minutesCell(day.focus_min), day.sessions],
        })),
      }),
      chart: () =>
        this.weekdays.view(
          hours.weekdays.map((day) => ({
            value: day.focus_min,
            name: weekday(day.weekday),
            tick: weekday(day.weekday).slice(0, 2),
            said: said(day.focus_min),
            spoken: spoken(weekday(day.weekday), day.focus_min, day.sessions),
          })),
          {
            ...scale(hours.weekdays.map((day) => day.focus_min)),
            said: most(hours.weekdays, (day) => weekday(day.weekday)),
          },
        ),
    })}`;
  }

  /** @param {FocusTrends | null} trends */
  trends(trends) {
    if (!trends) return html`<section class="card s6 sk-bars"></section>`;
    const weekly = this.#trend === 'weeks';
    const periods = weekly ? trends.weekly : trends.monthly;
    const name = (/** @type {FocusPeriod} */ period) =>
      weekly ? format.dateRange(period.from, period.to) : format.month(period.from, 'long');
    const tick = (/** @type {FocusPeriod} */ period) =>
      weekly ? format.shortDate(period.from) : format.month(period.from, 'short');
    return chartCard(this.ctx, {
      id: 'focus-trend',
      title: weekly ? t.focus.weeks : t.focus.months,
      note: weekly ? t.focus.weeksNote : t.focus.monthsNote,
      size: 's6 bars-card',
      tools: this.#trendChoice(),
      file: `almanac-focus-${this.#trend}`,
      data: () => ({
        head: head(weekly ? t.focus.columns.week : t.focus.columns.month, {
          text: t.focus.columns.change,
          number: true,
        }),
        rows: periods.map((period) => ({
          cells: [name(period), minutesCell(period.focus_min), period.sessions_completed, percentCell(period)],
        })),
      }),
      chart: () =>
        this[this.#trend].view(
          periods.toReversed().map((period, index) => ({
            value: period.focus_min,
            name: name(period),
            tick: index % 3 === 2 ? tick(period) : '',
            said: html`${said(period.focus_min)} ${changeOf(period)}`,
            spoken: spoken(name(period), period.focus_min, period.sessions_completed),
            current: index === periods.length - 1,
          })),
          {
            ...scale(periods.map((period) => period.focus_min)),
            said: html`${said(periods[0].focus_min)} ${t.focus.thisOne}, ${name(periods[0])}`,
          },
        ),
    });
  }

  #trendChoice() {
    const choice = (/** @type {'weeks' | 'months'} */ which) => {
      const choose = () => {
        this.#trend = which;
        this.ctx.update();
      };
      return html`<button
        type="button"
        class="seg-item"
        aria-pressed=${which === this.#trend ? 'true' : 'false'}
        @click=${choose}
      >
        ${t.focus[which]}
      </button>`;
    };
    return html`<span class="seg" role="group" aria-label=${t.focus.trend}
      >${choice('weeks')}${choice('months')}</span
    >`;
  }
}

/** @param {FocusPeriod} period */
function changeOf({ change }) {
  if (typeof change.percent !== 'number') return nothing;
  return html`<span>${t.focus.changeBy(format.signedPercent(change.percent / 100))}</span>`;
}

/** @param {FocusPeriod} period */
function percentCell({ change }) {
  const { percent } = change;
  return typeof percent === 'number'
    ? { value: percent, show: format.signedPercent(percent / 100) }
    : { value: null, show: '–' };
}

/**
 * @param {number} minutes
 * @param {number} days
 */
function total(minutes, days) {
  if (minutes === 0) return t.focus.nothing;
  return t.focus.yearSum(format.duration(minutes * 60), format.number(days), days);
}

/**
 * @template {{focus_min: number}} T
 * @param {T[]} all
 * @param {(one: T) => string} name
 */
function most(all, name) {
  const [best] = all.toSorted((a, b) => b.focus_min - a.focus_min);
  return best.focus_min > 0 ? html`${said(best.focus_min)} ${name(best)}` : t.focus.nothing;
}

/** @param {FocusDay[]} days */
function dayTable(days) {
  return {
    head: head(t.columns.day),
    rows: days.map((day) => ({
      cells: [
        { value: day.date, show: format.date(day.date, 'full') },
        minutesCell(day.focus_min),
        day.sessions_completed,
      ],
    })),
  };
}
