// Reports: what entries add up to in a span of dates, by one thing or by two, rounded if wanted; saved, or printed.

import { todayOf, weekStartOf } from '../calendar.js';
import { askDates } from '../components/ask-dates.js';
import { durationCell, table } from '../components/table.js';
import { icon } from '../components/icon.js';
import { spanNav } from '../components/span-nav.js';
import { emptyState, errorState, explain, skeletonPage } from '../components/states.js';
import { save } from '../csv.js';
import * as format from '../format.js';
import { html, live, nothing } from '../html.js';
import { subscribe } from '../news.js';
import { paint } from '../projects.js';
import { navigate } from '../router.js';
import { neighbours, spanName, spanOf } from '../span.js';
import * as t from '../texts/time-report.js';
import { Turns } from '../turns.js';
import { addDays } from '../zone.js';
import { TimeChart } from './time/chart.js';
import { figures } from './time/figures.js';
import { ReportFilter, filterOf } from './time/report-filter.js';
import { sections } from './time/sections.js';

/**
 * @typedef {import('../span.js').Kind} Kind
 * @typedef {import('../api-types.d.ts').TimeReport} Report
 * @typedef {import('../api-types.d.ts').ReportGroup} Group
 * @typedef {import('../components/table.js').Cell} Cell
 *
 * @typedef {object} View how the figures are put together; it stands in the address
 * @property {string} by
 * @property {string} and
 * @property {string} rounding
 */

const words = t.timeReport;
const BY = ['project', 'client', 'tag', 'day', 'week', 'month'];
const ROUNDINGS = ['up:5', 'up:6', 'up:15', 'up:30', 'nearest:5', 'nearest:6', 'nearest:15', 'nearest:30', 'down:15'];

/** @param {Kind} kind @param {string[]} dates */
function pathOf(kind, ...dates) {
  if (kind === 'month' && dates.length === 0) return '/time/report';
  return ['/time/report', kind === 'custom' ? 'dates' : kind, ...dates].join('/');
}

