// A week in words and figures, made to be read on paper too.

import { OfflineError } from '../answers.js';
import { appName } from '../app-names.js';
import { steps } from '../components/date-nav.js';
import { icon } from '../components/icon.js';
import { errorState, skeletonPage } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { navigate } from '../router.js';
import { scaleTop } from '../scale.js';
import * as t from '../texts/insights.js';
import { Turns } from '../turns.js';
import { addDays } from '../zone.js';
import { amountOf, insightCard, insightsNav, nameOf, writtenBy } from './insights/parts.js';
import { said } from './insights/said.js';
import { openPreview } from './insights/preview.js';

/** @typedef {import('../api-types.d.ts').WeeklyReport} Report */

const words = t.report;

/** Where a week lives. @param {string | null} date */
const addressOf = (date) => (date ? `/report?${new URLSearchParams({ date })}` : '/report');

export class ReportPage {
  section = 'insights';
  hears = /** @type {const} */ (['insight.ready', 'account.updated']);
  /** @type {Report | null} */
  #report = null;
  /** @type {unknown} */
  #error = null;
  #turns = new Turns();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string | null} date
   */
  constructor(ctx, date) {
    this.ctx = ctx;
    this.asked = date;
  }

  close() {}

  get title() {
    const report = this.#report;
    return report ? format.dateRange(report.start_date, report.end_date) : words.title;
  }

