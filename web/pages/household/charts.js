// The pictures of the overview: each type by day, week or month; a year by day; what part each type has.

import { weekStartOf } from '../../calendar.js';
import { Bars } from '../../components/bars.js';
import { chartCard } from '../../components/card.js';
import { HeatMap } from '../../components/heat-map.js';
import { icon } from '../../components/icon.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import { navigate } from '../../router.js';
import { before, spanName } from '../../span.js';
import * as t from '../../texts/household.js';
import { recordsOf } from './figures.js';
import { slotsOf, sumOf, topOf } from './sums.js';
import { ICONS } from './units.js';

/**
 * @typedef {import('../../span.js').Span} Span
 * @typedef {import('../../api-types.d.ts').ConsumptionOfType} OfType
 * @typedef {import('../../api-types.d.ts').ConsumptionPeriod} Period
 * @typedef {import('../../api-types.d.ts').ConsumptionType} Type
 * @typedef {import('./sums.js').Slot} Slot
 */

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const tabular = (/** @type {number | null | undefined} */ value, /** @type {string} */ unit) => ({
  value: value ?? null,
  show: typeof value === 'number' ? format.quantity(value, unit) : t.household.none,
});

/** A choice among types. @param {Type[]} types @param {Type} chosen @param {(type: Type) => void} choose */
export function typeChoice(types, chosen, choose) {
  if (types.length < 2) return nothing;
  return html`<span class="seg" role="group" aria-label=${t.household.type}>
    ${types.map(
      (type) =>
        html`<button
          type="button"
          class="seg-item"
          title=${t.household.types[type]}
          aria-label=${t.household.types[type]}
          aria-pressed=${type === chosen ? 'true' : 'false'}
          @click=${() => choose(type)}
        >
          ${icon(ICONS[type])}<span class="seg-word">${t.household.types[type]}</span>
        </button>`,
    )}
  </span>`;
}