/** @param {View & import('./time/report-filter.js').Filter} view */
function queryOf({ by, ...others }) {
  const given = Object.entries({ by: by === 'project' ? '' : by, ...others }).filter(([, value]) => value);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

export class TimeReportPage {
  section = 'time';
  /** As it was asked for. @type {Report | null} */
  #report = null;
  /** By day, week or month, and project: the picture. @type {Report | null} */
  #picture = null;
  /** The span that is here. @type {import('../span.js').Span | null} */
  #span = null;
  #asked = '';
  /** @type {unknown} */
  #error = null;
  #closed = false;
  #turns = new Turns();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{kind: Kind, date: string | null, last: string | null}} which
   * @param {URLSearchParams} query
   */
  constructor(ctx, { kind, date, last }, query) {
    this.ctx = ctx;
    this.kind = kind;
    this.wanted = date;
    this.last = last;
    const one = (/** @type {string} */ name, /** @type {string[]} */ of) =>
      of.find((value) => value === query.get(name)) ?? '';
    /** @type {View} */
    this.shape = { by: one('by', BY) || 'project', and: one('and', BY), rounding: one('rounding', ROUNDINGS) };
    if (this.shape.and === this.shape.by) this.shape.and = '';
    this.filter = new ReportFilter(ctx, filterOf(query), {
      dates: () => ({ from: this.span.first, to: this.span.last }),
      choose: (filter) => this.#show({ ...this.shape, ...filter }),
    });
    this.chart = new TimeChart(ctx);
    this.release = subscribe(['time_entry.updated', 'project.updated', 'account.updated'], () => this.load());
  }

  close() {
    this.#closed = true;
    this.release();
  }

  get span() {
    const today = todayOf(this.ctx);
    const weekStart = weekStartOf(this.ctx);
    return spanOf(this.kind, this.wanted ?? today, this.last, { today, weekStart });
  }

  get title() {
    return spanName(this.span);
  }

  /** What is asked, beside what it is put together by. */
  get #query() {
    const { first, last } = this.span;
    return { from: first, to: last, rounding: this.shape.rounding, ...this.filter.query };
  }

  get #groupBy() {
    return [this.shape.by, this.shape.and].filter(Boolean).join(',');
  }

  async load() {
    const { span } = this;
    this.#asked = JSON.stringify(span);
    const isNew = this.#turns.begin();
    const ask = (/** @type {string} */ group_by) =>
      this.ctx.api.get('/time-entries/report', { query: { ...this.#query, group_by } });
    try {
      const [report, picture] = await Promise.all([ask(this.#groupBy), ask(`${span.group},project`)]);
      if (this.#asked !== JSON.stringify(span) || !isNew()) return;
      [this.#report, this.#picture, this.#span] = [report, picture, span];
      this.#error = null;
    } catch (error) {
      if (!this.#report) this.#error = error;
    }
    if (this.#closed) return;
    this.ctx.update();
    await this.filter.load();
    if (!this.#closed) this.ctx.update();
  }

  async poll() {
    if (this.span.running || this.#asked !== JSON.stringify(this.span)) await this.load();
  }

  /** Where a span lives, seen as this one is. @type {(kind: Kind, ...dates: string[]) => string} */
  #addressOf = (kind, ...dates) => pathOf(kind, ...dates) + queryOf({ ...this.shape, ...this.filter.filter });

  /** The same dates, put together in another way, or others of their entries. @param {Parameters<typeof queryOf>[0]} view */
  #show = (view) => navigate(location.pathname + queryOf(view), { replace: true });

  header() {
    const { kind, span } = this;
    return html`<span class="grow"></span> ${spanNav({
        kind,
        current: span.running,
        dates: kind === 'custom' ? [span.first] : this.wanted && !span.running ? [this.wanted] : [],
        neighbours: neighbours(span, todayOf(this.ctx)),
        addressOf: this.#addressOf,
        ask: () => this.#askDates(),
      })}`;
  }

  #askDates() {
    const { first, until } = this.span;
    askDates(this.ctx, first, until, (from, to) => navigate(this.#addressOf('custom', from, to)));
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    const { kind, span } = this;
    const { before, after } = neighbours(span, todayOf(this.ctx));
    /** @type {Record<string, Kind>} */
    const kinds = { w: 'week', m: 'month', y: 'year' };
    if (key === 'ArrowLeft') navigate(this.#addressOf(kind, ...before));
    else if (key === 'ArrowRight' && after) navigate(this.#addressOf(kind, ...after));
    else if (kinds[key]) navigate(this.#addressOf(kinds[key], ...(this.wanted && !span.running ? [this.wanted] : [])));
    else return false;
    return true;
  }

  view() {
    // Once it is known who it is, it may be another day, or weeks may begin on another.
    if (this.#asked && this.#asked !== JSON.stringify(this.span)) queueMicrotask(() => this.load());
    return html`${sections('report')} ${this.#finder()} ${this.filter.choices()} ${this.#content()}`;
  }

  #content() {
    const [report, picture, span] = [this.#report, this.#picture, this.#span];
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!report || !picture || !span) return skeletonPage();
    if (report.groups.length === 0) {
      const text = this.filter.chooses ? words.filter.noneText : words.emptyText;
      return emptyState({ icon: 'hourglass-split', title: words.empty, text, href: '/time', button: t.time.entries });
    }
    return html`<div class="grid">
      <header class="s12 print-only">
        <h2>${words.timesheet(this.ctx.api.account?.name ?? this.ctx.api.account?.username ?? '')}</h2>
        <p>
          ${[
            format.dateRange(span.first, span.until),
            ...this.filter.said,
            this.shape.rounding && this.#roundingName(this.shape.rounding),
          ]
            .filter(Boolean)
            .join(', ')}
        </p>
      </header>
      ${figures(report, this.filter.chooses ? words.filter.some : undefined)}
      ${this.chart.view(span, picture, span.group === 'day' ? openDay : undefined)} ${this.#table(report)}
    </div>`;
  }

  /** @param {string} rounding */
  #roundingName(rounding) {
    const [way, minutes] = rounding.split(':');
    return words.roundings[way](minutes);
  }

  #finder() {
    const { by, and, rounding } = this.shape;
    const set = (/** @type {keyof View} */ name) => (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.target);
      this.#show({ ...this.shape, ...this.filter.filter, [name]: value });
    };
    const select = (
      /** @type {keyof View} */ name,
      /** @type {string} */ label,
      /** @type {string} */ chosen,
      /** @type {[string, string][]} */ choices,
    ) =>
      html`<div class="pick">
        <select class="form-select" aria-label=${label} .value=${live(chosen)} @change=${set(name)}>
          ${choices.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
        </select>
      </div>`;
    const name = (/** @type {string} */ one) => /** @type {[string, string]} */ ([one, words.by[one]]);
    const second = (/** @type {string} */ one) => /** @type {[string, string]} */ ([one, words.and(words.by[one])]);
    return html`<div class="finder report-finder">
      ${select('by', words.byLabel, by, BY.map(name))}
      ${select('and', words.andLabel, and, [['', words.alone], ...BY.filter((one) => one !== by).map(second)])}
      ${select('rounding', words.rounding, rounding, [
        ['', words.exact],
        ...ROUNDINGS.map((one) => /** @type {[string, string]} */ ([one, this.#roundingName(one)])),
      ])}
      ${this.filter.button()}
    </div>`;
  }

  /** @param {Report} report */
  #table(report) {
    const { by, and } = this.shape;
    const title = and ? words.titleOfTwo(words.by[by], words.by[and]) : words.by[by];
    return html`<section class="card s12 report" aria-labelledby="report-title">
      <header class="card-head">
        <h2 id="report-title">
          ${title} <small>${this.shape.rounding ? this.#roundingName(this.shape.rounding) : words.exact}</small>
        </h2>
        <div class="card-tools">
          <button type="button" class="tool" @click=${() => this.#save()}>
            ${icon('download')}<span>${t.card.csv}</span>
          </button>
          <button type="button" class="tool" @click=${() => print()}>
            ${icon('printer')}<span>${words.print}</span>
          </button>
        </div>
      </header>
      ${table(
        this.ctx,
        'report-table',
        {
          head: [
            { text: title },
            { text: t.time.time, number: true },
            { text: words.share, number: true },
            { text: t.time.billable, number: true },
            { text: t.time.amount, number: true },
            { text: t.time.entries, number: true },
          ],
          rows: report.groups.flatMap((group) => [
            { cells: this.#cells(group, by, report.total_seconds, false) },
            ...(group.groups ?? []).map((one) => ({ cells: this.#cells(one, and, report.total_seconds, true) })),
          ]),
          foot: [
            words.all,
            durationCell(report.total_seconds),
            '',
            durationCell(report.billable_seconds),
            { value: report.billable_amount, show: format.money(report.billable_amount) },
            format.number(report.entry_count),
          ],
        },
        title,
      )}
      ${by === 'tag' || and === 'tag' ? html`<p class="note">${words.tagsNote}</p>` : nothing}
    </section>`;
  }

  /**
   * @param {Group} group
   * @param {string} by
   * @param {number} whole
   * @param {boolean} part
   * @returns {(Cell | string)[]}
   */
  #cells(group, by, whole, part) {
    const { seconds, billable_seconds: billable, billable_amount: amount, entry_count: count } = group;
    return [
      {
        value: group.key,
        show: html`<span class=${part ? 'report-part' : 'report-group'}>${this.#name(group, by)}</span>`,
      },
      durationCell(seconds),
      { value: seconds / whole, show: format.percent(whole > 0 ? seconds / whole : 0) },
      billable > 0 ? durationCell(billable) : '–',
      amount > 0 ? { value: amount, show: format.money(amount) } : '–',
      format.number(count),
    ];
  }

  /**
   * @param {Group} group
   * @param {string} by
   */
  #name({ key, name, client, color }, by) {
    if (!key) return words.none[by];
    if (by === 'project') {
      const { look, style } = paint(this.ctx.colours, { title: name ?? '', color });
      return html`<span class="entry-project ${look}" .style=${style}><i class="chip"></i>${name}</span>
        ${client ? html`<small class="note">${client}</small>` : nothing}`;
    }
    if (by === 'day') return html`<a class="cell-link" href="/time/day/${key}">${format.date(key, 'full')}</a>`;
    if (by === 'week')
      return html`<a class="cell-link" href="/time/week/${key}">${format.dateRange(key, addDays(key, 6))}</a>`;
    return by === 'month' ? format.month(`${key}-01`, 'long') : name;
  }

  /** As the server has it: exact, to be reckoned with. */
  async #save() {
    const { first, until } = this.span;
    try {
      const query = { ...this.#query, group_by: this.#groupBy, format: 'csv' };
      save(`almanac-time-${first}-${until}.csv`, await this.ctx.api.file('/time-entries/report', query));
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }
}

/** @param {string} date */
const openDay = (date) => navigate(`/time/day/${date}`);
