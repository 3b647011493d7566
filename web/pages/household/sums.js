// What stands beside what: adding up the days of an answer, in whole thousandths, so that no binary fraction comes into it.

import * as format from '../../format.js';
import { before, daysBetween } from '../../span.js';
import { addDays } from '../../zone.js';

/**
 * @typedef {import('../../api-types.d.ts').ConsumptionPeriod} Period
 * @typedef {import('../../api-types.d.ts').ConsumptionOfType} OfType
 * @typedef {import('../../span.js').Span} Span
 *
 * @typedef {object} Sum
 * @property {number | null} total none where no day has a record
 * @property {number} records
 * @property {number} days that have one
 * @property {number} estimated days of which something is estimated
 *
 * @typedef {object} Row one of the times that stand beside each other
 * @property {string} label
 * @property {string} short what stands in its row
 * @property {string} first
 * @property {string} last
 * @property {number | null} total
 * @property {number | null} whole where it goes on beyond what is compared
 * @property {number} records
 *
 * @typedef {object} Slot a bar
 * @property {string} first
 * @property {string} last
 * @property {Period | null} period none: it is still to come
 * @property {number | null} beside the same of the span before
 */

const THOUSAND = 1000;

/**
 * What the days from one date to another add up to.
 * @param {Period[]} days
 * @param {string} first
 * @param {string} last
 * @returns {Sum}
 */
export function sumOf(days, first, last) {
  let [thousandths, records, count, estimated] = [0, 0, 0, 0];
  for (const day of days) {
    if (day.start_date < first || day.start_date > last || typeof day.total !== 'number') continue;
    thousandths += Math.round(day.total * THOUSAND);
    records += day.count;
    count += 1;
    estimated += day.estimated_days ? 1 : 0;
  }
  return { total: count > 0 ? thousandths / THOUSAND : null, records, days: count, estimated };
}

/**
 * By how much more it is than before: the difference, and its part of what was before. Nothing where either is unknown.
 * @param {number | null | undefined} now
 * @param {number | null | undefined} before
 * @returns {{amount: number, share: number | null} | null}
 */
export function changeOf(now, before) {
  if (typeof now !== 'number' || typeof before !== 'number') return null;
  const amount = (Math.round(now * THOUSAND) - Math.round(before * THOUSAND)) / THOUSAND;
  return { amount, share: before > 0 ? amount / before : null };
}

/**
 * The value at the top of a scale: a round number at or above the largest.
 * @param {number} largest
 */
export function topOf(largest) {
  if (!(largest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((round) => largest <= round * power * (1 + 1e-9)) ?? 10;
  return Number((step * power).toPrecision(2));
}

/**
 * @param {Span} span
 * @param {OfType} now the span's figures
 * @param {OfType} year each day of a year, and of the span before
 * @returns {Row[]} the span itself, the one before, the same a year ago
 */
export function rowsOf(span, now, year) {
  const thisYear = span.first.slice(0, 4);
  const label = (/** @type {string} */ first, /** @type {string} */ last) =>
    format.shortRange(first, last, first.slice(0, 4) !== thisYear || span.kind === 'year' || span.kind === 'custom');
  const row = (
    /** @type {{first: string, last: string, total?: number | null, records: number}} */ {
      first,
      last,
      total,
      records,
    },
    /** @type {number | null} */ whole = null,
  ) => ({
    label: label(first, last),
    short: span.kind === 'year' ? first.slice(0, 4) : label(first, last),
    ...{ first, last, total: total ?? null, whole, records },
  });
  const compared = (/** @type {OfType['previous']} */ { start_date: first, end_date: last, total, count: records }) =>
    row({ first, last, total, records });
  const rows = [row({ first: span.first, last: span.until, total: now.total, records: now.count })];
  const previous = before(span);
  if (previous && span.running) {
    const { first, until, last } = previous;
    const whole = until < last ? sumOf(year.series, first, last).total : null;
    rows.push(row({ first, last: until, ...sumOf(year.series, first, until) }, whole));
  } else {
    rows.push(compared(now.previous));
  }
  // Of a year, the one before is a year ago.
  if (span.kind !== 'year') rows.push(compared(now.last_year));
  return rows;
}

/**
 * The bars of a span: also those that are still to come, so that it keeps its shape.
 * @param {Span} span
 * @param {Period[]} series
 * @param {Period[]} year the days of a year, and of the span before
 * @returns {Slot[]}
 */
export function slotsOf(span, series, year) {
  const previous = before(span);
  /** @type {Slot[]} */
  const slots = series.map((period) => ({ first: period.start_date, last: period.end_date, period, beside: null }));
  for (let date = addDays(span.until, 1); date <= span.last && span.group === 'day'; date = addDays(date, 1))
    slots.push({ first: date, last: date, period: null, beside: null });
  if (span.kind === 'year') {
    const next = (/** @type {string} */ date) => `${addDays(`${date.slice(0, 7)}-28`, 4).slice(0, 7)}-01`;
    for (let date = next(span.until); date <= span.last; date = next(date))
      slots.push({ first: date, last: addDays(next(date), -1), period: null, beside: null });
  }
  if (!previous) return slots;
  return slots.map((slot) => {
    if (span.kind === 'year') {
      const month = `${previous.first.slice(0, 4)}${slot.first.slice(4, 7)}`;
      return { ...slot, beside: sumOf(year, `${month}-01`, `${month}-31`).total };
    }
    const date = addDays(previous.first, daysBetween(span.first, slot.first));
    return { ...slot, beside: date > previous.last ? null : sumOf(year, date, date).total };
  });
}
