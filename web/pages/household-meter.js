// A meter: its readings, what became of each, and what to do about those that do not count.

import { ApiError } from '../answers.js';
import { icon } from '../components/icon.js';
import { menu } from '../components/menu.js';
import { moreButton } from '../components/more.js';
import { emptyState, errorState, explain, skeletonList } from '../components/states.js';
import { Undos } from '../components/undo.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { Listing } from '../listing.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import * as t from '../texts/meters.js';
import { Turns } from '../turns.js';
import { aboutMeter } from './household-meters.js';
import { recordsOf } from './household/figures.js';
import { askToRemove, openMeterForm } from './household/meter-form.js';
import { change, openExchange, openReading, openReadingEdit, removeReading } from './household/reading.js';
import { sections } from './household/sections.js';
import { ICONS } from './household/units.js';

/**
 * @typedef {import('../api-types.d.ts').Meter} Meter
 * @typedef {import('../api-types.d.ts').Reading} Reading
 */

const words = t.reading;

export class HouseholdMeterPage {
  section = 'household';
  /** @type {Meter | null} */
  #meter = null;
  /** @type {unknown} */
  #error = null;
  #closed = false;
  #turns = new Turns();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} id
   */
  constructor(ctx, id) {
    this.ctx = ctx;
    this.id = id;
    /** @type {Listing<Reading>} */
    this.list = new Listing(ctx.api, `/meters/${id}/readings`, 'readings');
    this.undos = new Undos(ctx);
    this.release = subscribe(['consumption.updated'], () => this.load());
  }

  get title() {
    return this.#meter?.name ?? t.household.meters;
  }

  close() {
    this.#closed = true;
    this.undos.close();
    this.release();
  }

  async load() {
    const isNew = this.#turns.begin();
    try {
      const [meter] = await Promise.all([this.ctx.api.get(`/meters/${this.id}`), this.list.reload()]);
      if (!isNew()) return;
      this.#meter = meter;
      this.#error = this.list.error;
    } catch (error) {
      const gone = error instanceof ApiError && error.status === 404;
      if (!this.#meter || gone) this.#error = error;
    }
    if (!this.#closed) this.ctx.update();
  }

  poll() {
    return this.load();
  }

  /** The meter is gone: what happens is no more of this page's concern. */
  #leave() {
    this.release();
    navigate('/household/meters');
  }

  header() {
    return html`<a class="btn btn-quiet" href="/household/meters">${icon('chevron-left')} ${t.meter.back}</a>
      <span class="grow"></span>`;
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key === 'n') this.#read();
    else return key === 'u' && this.undos.undo();
    return true;
  }

