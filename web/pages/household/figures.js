// The answer, by type: what the span comes to so far, beside the span before and the same dates a year ago.

import { figure } from '../../components/card.js';
import { icon } from '../../components/icon.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import { daysBetween } from '../../span.js';
import * as t from '../../texts/household.js';
import { changeOf } from './sums.js';
import { ICONS } from './units.js';

/**
 * @typedef {import('../../span.js').Span} Span
 * @typedef {import('../../api-types.d.ts').ConsumptionOfType} OfType
 * @typedef {import('./sums.js').Row} Row
 */

/** Numbers of records that differ by more than a tenth of them are told. */
const ALIKE = 10;

/**
 * Where the records of a type and some dates are listed.
 * @param {string | null} type
 * @param {string} first
 * @param {string} last
 */
export function recordsOf(type, first, last) {
  return `/household/records?${new URLSearchParams({ ...(type ? { type } : {}), from: first, to: last })}`;
}

/**
 * @param {object} of
 * @param {Span} of.span
 * @param {OfType} of.now
 * @param {Row[]} of.rows
 * @param {string} of.size
 */
export function totalOf({ span, now, rows, size }) {
  const { consumption_type: type, unit } = now;
  const name = t.household.types[type];
  const [mine, ...others] = rows;
  const largest = Math.max(...rows.flatMap(({ total, whole }) => [total ?? 0, whole ?? 0]));
  const said = (/** @type {number | null} */ amount) =>
    amount === null ? t.household.none : format.quantity(amount, unit, largest);
  const part = (/** @type {number | null} */ amount) =>
    amount === null ? '–' : format.quantityParts(amount, unit, largest).figure;
  const line = (/** @type {Row} */ { label, short, first, last, total, whole }, /** @type {number} */ index) => {
    const spoken = whole === null ? said(total) : t.household.besideWhole(said(total), said(whole));
    return html`<li class=${index === 0 ? 'is-now' : ''}>
      <a href=${recordsOf(type, first, last)} aria-label=${t.household.besideRow(label, spoken)}>
        <span class="beside-when">${short}</span>
        <i
          class="beside-bar"
          .style=${`--part: ${(total ?? 0) / (largest || 1)}; --whole: ${(whole ?? 0) / (largest || 1)}`}
        ></i>
        <span class="beside-amount ${total === null ? 'note' : ''}"
          >${whole === null ? said(total) : html`${part(total)} <small>${t.household.ofWhole(said(whole))}</small>`}</span
        >
      </a>
    </li>`;
  };
  return html`<section class="card ${size} house-total is-${type}" aria-labelledby="house-${type}-title">
    <h2 id="house-${type}-title">${icon(ICONS[type])} ${name} <small>${mine.label}</small></h2>
    <a
      class="house-figure"
      href=${recordsOf(type, mine.first, mine.last)}
      aria-label=${t.household.open(name, `${mine.label}, ${said(mine.total)}`)}
    >
      <data class="figure" id="house-${type}" value=${mine.total ?? ''}
        >${mine.total === null ? '–' : figure([format.quantityParts(mine.total, unit, largest)])}</data
      >
    </a>
    <div class="below">${others.map((row) => html`<p>${change(mine, row, unit, largest)}</p>`)}</div>
    <ul class="beside" aria-label=${t.household.beside(name)}>
      ${rows.map(line)}
    </ul>
    <p class="note house-notes">${notes(span, now, rows).join(' · ')}</p>
  </section>`;
}

/**
 * @param {Row} now
 * @param {Row} other
 * @param {string} unit
 * @param {number} largest beside which it stands
 */
function change(now, other, unit, largest) {
  const by = changeOf(now.total, other.total);
  if (!by) return nothing;
  // Ten times as much, in percent, says nothing any more.
  const share = by.share === null || Math.abs(by.share) > 10 ? '' : ` (${format.signedPercent(by.share)})`;
  if (by.amount === 0) return html`<span class="note">${t.household.same} ${t.household.as(other.label)}</span>`;
  const amount = format.quantity(Math.abs(by.amount), unit, largest);
  return html`<span class="delta"
      ><span aria-hidden="true">${by.amount > 0 ? '▴' : '▾'}</span>
      ${by.amount > 0 ? t.household.more(amount) : t.household.less(amount)}</span
    >
    <span class="note">${t.household.than(other.label)}${share}</span>`;
}

/**
 * What one should know before one believes the figure.
 * @param {Span} span
 * @param {OfType} now
 * @param {Row[]} rows
 */
function notes(span, now, [mine, ...others]) {
  const { unit, total, days } = now;
  const all = daysBetween(span.first, span.until) + 1;
  const found = [];
  if (typeof total === 'number') found.push(t.household.aDay(format.quantity(total / days, unit)));
  // Who reads a meter once a month has no gaps to be told of.
  if (total !== null && days < all) found.push(t.household.gaps(format.number(all - days), all - days));
  for (const { records, label } of others)
    if (records > 0 && Math.abs(records - mine.records) > mine.records / ALIKE)
      found.push(t.household.unlike(label, format.number(records), format.number(mine.records)));
  const estimated = now.estimated_days;
  if (estimated > 0) found.push(t.household.estimated(format.number(estimated), estimated));
  return found;
}
