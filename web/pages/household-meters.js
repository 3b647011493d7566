// Meters: what they show, read in two taps.

import { icon } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { emptyState } from '../components/states.js';
import { Undos } from '../components/undo.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { ListPage } from '../listing.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import * as t from '../texts/meters.js';
import { openMeterForm } from './household/meter-form.js';
import { meterRead, openReading } from './household/reading.js';
import { sections } from './household/sections.js';
import { ICONS } from './household/units.js';

/**
 * @typedef {import('../api-types.d.ts').Meter} Meter
 * @extends {ListPage<Meter>}
 */
export class HouseholdMetersPage extends ListPage {
  section = 'household';
  title = t.household.meters;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, '/meters', 'meters');
    this.undos = new Undos(ctx);
    this.release = subscribe(['consumption.updated'], () => this.poll());
  }

  close() {
    super.close();
    this.undos.close();
    this.release();
  }

  header() {
    return html`<span class="grow"></span>`;
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key === 'n') this.#read();
    else return key === 'u' && this.undos.undo();
    return true;
  }

  /** @param {Meter} [meter] */
  #read(meter) {
    const { items } = this.list;
    if (items?.length) openReading(this.ctx, { meters: items, meter: meter ?? meterRead(items), undos: this.undos });
  }

  #add() {
    openMeterForm(this.ctx, null, ({ id }) => navigate(`/household/meters/${id}`));
  }

  view() {
    const { enter: text, enterLong: label } = t.reading;
    const enter = this.list.items?.length ? { open: () => this.#read(), text, label } : undefined;
    return html`${sections('meters', enter)} ${super.view()}`;
  }

  /** @param {Meter[]} meters */
  filled(meters) {
    if (meters.length === 0) {
      return emptyState({
        icon: 'speedometer2',
        title: t.meter.empty,
        text: t.meter.emptyText,
        act: () => this.#add(),
        button: t.meter.add,
      });
    }
    return html`<ul class="devices">
        ${repeat(
          meters,
          ({ id }) => id,
          (meter) => this.#row(meter),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, t.meter.more)}
      <button type="button" class="btn btn-quiet" @click=${() => this.#add()}>
        ${icon('plus-lg')} ${t.meter.add}
      </button>`;
  }

  /** @param {Meter} meter */
  #row(meter) {
    const { id, name, consumption_type: type, last_reading: last } = meter;
    return html`<li class="card device meter is-${type}" data-meter=${id}>
      <span class="device-icon">${icon(ICONS[type])}</span>
      <div class="device-about">
        <h2><a href="/household/meters/${id}">${name}</a></h2>
        <p class="note">${t.household.types[type]} · ${aboutMeter(meter)}</p>
      </div>
      ${
        last
          ? html`<p class="meter-last">
              <data value=${last.reading}>${format.amount(Number(last.reading), meter.unit)}</data>
              <span class="note">${format.ago(Date.parse(last.read_at), this.ctx.now())}</span>
            </p>`
          : nothing
      }
      <div class="device-tools">
        <button type="button" class="btn btn-quiet" @click=${() => this.#read(meter)}>
          ${icon('plus-lg')} ${t.reading.enter}
        </button>
      </div>
    </li>`;
  }
}

/** How many readings a meter has, and from when to when there is consumption of it. @param {Meter} meter */
export function aboutMeter({ readings, first_date: first, last_date: last }) {
  const dates = first && last ? t.meter.from(format.dateRange(first, last)) : t.meter.noConsumption;
  // One that counts by itself need not be read.
  return readings === 0 && first ? dates : `${t.reading.count(format.number(readings), readings)} · ${dates}`;
}
