// A week: its totals and their change, its days, its timeline, where the time went, on which devices.

import { chartCard } from '../components/card.js';
import { categoriesCard } from '../components/categories.js';
import { addressOf } from '../components/date-nav.js';
import { daysCard } from '../components/days.js';
import { platformIcon } from '../components/icon.js';
import { durationCell } from '../components/table.js';
import { durationFigure, totalCard } from '../components/totals.js';
import * as format from '../format.js';
import { html } from '../html.js';
import * as t from '../texts/usage.js';
import { PeriodPage } from './period-page.js';

/**
 * @typedef {import('../api-types.d.ts').StatsWeek} StatsWeek
 * @extends {PeriodPage<StatsWeek>}
 */
export class WeekPage extends PeriodPage {
  /**
   * @param {import('../main.js').Context} ctx
   * @param {{date: string | null, device: string | null}} which
   * @param {StatsWeek | null} stale
   */
  constructor(ctx, which, stale) {
    super(ctx, { kind: 'week', ...which }, stale);
  }

  get title() {
    const stats = this.period.stats;
    return stats ? format.dateRange(stats.start_date, stats.end_date) : t.nav.week;
  }

  get date() {
    return this.period.stats?.start_date ?? this.asked;
  }

  /** @param {StatsWeek} stats */
  hasSessions(stats) {
    return stats.days.some((day) => day.session_count > 0);
  }

  /** @param {StatsWeek} stats */
  cards(stats) {
    const now = this.ctx.now();
    const used = stats.days.filter((day) => day.active_seconds > 0).length;
    const average = used > 0 ? stats.active_seconds / used : 0;
    return html`<div class="grid">
      ${this.totals(stats, t.totals.lastWeek)}
      ${totalCard({
        id: 'average',
        title: t.totals.average,
        note: t.totals.attention.toLowerCase(),
        value: Math.round(average * 1000) / 1000,
        show: durationFigure(average),
        below: html`<span class="note">${t.totals.averageNote(used)}</span>`,
      })}
      ${daysCard(this.ctx, stats, {
        address: (date) => addressOf('day', date, this.device),
        now,
        file: this.file,
      })}
      ${
        this.period.stats === stats
          ? this.timeline.view(this.period, {
              note: format.dateRange(stats.start_date, stats.end_date),
              file: this.file,
              now,
            })
          : html`<section class="card s12 sk-timeline"></section>`
      }
      ${this.apps.view(stats.apps, this.file)} ${this.#devices(stats)}
      ${categoriesCard(this.ctx, stats.categories, this.file)}
    </div>`;
  }

  /** @param {StatsWeek} stats */
  #devices(stats) {
    const largest = Math.max(...stats.devices.map((device) => device.seconds));
    return chartCard(this.ctx, {
      id: 'device-totals',
      title: t.deviceTotals.title,
      note: t.deviceTotals.note,
      size: 's5 start',
      tabular: true,
      file: `${this.file}-devices`,
      data: () => ({
        head: [{ text: t.columns.device }, { text: t.columns.seconds, number: true }],
        rows: stats.devices.map((device) => ({ cells: [device.name, durationCell(device.seconds)] })),
      }),
      chart: () =>
        html`<ol class="apps">
          ${stats.devices.map(
            (device) =>
              html`<li>
                <a class="app-row plain" href=${addressOf('week', this.asked, device.device_id)}>
                  ${platformIcon(device.platform)}
                  <span class="app-name">${device.name}</span>
                  <span class="app-share note"
                    >${format.percent(stats.total_seconds > 0 ? device.seconds / stats.total_seconds : 0)}</span
                  >
                  <data class="app-time" value=${device.seconds}>${format.duration(device.seconds)}</data>
                  <span class="bar" .style=${`--part: ${largest > 0 ? device.seconds / largest : 0}`}></span>
                </a>
              </li>`,
          )}
        </ol>`,
    });
  }
}