export class HouseholdCharts {
  /** @type {Map<Type, Bars>} */
  #bars = new Map();
  /** The type whose year is shown. @type {Type | null} */
  #heatOf = null;

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.heat = new HeatMap(ctx, t.household.heatLabel);
  }

  /**
   * @param {object} of
   * @param {Span} of.span
   * @param {OfType} of.now
   * @param {OfType} of.year
   * @param {string} of.size
   */
  bars({ span, now, year, size }) {
    const { consumption_type: type, unit } = now;
    const name = t.household.types[type];
    const bars = this.#bars.get(type) ?? new Bars(this.ctx, t.household.by[span.group](name));
    this.#bars.set(type, bars);
    const slots = slotsOf(span, now.series, year.series);
    const previous = before(span);
    const beside = previous && slots.some((slot) => slot.beside !== null) ? previous : null;
    const behind = beside && spanName({ ...span, ...beside });
    const largest = Math.max(...slots.flatMap((slot) => [slot.period?.total ?? 0, slot.beside ?? 0]));
    const top = topOf(largest);
    const nameOf = (/** @type {Slot} */ slot) => slotName(span, slot);
    const mean = typeof now.total === 'number' ? now.total / slots.filter((slot) => slot.period?.count).length : null;
    return chartCard(this.ctx, {
      id: `house-${type}-chart`,
      title: t.household.by[span.group](name),
      note: t.household.barNote(format.quantityParts(top, unit).unit, behind),
      size: `${size} bars-card house-bars is-${type}`,
      file: `almanac-${type}-${span.first}`,
      data: () => tableOf(slots, unit, (slot) => shortName(span, slot), behind),
      chart: () =>
        html`${bars.view(
          slots.map((slot, index) => ({
            value: slot.period ? (slot.period.total ?? null) : 0,
            beside: slot.beside,
            look: slot.period ? (slot.period.estimated_days ? 'estimated' : '') : 'to-come',
            name: nameOf(slot),
            tick: tickOf(span, slot, index, slots.length),
            said: html`<b>${amountOf(slot, unit)}</b> ${estimatedNote(slot)} ${besideNote(slot, unit)}`,
            spoken: [nameOf(slot), amountOf(slot, unit), estimatedNote(slot), besideNote(slot, unit)]
              .filter(Boolean)
              .join(', '),
            current: span.running && slot.first <= span.until && span.until <= slot.last,
          })),
          {
            top,
            topText: format.quantity(top, unit),
            said: mean === null ? t.household.none : t.household.onAverage(format.quantity(mean, unit)),
            open: (index) => slots[index].period && navigate(recordsOf(type, slots[index].first, slots[index].last)),
          },
        )}
        ${legend(slots)}`,
    });
  }

  /**
   * @param {OfType[]} years
   * @param {string} first
   * @param {string} last
   */
  year(years, first, last) {
    const shown = years.find((one) => one.consumption_type === this.#heatOf) ?? years[0];
    const { consumption_type: type, unit } = shown;
    const days = shown.series.filter((day) => day.start_date >= first && day.start_date <= last);
    const sum = sumOf(days, first, last);
    const start = WEEKDAYS.indexOf(weekStartOf(this.ctx));
    const choose = (/** @type {Type} */ chosen) => {
      this.#heatOf = chosen;
      this.ctx.update();
    };
    return chartCard(this.ctx, {
      id: 'house-year',
      title: t.household.heat,
      note: t.household.heatNote(t.household.inText[type], unit),
      size: `s12 house-heat is-${type}`,
      file: `almanac-${type}-year`,
      tools: typeChoice(
        years.map((one) => one.consumption_type),
        type,
        choose,
      ),
      data: () => {
        const slots = days.map((day) => ({ first: day.start_date, last: day.end_date, period: day, beside: null }));
        return tableOf(slots.reverse(), unit, (slot) => format.date(slot.first, 'full'));
      },
      chart: () =>
        this.heat.view(
          days.map((day) => ({
            date: day.start_date,
            value: day.total ?? null,
            estimated: (day.estimated_days ?? 0) > 0,
            said: [
              format.date(day.start_date, 'full'),
              typeof day.total === 'number' ? format.quantity(day.total, unit) : t.household.none,
              day.estimated_days ? t.household.oneEstimated : '',
            ]
              .filter(Boolean)
              .join(', '),
          })),
          sum.total === null
            ? t.household.none
            : t.household.heatSum(format.quantity(sum.total, unit), format.number(sum.days), sum.days),
          start,
          (index) => navigate(recordsOf(type, days[index].start_date, days[index].start_date)),
        ),
    });
  }

  /** What part each has, of what is measured alike. @param {OfType[]} types @param {Span} span @param {string} size */
  share(types, span, size) {
    const alike = types.filter((one) => one.unit === 'kWh' && typeof one.total === 'number');
    if (alike.length < 2) return nothing;
    const total = alike.reduce((sum, one) => sum + Math.round((one.total ?? 0) * 1000), 0) / 1000;
    return chartCard(this.ctx, {
      id: 'house-share',
      title: t.household.share,
      note: t.household.shareNote,
      size: `${size} house-share`,
      file: `almanac-energy-${span.first}`,
      data: () => ({
        head: [
          { text: t.household.columns.type },
          { text: t.household.columns.amount, csv: 'kWh', number: true },
          { text: t.household.columns.percent, number: true },
        ],
        rows: alike.map((one) => ({
          cells: [
            t.household.types[one.consumption_type],
            tabular(one.total, one.unit),
            { value: one.share ?? null, show: format.percent(one.share ?? 0) },
          ],
        })),
      }),
      chart: () =>
        html`<data class="figure figure-small" value=${total}>${format.quantity(total, 'kWh')}</data>
          <div class="share-bar" aria-hidden="true">
            ${alike.map((one) => html`<i class="is-${one.consumption_type}" .style=${`--part: ${one.share ?? 0}`}></i>`)}
          </div>
          <ul class="share-list">
            ${alike.map(
              (one) =>
                html`<li class="is-${one.consumption_type}">
                  <i class="chip"></i><span>${t.household.types[one.consumption_type]}</span>
                  <b>${format.percent(one.share ?? 0)}</b>
                  <span class="note">${format.quantity(one.total ?? 0, one.unit)}</span>
                </li>`,
            )}
          </ul>`,
    });
  }
}

