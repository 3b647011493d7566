// Insights: a day in words, what stands out, and what the time of the last days was worth.

import { OfflineError } from '../answers.js';
import { appName } from '../app-names.js';
import { Bars } from '../components/bars.js';
import { chartCard } from '../components/card.js';
import { weightName } from '../components/categories.js';
import { steps } from '../components/date-nav.js';
import { icon } from '../components/icon.js';
import { errorState, skeletonPage } from '../components/states.js';
import { durationCell } from '../components/table.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { navigate } from '../router.js';
import * as t from '../texts/insights.js';
import { Turns } from '../turns.js';
import { addDays } from '../zone.js';
import { insightCard, insightsNav, writtenBy } from './insights/parts.js';
import { said } from './insights/said.js';
import { openPreview } from './insights/preview.js';

/**
 * @typedef {import('../api-types.d.ts').DailySummary} DailySummary
 * @typedef {import('../api-types.d.ts').PeriodInsights} PeriodInsights
 * @typedef {import('../api-types.d.ts').Productivity} Productivity
 */

/** Days whose score is shown. */
const DAYS = 30;
/** Days in which findings are looked for. */
const RECENT = 7;
const TOP_SCORE = 100;
const words = t.insights;

/** Where a day lives. @param {string | null} date */
const addressOf = (date) => (date ? `/insights/${date}` : '/insights');

export class InsightsPage {
  section = 'insights';
  title = words.title;
  hears = /** @type {const} */ (['insight.ready', 'usage.synced', 'events.synced', 'account.updated']);
  /** @type {DailySummary | null} */
  #day = null;
  /** @type {Productivity | null} */
  #worth = null;
  /** What is found in the last days: comes after the day itself. @type {PeriodInsights | null} */
  #recent = null;
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
    this.bars = new Bars(ctx, words.score);
  }

  close() {}

  async load() {
    const { api } = this.ctx;
    const isNew = this.#turns.begin();
    try {
      const [day, worth] = await Promise.all([
        /** @type {Promise<DailySummary>} */ (api.get('/ai/daily-summary', { query: { date: this.asked } })),
        /** @type {Promise<Productivity>} */ (api.get('/analytics/productivity', { query: { days: DAYS } })),
      ]);
      if (!isNew()) return;
      [this.#day, this.#worth, this.#error] = [day, worth, null];
      this.ctx.update();
      const recent = await api.get('/ai/productivity-insights', { query: { days: RECENT } });
      if (isNew()) this.#recent = recent;
    } catch (error) {
      // What is known stays on the page while the server is away.
      if (!(error instanceof OfflineError && this.#day)) this.#error = error;
    }
    this.ctx.update();
  }

  /** Another text comes by itself, but not twice a minute. */
  poll() {}

  refresh() {
    return this.load();
  }

  get #date() {
    return this.#day?.date ?? this.asked;
  }

  get #isToday() {
    return this.asked === null || (this.#worth !== null && this.asked >= this.#worth.end_date);
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    const date = this.#date;
    if (key === 'ArrowLeft' && date) navigate(addressOf(addDays(date, -1)));
    else if (key === 'ArrowRight' && date && !this.#isToday) navigate(addressOf(addDays(date, 1)));
    else return false;
    return true;
  }

  header() {
    const date = this.#date;
    return html`${insightsNav('insights')} <span class="grow"></span> ${steps({
        label: t.period.day,
        before: { href: date && addressOf(addDays(date, -1)), label: t.period.dayBefore },
        now: { href: addressOf(null), text: t.period.today, current: this.#isToday },
        after: { href: date && !this.#isToday ? addressOf(addDays(date, 1)) : null, label: t.period.dayAfter },
      })}`;
  }

  view() {
    const [day, worth] = [this.#day, this.#worth];
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!day || !worth) return skeletonPage();
    const recent = this.#recent;
    return html`<div class="grid">
      ${this.#words(day)} ${this.#worthOf(day)} ${found(words.ofDay(format.date(day.date, 'long')), day.insights)}
      ${recent ? found(words.ofDays(RECENT), recent.insights) : nothing} ${this.#scores(worth)}
      ${tops(this.ctx, 'productive', worth.top_productive, worth)}
      ${tops(this.ctx, 'distracting', worth.top_distracting, worth)}
    </div>`;
  }

  /** @param {DailySummary} day */
  #words(day) {
    const open = () => openPreview(this.ctx, { kind: 'daily-summary', date: day.date }, () => this.load());
    return html`<section class="card s8 summary" aria-labelledby="summary-title">
      <h2 id="summary-title">
        ${format.date(day.date, 'full')} ${day.is_over ? nothing : html`<small>${words.soFar}</small>`}
      </h2>
      <p class="summary-text">${said(day.summary)}</p>
      ${
        day.highlights.length > 0
          ? html`<ul class="highlights">
              ${day.highlights.map((line) => html`<li>${said(line)}</li>`)}
            </ul>`
          : nothing
      }
      <p class="note summary-by">
        <span>${writtenBy(day, this.ctx.zone())}</span>
        <button type="button" class="tool" @click=${open}>${icon('eye')} ${words.preview.open}</button>
      </p>
    </section>`;
  }

  /** @param {DailySummary} day */
  #worthOf({ figures }) {
    const { score, productive_seconds, neutral_seconds, distracting_seconds, uncategorized_seconds } = figures;
    const parts = /** @type {const} */ ([
      ['productive', productive_seconds],
      ['neutral', neutral_seconds],
      ['distracting', distracting_seconds],
      ['uncategorised', uncategorized_seconds],
    ]);
    const whole = parts.reduce((sum, [, seconds]) => sum + seconds, 0);
    return html`<section class="card s4 worth-card" aria-labelledby="worth-title">
      <h2 id="worth-title">${words.score} <small>${words.ofHundred}</small></h2>
      <data class="figure" id="insights-score" value=${score ?? ''}
        >${typeof score === 'number' ? format.number(score) : '–'}</data
      >
      <div class="below">
        ${typeof score === 'number' ? nothing : html`<span class="note">${t.categories.noScore}</span>`}
      </div>
      <div class="share-bar" aria-hidden="true">
        ${parts.map(([name, seconds]) => html`<i class="is-${name}" .style=${`--part: ${whole > 0 ? seconds / whole : 0}`}></i>`)}
      </div>
      <ul class="share-list">
        ${parts.map(
          ([name, seconds]) =>
            html`<li class="is-${name}">
              <i class="chip"></i><span>${words.worth[name]}</span>
              <b>${format.percent(whole > 0 ? seconds / whole : 0)}</b>
              <data class="note" value=${seconds}>${format.duration(seconds)}</data>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  /** @param {Productivity} worth */
  #scores({ daily, score, previous, start_date: first, end_date: last }) {
    const said = (/** @type {number | null | undefined} */ value) =>
      typeof value === 'number' ? format.number(value) : words.noScore;
    const by = previous.change.score;
    const about = typeof by === 'number' ? words.scoreChange(said(score), said(previous.score)) : said(score);
    return chartCard(this.ctx, {
      id: 'insights-scores',
      title: words.scores,
      note: words.scoresNote,
      size: 's12 bars-card score-bars',
      file: `almanac-score-${first}-${last}`,
      data: () => ({
        head: [
          { text: t.columns.day, csv: t.columns.date },
          { text: words.score, number: true },
          .../** @type {const} */ (['productive', 'neutral', 'distracting', 'uncategorised']).map((name) => ({
            text: words.worth[name],
            csv: `${words.worth[name]} ${t.columns.seconds.toLowerCase()}`,
            number: true,
          })),
        ],
        rows: daily.map((day) => ({
          cells: [
            {
              value: day.date,
              show: html`<a class="cell-link" href=${addressOf(day.date)}>${format.date(day.date, 'long')}</a>`,
            },
            day.score ?? null,
            durationCell(day.productive_seconds),
            durationCell(day.neutral_seconds),
            durationCell(day.distracting_seconds),
            durationCell(day.uncategorized_seconds),
          ],
        })),
      }),
      chart: () =>
        this.bars.view(
          daily.map((day, index) => ({
            value: day.score ?? null,
            name: format.date(day.date, 'long'),
            tick: (daily.length - 1 - index) % 5 === 0 ? format.shortDate(day.date) : '',
            said: html`<b>${said(day.score)}</b>`,
            spoken: `${format.date(day.date, 'long')}: ${said(day.score)}`,
            current: day.date === this.#date,
          })),
          {
            top: TOP_SCORE,
            topText: format.number(TOP_SCORE),
            said: about,
            open: (index) => navigate(addressOf(daily[index].date)),
          },
        ),
    });
  }
}

