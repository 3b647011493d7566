// The large figures at the head of a day or a week, with what they mean and how they changed.

import * as format from '../format.js';
import { html, nothing } from '../html.js';
import * as t from '../texts.js';
import { figure } from './card.js';

/**
 * @param {object} total
 * @param {string} total.id
 * @param {string} total.title
 * @param {string} total.note
 * @param {number} total.value what the API says, exactly
 * @param {unknown} total.show
 * @param {unknown} total.below
 * @param {() => void} [total.open]
 */
export function totalCard({ id, title, note, value, show, below, open }) {
  const content = html`<h2>${title} <small>${note}</small></h2>
    <data class="figure" id=${id} value=${value}>${show}</data>
    <div class="below">${below}</div>`;
  if (!open) return html`<section class="card s4 total">${content}</section>`;
  return html`<section class="card s4 total openable">
    ${content}<button type="button" class="cover" aria-label=${t.totals.open(title)} @click=${open}></button>
  </section>`;
}

/** @param {number} seconds */
export const durationFigure = (seconds) => figure(format.durationParts(seconds));

/**
 * The change against what was before. While a period still runs, the whole of another is no measure: it is only named.
 * @param {number} now seconds
 * @param {number} before seconds
 * @param {string} what what is compared with, such as "Friday"
 * @param {boolean} running
 */
export function change(now, before, what, running) {
  const difference = now - before;
  if (running && difference < 0) {
    return html`<span class="note"
      >${t.totals.soFar(what, before > 0 ? format.duration(before) : t.totals.none)}</span
    >`;
  }
  if (Math.abs(difference) < 30) return html`<span class="note">${t.totals.same} ${t.totals.as(what)}</span>`;
  const by = format.duration(Math.abs(difference));
  return html`<span class="delta"
      ><span aria-hidden="true">${difference > 0 ? '▴' : '▾'}</span>
      ${difference > 0 ? t.totals.more(by) : t.totals.less(by)}</span
    >
    <span class="note">${t.totals.than(what)}</span>`;
}

/**
 * Why screen time and attention differ: two screens at once, or two apps on one. Which of them it was is known once
 * all sessions are here.
 * @param {import('../period.js').Period<any>} period
 * @param {{total_seconds: number, active_seconds: number}} stats
 */
export function overlap(period, { total_seconds: screen, active_seconds: attention }) {
  const twice = screen - attention;
  if (screen === 0) return nothing;
  if (twice < 1) return html`<span class="note">${t.totals.noOverlap}</span>`;
  const onOne = period.complete ? period.overlapOnOneDevice() : null;
  if (onOne === null) return html`<span class="note">${t.totals.overlap(format.duration(twice))}</span>`;
  const parts = [];
  const onTwo = twice - onOne;
  // A few seconds beside an hour are not worth a line; the larger one always is.
  if (onTwo >= 60 || onTwo > onOne) parts.push(t.totals.twoScreens(format.duration(onTwo)));
  if (onOne >= 60 || onOne >= onTwo) parts.push(t.totals.twoApps(format.duration(onOne)));
  return html`<span class="note">${parts.join(', ')}</span>`;
}