/** @param {Slot} slot @param {string} unit */
function amountOf({ period }, unit) {
  if (!period) return t.household.toCome;
  return typeof period.total === 'number' ? format.quantity(period.total, unit) : t.household.none;
}

/** @param {Slot} slot */
function estimatedNote({ first, last, period }) {
  const days = period?.estimated_days ?? 0;
  if (days === 0) return '';
  return first === last ? t.household.oneEstimated : t.household.estimated(format.number(days), days);
}

/** @param {Slot} slot @param {string} unit */
function besideNote({ beside }, unit) {
  return beside === null ? '' : t.household.before(format.quantity(beside, unit));
}

/** @param {Span} span @param {Slot} slot */
function slotName(span, { first, last }) {
  if (span.group === 'day') return format.date(first, span.kind === 'custom' ? 'full' : 'long');
  return span.group === 'month' ? format.month(first, 'long') : format.dateRange(first, last);
}

/** The same where there is little room. @param {Span} span @param {Slot} slot */
function shortName(span, slot) {
  return span.group === 'day' ? format.weekdayDate(slot.first, span.first) : slotName(span, slot);
}

/**
 * What stands below a bar: as many as have room.
 * @param {Span} span
 * @param {Slot} slot
 * @param {number} index
 * @param {number} count
 */
function tickOf(span, { first }, index, count) {
  if (span.kind === 'week') return format.date(first, 'short');
  const every = Math.ceil(count / 7);
  if (span.group === 'month') return count <= 12 || index % every === 0 ? format.month(first, 'short').slice(0, 3) : '';
  if (span.kind === 'month') return (index + 1) % 5 === 0 || index === 0 ? format.dayOfMonth(first) : '';
  return index % every === 0 ? format.shortDate(first) : '';
}

/** What the looks of bars mean, where they are there. @param {Slot[]} slots */
function legend(slots) {
  const gaps = slots.some(({ period }) => period && period.count === 0);
  const estimated = slots.some(({ period }) => (period?.estimated_days ?? 0) > 0);
  if (!gaps && !estimated) return nothing;
  return html`<p class="legend note house-legend" aria-hidden="true">
    ${estimated ? html`<span><i class="chip is-estimated"></i>${t.household.legend.estimated}</span>` : nothing}
    ${gaps ? html`<span><i class="chip is-gap"></i>${t.household.legend.gap}</span>` : nothing}
  </p>`;
}

/**
 * The bars as a table. A column that would say nothing is left out.
 * @param {Slot[]} slots
 * @param {string} unit
 * @param {(slot: Slot) => string} name
 * @param {string | null} [beside] what they stand beside
 */
function tableOf(slots, unit, name, beside = null) {
  const estimated = slots.some(({ period }) => period?.estimated_days);
  const { date, amount, estimated: days } = t.household.columns;
  return {
    head: [
      { text: date },
      { text: amount, csv: unit, number: true },
      ...(beside ? [{ text: beside, csv: `${unit} ${beside}`, number: true }] : []),
      ...(estimated ? [{ text: days, number: true }] : []),
    ],
    rows: slots
      .filter((slot) => slot.period)
      .map((slot) => ({
        cells: [
          { value: slot.period?.period ?? slot.first, show: name(slot) },
          tabular(slot.period?.total, unit),
          ...(beside ? [tabular(slot.beside, unit)] : []),
          ...(estimated ? [slot.period?.estimated_days ?? 0] : []),
        ],
      })),
  };
}