  async load() {
    const isNew = this.#turns.begin();
    try {
      const report = await this.ctx.api.get('/ai/weekly-report', { query: { date: this.asked } });
      if (!isNew()) return;
      this.#report = report;
      this.#error = null;
    } catch (error) {
      if (!(error instanceof OfflineError && this.#report)) this.#error = error;
    }
    this.ctx.update();
  }

  poll() {}

  refresh() {
    return this.load();
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    const report = this.#report;
    if (key === 'ArrowLeft' && report) navigate(addressOf(addDays(report.start_date, -7)));
    else if (key === 'ArrowRight' && report?.is_over) navigate(addressOf(addDays(report.start_date, 7)));
    else return false;
    return true;
  }

  header() {
    const report = this.#report;
    const before = report && addressOf(addDays(report.start_date, -7));
    const after = report?.is_over ? addressOf(addDays(report.start_date, 7)) : null;
    return html`${insightsNav('report')} <span class="grow"></span>
      ${steps({
        label: t.period.week,
        before: { href: before, label: t.period.weekBefore },
        now: { href: addressOf(null), text: t.period.thisWeek, current: report ? !report.is_over : !this.asked },
        after: { href: after, label: t.period.weekAfter },
      })}
      <button type="button" class="btn btn-quiet" ?disabled=${!report} @click=${() => print()}>
        ${icon('printer')} ${words.print}
      </button>`;
  }

  view() {
    const report = this.#report;
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!report) return skeletonPage();
    const open = () => openPreview(this.ctx, { kind: 'weekly-report', date: report.start_date }, () => this.load());
    return html`<article class="report">
      <section class="card summary" aria-labelledby="summary-title">
        <h2 id="summary-title">
          ${words.inWords} ${report.is_over ? nothing : html`<small>${t.insights.soFar}</small>`}
        </h2>
        <p class="summary-text">${said(report.summary)}</p>
        ${
          report.highlights.length > 0
            ? html`<ul class="highlights">
                ${report.highlights.map((line) => html`<li>${said(line)}</li>`)}
              </ul>`
            : nothing
        }
        <p class="note summary-by">
          <span>${writtenBy(report, this.ctx.zone())}</span>
          <button type="button" class="tool no-print" @click=${open}>${icon('eye')} ${t.insights.preview.open}</button>
        </p>
      </section>
      ${changes(report)} ${days(report)}
      <div class="report-pair">
        ${list(
          words.categories,
          report.figures.categories.map(({ name, seconds }) => ({
            name: name.split(' > ').join(' › '),
            seconds,
            before: report.previous.categories.find((one) => one.name === name)?.seconds,
          })),
        )}
        ${list(
          words.apps,
          report.figures.apps.map(({ name, kind, seconds }) => ({
            name: appName(name),
            seconds,
            before: report.previous.apps.find((one) => one.name === name && one.kind === kind)?.seconds,
          })),
        )}
      </div>
      ${
        report.insights.length > 0
          ? html`<section class="found" aria-labelledby="found-title">
              <h2 id="found-title">${words.found}</h2>
              <div class="insights">${report.insights.map(insightCard)}</div>
            </section>`
          : nothing
      }
    </article>`;
  }
}

/** What the week comes to, beside the one before. @param {Report} report */
function changes({ changes: all, figures }) {
  const known = all.filter(({ value, before }) => value > 0 || before > 0);
  if (known.length === 0) return html`<p class="note">${words.nothing}</p>`;
  return html`<section class="card" aria-labelledby="changes-title">
    <h2 id="changes-title">${words.figures} <small>${words.beside}</small></h2>
    <div class="table-scroll" tabindex="0" role="region" aria-label=${words.beside}>
      <table class="data report-figures">
        <thead>
          <tr>
            <th scope="col">${words.what}</th>
            <th scope="col" class="n">${words.thisWeek}</th>
            <th scope="col" class="n">${words.weekBefore}</th>
            <th scope="col" class="n">${words.change}</th>
          </tr>
        </thead>
        <tbody>
          ${known.map(
            ({ name, unit, value, before, change, percent }) =>
              html`<tr>
                <th scope="row">${nameOf(name)}</th>
                <td class="n"><data value=${value}>${amountOf({ value, unit })}</data></td>
                <td class="n">${amountOf({ value: before, unit })}</td>
                <td class="n">
                  ${change === 0 ? words.same : html`${change > 0 ? '+' : '−'} ${amountOf({ value: Math.abs(change), unit })}`}
                  ${isTelling(percent, unit) ? html`<small>${format.signedPercent((percent ?? 0) / 100)}</small>` : nothing}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">${words.focus(format.number(figures.focus_completed), format.number(figures.focus_abandoned))}</p>
  </section>`;
}

/**
 * Ten times as much, in percent, says nothing any more; nor does a part of points.
 * @param {number | null | undefined} percent
 * @param {string} unit
 */
const isTelling = (percent, unit) => typeof percent === 'number' && Math.abs(percent) <= 1000 && unit !== 'points';

/** The days, by what their time was worth. @param {Report} report */
function days({ days: all }) {
  const top = scaleTop(Math.max(...all.map((day) => day.active_seconds), 1));
  const part = (/** @type {number} */ seconds) => `--part: ${Math.min(seconds / top, 1)}`;
  return html`<section class="card" aria-labelledby="report-days-title">
    <h2 id="report-days-title">${words.days} <small>${words.daysNote}</small></h2>
    <ol class="report-days">
      ${all.map(
        (day) =>
          html`<li title="${format.date(day.date, 'long')}: ${format.duration(day.active_seconds)}">
            <span class="day-figure">${day.active_seconds > 0 ? format.duration(day.active_seconds) : ''}</span>
            <span class="report-bar" aria-hidden="true">
              <i class="is-active" .style=${part(day.active_seconds)}></i>
              <i class="is-productive" .style=${part(day.productive_seconds)}></i>
              <i
                class="is-distracting"
                .style=${`${part(day.distracting_seconds)}; --below: ${Math.min(day.productive_seconds / top, 1)}`}
              ></i>
            </span>
            <span class="day-name">${format.date(day.date, 'short')}</span>
            <span class="note">${typeof day.score === 'number' ? words.scoreOf(format.number(day.score)) : ' '}</span>
            <span class="visually-hidden"
              >${words.dayOf(
                format.spokenDuration(day.active_seconds),
                format.spokenDuration(day.productive_seconds),
                format.spokenDuration(day.distracting_seconds),
              )}</span
            >
          </li>`,
      )}
    </ol>
    <p class="legend note" aria-hidden="true">
      <span><i class="chip is-productive"></i>${t.insights.worth.productive}</span>
      <span><i class="chip is-distracting"></i>${t.insights.worth.distracting}</span>
      <span><i class="chip is-active"></i>${words.rest}</span>
    </p>
  </section>`;
}

/**
 * @param {string} title
 * @param {{name: string, seconds: number, before?: number}[]} rows
 */
function list(title, rows) {
  const largest = Math.max(...rows.map(({ seconds }) => seconds), 1);
  return html`<section class="card" aria-label=${title}>
    <h2>${title}</h2>
    ${rows.length === 0 ? html`<p class="note">${words.none}</p>` : nothing}
    <ol class="apps">
      ${rows.map(
        ({ name, seconds, before }) =>
          html`<li>
            <div class="category-row plain" title=${name}>
              <i class="chip chip-accent"></i>
              <span class="app-name">${name}</span>
              <span class="app-share note">${before ? words.was(format.duration(before)) : nothing}</span>
              <data class="app-time" value=${seconds}>${format.duration(seconds)}</data>
              <span class="bar" .style=${`--part: ${seconds / largest}`}></span>
            </div>
          </li>`,
      )}
    </ol>
  </section>`;
}
