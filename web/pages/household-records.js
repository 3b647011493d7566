// Every record of consumption: by type and dates, in some order; changed, deleted with a way back, saved as a file.

import { todayOf } from '../calendar.js';
import { icon } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { emptyState, errorState, skeletonList } from '../components/states.js';
import { Undos } from '../components/undo.js';
import * as format from '../format.js';
import { html, live, nothing, repeat } from '../html.js';
import { Listing } from '../listing.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import * as t from '../texts/household.js';
import { Turns } from '../turns.js';
import { isDate } from '../zone.js';
import { openEntry, removeRecord } from './household/entry.js';
import { ExportTools } from './household/export.js';
import { MeterNames } from './household/meter-names.js';
import { sections } from './household/sections.js';
import { ICONS, SHOWN_UNIT, TYPES } from './household/units.js';

/**
 * @typedef {import('../api-types.d.ts').Consumption} Consumption
 *
 * @typedef {object} Filter
 * @property {string} type
 * @property {string} from
 * @property {string} to
 * @property {string} sort
 */

const SORTS = ['-date', 'date', '-amount', 'amount'];

/** @param {Partial<Filter>} filter */
function addressOf({ type = '', from = '', to = '', sort = '' }) {
  const given = Object.entries({ type, from, to, sort: sort === SORTS[0] ? '' : sort }).filter(([, value]) => value);
  return `/household/records${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

export class HouseholdRecordsPage {
  section = 'household';
  title = t.household.records;
  /** What the records add up to, where they are of one type. @type {import('../api-types.d.ts').ConsumptionOfType | null} */
  #sum = null;
  #turns = new Turns();
  #closed = false;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {URLSearchParams} query
   * @param {Consumption[] | null} stale records to show dimmed until the others are here
   */
  constructor(ctx, query, stale) {
    this.ctx = ctx;
    const date = (/** @type {string} */ name) => (isDate(query.get(name) ?? '') ? (query.get(name) ?? '') : '');
    /** @type {Filter} */
    this.filter = {
      type: TYPES.find((type) => type === query.get('type')) ?? '',
      from: date('from'),
      to: date('to'),
      sort: SORTS.find((sort) => sort === query.get('sort')) ?? SORTS[0],
    };
    this.stale = stale;
    /** @type {Listing<Consumption>} */
    this.list = new Listing(ctx.api, '/consumption', 'consumptions', this.query);
    this.meters = new MeterNames(ctx);
    this.undos = new Undos(ctx);
    this.exports = new ExportTools(ctx);
    this.release = subscribe(['consumption.updated'], () => this.load());
  }

  /** The filter as the API takes it. */
  get query() {
    const { type, from, to, sort } = this.filter;
    return { consumption_type: type, start_date: from, end_date: to, sort };
  }

  close() {
    this.#closed = true;
    this.undos.close();
    this.release();
  }

  async load() {
    await this.list.reload();
    if (this.#closed) return;
    this.ctx.update();
    await Promise.allSettled([this.#askSum(), this.meters.load(this.list.items ?? [])]);
    if (!this.#closed) this.ctx.update();
  }

  poll() {
    return this.load();
  }

  async #askSum() {
    const { type, from, to } = this.filter;
    if (!type) return;
    const isNew = this.#turns.begin();
    const query = { consumption_type: type, start_date: from, end_date: to, group_by: 'year' };
    const unit = type === 'water' ? SHOWN_UNIT : null;
    /** @type {import('../api-types.d.ts').ConsumptionAnalytics} */
    const answer = await this.ctx.api.get('/consumption/analytics', { query: { ...query, unit } });
    if (isNew()) this.#sum = answer.types[0] ?? null;
  }

  header() {
    return html`<span class="grow"></span>`;
  }

  #enter() {
    openEntry(this.ctx, { today: todayOf(this.ctx), undos: this.undos });
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key === 'n') this.#enter();
    else return key === 'u' && this.undos.undo();
    return true;
  }

  view() {
    const enter = { open: () => this.#enter(), text: t.household.enter, label: t.household.enterLong };
    return html`${sections('records', enter)} ${this.#content()}`;
  }

  #content() {
    const { error } = this.list;
    if (error) return errorState(error, () => this.load());
    const items = this.list.items ?? this.stale;
    if (!items) return skeletonList();
    const shown = items.filter(({ id }) => !this.undos.waits(id));
    if (shown.length === 0 && !this.#filtered && this.list.items) return this.#empty();
    return html`${this.#finder()} ${shown.length === 0 && this.list.items ? this.#noMatch() : this.#card(shown)}`;
  }

  get #filtered() {
    const { type, from, to } = this.filter;
    return Boolean(type || from || to);
  }

  #finder() {
    const { type, from, to, sort } = this.filter;
    const set = (/** @type {keyof Filter} */ name) => (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target);
      navigate(addressOf({ ...this.filter, [name]: value }), { replace: true });
    };
    const select = (
      /** @type {keyof Filter} */ name,
      /** @type {string} */ label,
      /** @type {string} */ chosen,
      /** @type {[string, string][]} */ choices,
    ) =>
      html`<div class="pick">
        <select class="form-select" aria-label=${label} .value=${live(chosen)} @change=${set(name)}>
          ${choices.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
        </select>
      </div>`;
    const date = (/** @type {keyof Filter} */ name, /** @type {string} */ label, /** @type {string} */ value) =>
      html`<label class="pick pick-from">
        <span>${label}</span>
        <input type="date" class="form-control" .value=${live(value)} @change=${set(name)} />
      </label>`;
    return html`<div class="finder record-finder">
      ${select('type', t.household.type, type, [
        ['', t.household.allTypes],
        ...TYPES.map((one) => /** @type {[string, string]} */ ([one, t.household.types[one]])),
      ])}
      ${select(
        'sort',
        t.household.sort,
        sort,
        SORTS.map((one) => /** @type {[string, string]} */ ([one, t.household.sorts[one]])),
      )}
      ${date('from', t.span.first, from)} ${date('to', t.span.last, to)}
      ${
        from || to
          ? html`<a
              class="icon-button"
              href=${addressOf({ ...this.filter, from: '', to: '' })}
              aria-label=${t.household.clear}
              title=${t.household.clear}
              >${icon('x-lg')}</a
            >`
          : nothing
      }
    </div>`;
  }

  /** @param {Consumption[]} records */
  #card(records) {
    const count = Math.max(0, this.list.total - this.undos.waiting);
    const { total, unit } = this.#sum ?? {};
    const waits = this.list.items === null;
    return html`<section class="card records ${waits ? 'stale' : ''}" aria-labelledby="records-title">
      <header class="card-head">
        <h2 id="records-title">
          ${t.household.count(format.number(count), count)}
          ${
            typeof total === 'number' && unit && this.undos.waiting === 0
              ? html`<small
                  ><data id="records-sum" value=${total}>${t.household.sum(format.quantity(total, unit))}</data></small
                >`
              : nothing
          }
        </h2>
        <div class="card-tools">${this.exports.view(this.query)}</div>
      </header>
      ${this.#lists(records)} ${moreButton(this.ctx, this.list, t.household.moreRecords)}
    </section>`;
  }

  /** Below their days, where each day may have several. @param {Consumption[]} records */
  #lists(records) {
    const { type, sort } = this.filter;
    const list = (/** @type {Consumption[]} */ ones, /** @type {boolean} */ dated) =>
      html`<ul class="record-list">
        ${repeat(
          ones,
          ({ id }) => id,
          (record) => this.#row(record, dated),
        )}
      </ul>`;
    if (type || sort.endsWith('amount')) return list(records, true);
    return repeat(
      Map.groupBy(records, (record) => record.consumption_date),
      ([date]) => date,
      ([date, ones]) =>
        html`<h3 class="history-day">${format.date(date, 'full')}</h3>
          ${list(ones, false)}`,
    );
  }

  /**
   * @param {Consumption} record
   * @param {boolean} dated whether it says of which day it is
   */
  #row(record, dated) {
    const { id, consumption_type: type, amount, unit, consumption_date: date, description } = record;
    const meter = record.meter_id ?? null;
    const said = format.amount(Number(amount), unit);
    const what = `${t.household.types[type]}, ${said}, ${format.date(date, 'day')}`;
    const open = () => openEntry(this.ctx, { today: todayOf(this.ctx), undos: this.undos, record });
    const remove = () => removeRecord(this.ctx, this.undos, record, () => this.list.remove((one) => one.id === id));
    return html`<li class="record is-${type} ${meter ? 'is-derived' : ''}" data-record=${id}>
      <span class="record-type" title=${t.household.types[type]}>${icon(ICONS[type])}</span>
      <span class="record-name"
        >${dated ? html`<span class="visually-hidden">${t.household.types[type]}, </span>${format.weekdayDate(date, todayOf(this.ctx))}` : t.household.types[type]}</span
      >
      <data class="record-amount" value=${amount}>${said}</data>
      <span class="record-note">
        ${meter ? html`<a href="/household/meters/${meter}">${icon('speedometer2')} ${t.household.fromMeter(this.meters.of(meter))}</a>` : nothing}
        ${record.estimated ? html`<span class="badge-soft">${t.household.oneEstimated}</span>` : nothing}
        ${description ? html`<span class="wrap">${description}</span>` : nothing}
      </span>
      ${
        meter
          ? nothing
          : html`<span class="record-tools">
              <button
                type="button"
                class="icon-button"
                aria-label=${t.household.edit(what)}
                title=${t.household.editTitle}
                @click=${open}
              >
                ${icon('pencil')}
              </button>
              <button
                type="button"
                class="icon-button"
                aria-label=${t.household.remove(what)}
                title=${t.household.removeThis}
                @click=${remove}
              >
                ${icon('trash3')}
              </button>
            </span>`
      }
    </li>`;
  }

  #empty() {
    return emptyState({
      icon: 'house-door',
      title: t.household.empty,
      text: t.household.emptyText,
      act: () => this.#enter(),
      button: t.household.enterLong,
    });
  }

  #noMatch() {
    return emptyState({
      icon: 'search',
      title: t.household.noRecords,
      text: t.household.noRecordsText,
      href: addressOf({}),
      button: t.household.allRecords,
    });
  }
}
