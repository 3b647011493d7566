// What the days that are shown come to.

import { durationFigure } from '../../components/totals.js';
import '../../components/time-clock.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/time.js';

/**
 * @param {import('../../api-types.d.ts').TimeReport} report
 * @param {string} [note] of which entries it is
 */
export function figures(report, note = t.time.totalNote) {
  const { total_seconds: total, billable_seconds: billable, billable_amount: amount } = report;
  const { union_seconds: once, entry_count: count } = report;
  const share = total > 0 ? billable / total : 0;
  const twice = total - once;
  return html`${figure({
    id: 'time-total',
    title: t.time.total,
    note,
    value: total,
    show: durationFigure(total),
    below: twice >= 1 ? t.time.twice(format.duration(twice)) : t.time.entryCount(format.number(count), count),
  })}
  ${figure({
    id: 'time-billable',
    title: t.time.billable,
    note: t.time.billableNote,
    value: billable,
    show: durationFigure(billable),
    below: total > 0 ? t.time.ofAll(format.percent(share)) : nothing,
  })}
  ${figure({
    id: 'time-amount',
    title: t.time.amount,
    note: t.time.amountNote,
    value: amount,
    show: format.money(amount),
    below: nothing,
  })}`;
}

/** @param {{id: string, title: string, note: string, value: number, show: unknown, below: unknown}} figure */
function figure({ id, title, note, value, show, below }) {
  return html`<section class="card s4 total">
    <h2>${title} <small>${note}</small></h2>
    <data class="figure" id=${id} value=${value}>${show}</data>
    <div class="below note">${below}</div>
  </section>`;
}