  #read() {
    const meter = this.#meter;
    if (meter) openReading(this.ctx, { meters: [meter], meter, undos: this.undos });
  }

  view() {
    const enter = { open: () => this.#read(), text: words.enter, label: words.enterLong };
    return html`${sections('meters', this.#meter ? enter : undefined)} ${this.#content()}`;
  }

  #content() {
    const { items } = this.list;
    const meter = this.#meter;
    if (this.#error) return this.#failed(this.#error);
    if (!meter || !items) return skeletonList();
    const shown = items.filter(({ id }) => !this.undos.waits(id));
    return html`${this.#about(meter)} ${shown.length === 0 ? this.#none(meter) : this.#readings(meter, shown)}`;
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof ApiError) || error.status !== 404) return errorState(error, () => this.load());
    return emptyState({
      icon: 'speedometer2',
      title: t.meter.gone,
      text: t.meter.goneText,
      href: '/household/meters',
      button: t.meter.back,
    });
  }

  /** @param {Meter} meter */
  #about(meter) {
    const { name, consumption_type: type, unit, last_reading: last, first_date: from, last_date: to } = meter;
    return html`<section class="card meter-head is-${type}" aria-labelledby="meter-title">
      <div>
        <h2 id="meter-title">${icon(ICONS[type])} ${t.household.types[type]} <small>${aboutMeter(meter)}</small></h2>
        ${
          last
            ? html`<data class="figure" id="meter-last" value=${last.reading}
                  >${new Intl.NumberFormat(format.locale, { maximumFractionDigits: 3 }).format(Number(last.reading))}<span
                    >${format.unit(unit)}</span
                  ></data
                >
                <p class="note">${t.meter.last}, ${format.dateTime(Date.parse(last.read_at), this.ctx.zone())}</p>`
            : html`<p class="note">${t.meter.never}</p>`
        }
      </div>
      <div class="meter-tools">
        ${from && to ? html`<a class="btn btn-quiet" href=${recordsOf(type, from, to)}>${t.meter.records(t.household.inText[type])}</a>` : nothing}
        <button
          type="button"
          class="btn btn-quiet"
          @click=${() => openExchange(this.ctx, { meter, undos: this.undos })}
        >
          ${icon('arrow-repeat')} ${t.exchange.open}
        </button>
        ${menu({
          label: t.meter.about(name),
          face: icon('three-dots'),
          items: [
            { text: t.meter.edit, icon: 'pencil', act: () => openMeterForm(this.ctx, meter, () => {}) },
            {
              text: t.meter.remove,
              icon: 'trash3',
              grave: true,
              act: () => askToRemove(this.ctx, meter, () => this.#leave()),
            },
          ],
        })}
      </div>
    </section>`;
  }

  /** @param {Meter} meter */
  #none({ first_date: first }) {
    return emptyState({
      icon: 'speedometer2',
      title: words.none,
      text: first ? words.noneFile : words.noneText,
      act: () => this.#read(),
      button: words.enterLong,
    });
  }

  /**
   * @param {Meter} meter
   * @param {Reading[]} readings
   */
  #readings(meter, readings) {
    const count = Math.max(0, this.list.total - this.undos.waiting);
    const suspects = readings.filter(({ status }) => status === 'suspect').length;
    return html`<section class="card records" aria-labelledby="readings-title">
      <header class="card-head">
        <h2 id="readings-title">${words.readings} <small>${words.count(format.number(count), count)}</small></h2>
      </header>
      ${
        suspects > 0
          ? html`<p class="day-note">
              ${icon('exclamation-triangle')} ${t.meter.suspects(format.number(suspects), suspects)}
            </p>`
          : nothing
      }
      <ul class="record-list">
        ${repeat(
          readings,
          ({ id }) => id,
          (reading) => this.#row(meter, reading),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, words.more)}
    </section>`;
  }

  /**
   * @param {Meter} meter
   * @param {Reading} reading
   */
  #row(meter, reading) {
    const { id, status, kind, note, reason, consumption } = reading;
    const at = Date.parse(reading.read_at);
    const old = format.amount(Number(reading.reading), meter.unit);
    const fresh = typeof reading.new_reading === 'number' ? format.amount(Number(reading.new_reading), meter.unit) : '';
    const shown = kind === 'exchange' ? words.exchangeOf(old, fresh || format.amount(0, meter.unit)) : old;
    const what = `${old}, ${format.dateTime(at, this.ctx.zone())}`;
    const around = { meter, reading, undos: this.undos };
    const button = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ act) =>
      html`<button type="button" class="icon-button" aria-label=${label} title=${label} @click=${act}>
        ${icon(name)}
      </button>`;
    return html`<li class="reading is-${status}" data-reading=${id}>
      <time class="reading-when" datetime=${reading.read_at}>${format.dateTime(at, this.ctx.zone())}</time>
      <data class="reading-shows" value=${reading.reading}>${shown}</data>
      <span class="reading-status">
        <span class="reading-state">${statusIcon(status)} ${words.status[status]}</span>
        ${kind === 'reading' ? nothing : html`<span class="badge-soft">${words.of[kind]}</span>`}
      </span>
      <span class="reading-consumed"
        >${typeof consumption === 'number' ? words.consumed(format.amount(consumption, meter.unit)) : nothing}</span
      >
      <span class="record-tools">
        ${button('pencil', words.edit(what), () => openReadingEdit(this.ctx, around))}
        ${button('trash3', words.remove(what), () => removeReading(this.ctx, this.undos, meter, reading))}
      </span>
      ${note ? html`<p class="reading-note wrap">${note}</p>` : nothing}
      ${status === 'suspect' ? this.#suspect(reason ?? '', around) : nothing}
    </li>`;
  }

  /**
   * Why a reading does not count, and what to do.
   * @param {string} reason
   * @param {{meter: Meter, reading: Reading, undos: Undos}} around
   */
  #suspect(reason, around) {
    const { meter, reading } = around;
    const reset = () =>
      change(this.ctx, this.undos, meter, reading, { kind: 'reset' }).catch((error) =>
        this.ctx.toasts.say(explain(error)),
      );
    const act = (/** @type {string} */ text, /** @type {() => unknown} */ does) =>
      html`<button type="button" class="btn btn-quiet" @click=${does}>${text}</button>`;
    return html`<div class="reading-suspect">
      <p>${reason}</p>
      <div class="reading-acts">
        ${act(words.change, () => openReadingEdit(this.ctx, around))} ${act(words.isReset, reset)}
        ${act(words.isExchange, () => openExchange(this.ctx, around))}
      </div>
    </div>`;
  }
}

/** @param {string} status */
function statusIcon(status) {
  /** @type {Record<string, string>} */
  const icons = {
    first: 'check2',
    counted: 'check2',
    rollover: 'arrow-repeat',
    suspect: 'exclamation-triangle',
  };
  return icon(icons[status] ?? 'check2');
}
