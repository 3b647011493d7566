// Today in four figures: focus time, sessions, the streak, the level.

import { change, durationFigure } from '../../components/totals.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/focus.js';

/** Points to a level: the square of it, this many times. */
const POINTS = 50;

/**
 * @param {import('../../api-types.d.ts').FocusDay[]} days newest first
 * @param {import('../../api-types.d.ts').FocusTotals | null} totals
 */
export function figures(days, totals) {
  const [today, yesterday] = days;
  const count = (/** @type {number} */ value) => format.number(value);
  return html`${figure({
    id: 'focus-today',
    title: t.focus.today,
    note: t.focus.todayNote,
    value: today.focus_min,
    show: today.focus_min > 0 ? durationFigure(today.focus_min * 60) : '0',
    below: change(today.focus_min * 60, (yesterday?.focus_min ?? 0) * 60, t.focus.yesterday, true),
  })}
  ${figure({
    id: 'focus-sessions',
    title: t.focus.sessions,
    note: t.focus.sessionsNote,
    value: today.sessions_completed,
    show: count(today.sessions_completed),
    below: totals ? html`<span class="note">${t.focus.inAll(count(totals.total_sessions))}</span>` : nothing,
  })}
  ${figure({
    id: 'focus-streak',
    title: t.focus.streak,
    note: t.focus.streakNote,
    value: totals?.current_streak ?? 0,
    show: totals ? count(totals.current_streak) : '–',
    below: totals
      ? html`<span class="note">${t.focus.best(count(totals.best_streak), totals.best_streak)}</span>`
      : nothing,
  })}
  ${figure({
    id: 'focus-level',
    title: t.focus.level,
    note: totals ? t.focus.points0(count(totals.xp_points), totals.xp_points) : '',
    value: totals?.lvl ?? 0,
    show: totals ? count(totals.lvl) : '–',
    below: totals ? progress(totals) : nothing,
  })}`;
}

/** @param {import('../../api-types.d.ts').FocusTotals} totals */
function progress({ xp_points: points, lvl: level }) {
  const [from, to] = [level > 1 ? POINTS * level ** 2 : 0, POINTS * (level + 1) ** 2];
  return html`<span
      class="progress-line"
      role="progressbar"
      aria-label=${t.focus.progress(level + 1)}
      aria-valuemin=${from}
      aria-valuemax=${to}
      aria-valuenow=${points}
      .style=${`--part: ${(points - from) / (to - from)}`}
    ></span>
    <span class="note">${t.focus.toNext(format.number(to - points), level + 1)}</span>`;
}

/** @param {{id: string, title: string, note: string, value: number, show: unknown, below: unknown}} figure */
function figure({ id, title, note, value, show, below }) {
  return html`<section class="card s3 total">
    <h2>${title} <small>${note}</small></h2>
    <data class="figure" id=${id} value=${value}>${show}</data>
    <div class="below">${below}</div>
  </section>`;
}
