// The seven days of a week: attention, and on top of it the screen time beyond it. Each day opens.

import * as format from '../format.js';
import { html } from '../html.js';
import { scaleTop } from '../scale.js';
import * as t from '../texts/usage.js';
import { chartCard } from './card.js';
import { durationCell } from './table.js';

/** @typedef {import('../api-types.d.ts').StatsWeek} StatsWeek */

/**
 * @param {import('../main.js').Context} ctx
 * @param {StatsWeek} stats
 * @param {{address: (date: string) => string, now: number, file: string}} around
 */
export function daysCard(ctx, stats, { address, now, file }) {
  const top = scaleTop(Math.max(...stats.days.map((day) => day.total_seconds)));
  return chartCard(ctx, {
    id: 'days',
    title: t.days.title,
    note: t.days.note,
    size: 's12',
    file: `${file}-days`,
    data: () => ({
      head: [
        { text: t.columns.day, csv: t.columns.date },
        { text: t.columns.attention, csv: t.columns.attentionSeconds, number: true },
        { text: t.columns.screen, csv: t.columns.screenSeconds, number: true },
        { text: t.columns.sessions, number: true },
      ],
      rows: stats.days.map((day) => ({
        cells: [
          {
            value: day.date,
            show: html`<a class="cell-link" href=${address(day.date)}>${format.date(day.date, 'long')}</a>`,
          },
          durationCell(day.active_seconds),
          durationCell(day.total_seconds),
          { value: day.session_count, show: format.number(day.session_count) },
        ],
      })),
    }),
    chart: () =>
      html`<div class="days" .style=${`--rows: ${stats.days.length}`}>
          ${stats.days.map((day) => bar(day, top, address(day.date), now))}
        </div>
        <p class="legend note" aria-hidden="true">
          <span><i class="chip attention"></i>${t.days.attention}</span>
          <span><i class="chip rest"></i>${t.days.rest}</span>
        </p>`,
  });
}

/**
 * @param {StatsWeek['days'][number]} day
 * @param {number} top seconds at the top of the scale
 * @param {string} href
 * @param {number} now
 */
function bar(day, top, href, now) {
  const [from, to] = [Date.parse(day.from), Date.parse(day.to)];
  const attention = format.duration(day.active_seconds);
  const screen = format.duration(day.total_seconds);
  const when = from > now ? 'future' : now < to ? 'current' : '';
  const part = (/** @type {number} */ seconds) => (top > 0 ? seconds / top : 0);
  const name = format.date(day.date, 'long');
  return html`<a
    class="day ${when}"
    href=${href}
    aria-label=${t.days.open(name, attention, screen)}
    title="${name}: ${screen}"
  >
    <span class="day-figure">${from > now ? '' : attention}</span>
    <span class="day-bar">
      <i class="rest" .style=${`--part: ${part(day.total_seconds)}`}></i>
      <i class="attention" .style=${`--part: ${part(day.active_seconds)}`}></i>
    </span>
    <span class="day-name">${format.date(day.date, 'short')}</span>
  </a>`;
}