/**
 * @param {string} title
 * @param {DailySummary['insights']} insights
 */
function found(title, insights) {
  return html`<section class="s12 found" aria-label=${title}>
    <h2>${title}</h2>
    ${
      insights.length > 0
        ? html`<div class="insights">${insights.map(insightCard)}</div>`
        : html`<p class="note">${words.nothing}</p>`
    }
  </section>`;
}

/**
 * What most of the time went to, of what is wanted or not.
 * @param {import('../main.js').Context} ctx
 * @param {'productive' | 'distracting'} which
 * @param {Productivity['top_productive']} names
 * @param {Productivity} worth
 */
function tops(ctx, which, names, { start_date: first, end_date: last }) {
  const largest = names[0]?.seconds ?? 0;
  return chartCard(ctx, {
    id: `insights-${which}`,
    title: words.tops[which],
    note: words.topsNote(DAYS),
    size: 's6 start worth-tops',
    tabular: true,
    file: `almanac-${which}-${first}-${last}`,
    data: () => ({
      head: [
        { text: t.columns.name },
        { text: t.columns.category },
        { text: t.columns.weight, number: true },
        { text: t.columns.seconds, number: true },
      ],
      rows: names.map((one) => ({ cells: [one.name, one.category, one.weight, durationCell(one.seconds)] })),
    }),
    chart: () =>
      names.length === 0
        ? html`<p class="note">${words.noTops}</p>`
        : html`<ol class="apps">
            ${names.map(
              (one) =>
                html`<li>
                  <div class="category-row plain is-${which}" title=${one.name}>
                    <i class="chip"></i>
                    <span class="app-name"
                      >${appName(one.name)} <small>${one.category.split(' > ').at(-1)}</small></span
                    >
                    <span class="app-share note">${weightName(one.weight)}</span>
                    <data class="app-time" value=${one.seconds}>${format.duration(one.seconds)}</data>
                    <span class="bar" .style=${`--part: ${largest > 0 ? one.seconds / largest : 0}`}></span>
                  </div>
                </li>`,
            )}
          </ol>`,
  });
}
