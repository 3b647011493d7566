// What a figure is made of: its sessions, cut to the span it counts, and their sum.

import { appName } from '../app-names.js';
import { download } from '../csv.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { secondsOnce, secondsWithin } from '../period.js';
import * as t from '../texts/usage.js';
import { icon } from './icon.js';
import { explain } from './states.js';
import { durationCell, table } from './table.js';

/** @typedef {import('../api-types.d.ts').Session} Session */

/**
 * @param {import('../main.js').Context} ctx
 * @param {object} what
 * @param {string} what.title
 * @param {string} what.file
 * @param {import('../period.js').Period<any>} what.period
 * @param {import('../period.js').Filter} what.filter
 * @param {[number, number][]} what.ranges
 * @param {(id: string) => string} what.deviceName
 */
export function openSessions(ctx, { title, file, period, filter, ranges, deviceName }) {
  /** @type {Session[] | null} */
  let sessions = null;
  /** @type {unknown} */
  let error = null;
  const zone = period.stats.timezone;
  const several = period.to - period.from > 26 * 3_600_000;
  const body = () => {
    if (error) return html`<p role="alert">${explain(error)}</p>`;
    if (!sessions) return html`<p role="status" class="note dialog-wait">${t.sessions.loading}</p>`;
    if (sessions.length === 0) return html`<p class="note">${t.sessions.none}</p>`;
    const data = sessionsTable(sessions, { ranges, zone, several, deviceName, withApp: !filter.app });
    const together = sessions.reduce((sum, session) => sum + secondsWithin(session, ranges), 0);
    const once = secondsOnce(sessions, ranges);
    const cut = sessions.some(
      (session) => Math.abs(secondsWithin(session, ranges) - session.duration_seconds) > 0.0005,
    );
    return html`<p class="dialog-sum">
        <data class="figure-small" value=${Math.round(together * 1000) / 1000}>${format.duration(together)}</data>
        <span class="note">${t.counts.sessions(format.number(sessions.length), sessions.length)}</span>
      </p>
      ${
        together - once >= 1
          ? html`<p class="note">${t.sessions.overlap(format.duration(together), format.duration(once))}</p>`
          : nothing
      }
      ${cut ? html`<p class="note">${t.sessions.cut}</p>` : nothing} ${table(ctx, `sessions-${title}`, data, title)}
      <footer class="dialog-foot">
        <button type="button" class="btn btn-quiet" @click=${() => save(data, file)}>
          ${icon('download')} ${t.card.csv}
        </button>
      </footer>`;
  };
  ctx.dialogs.open({ title, wide: true, body: body });
  period
    .sessionsOf(filter, ranges)
    .then((found) => {
      sessions = found;
    })
    .catch((failure) => {
      error = failure;
    })
    .finally(() => ctx.update());
}

/**
 * @param {import('./table.js').Table} data
 * @param {string} file
 */
function save({ head, rows }, file) {
  download(
    `${file}.csv`,
    head.map((column) => column.csv ?? column.text),
    rows.map(({ cells }) => cells.map((cell) => (typeof cell === 'object' && cell !== null ? cell.value : cell))),
  );
}

/**
 * @param {Session[]} sessions
 * @param {{ranges: [number, number][], zone: string, several: boolean, deviceName: (id: string) => string, withApp: boolean}} how
 * @returns {import('./table.js').Table}
 */
export function sessionsTable(sessions, { ranges, zone, several, deviceName, withApp }) {
  const time = (/** @type {string} */ instant) => ({
    value: instant,
    show: several ? format.dayAndTime(Date.parse(instant), zone) : format.time(Date.parse(instant), zone, 'second'),
  });
  const titled = sessions.some((session) => session.title || session.url);
  return {
    head: [
      { text: t.columns.from },
      { text: t.columns.to },
      { text: t.columns.length, csv: t.columns.seconds, number: true },
      ...(withApp ? [{ text: t.columns.app }] : []),
      ...(titled ? [{ text: t.columns.title }, { text: t.columns.url }] : []),
      { text: t.columns.device },
    ],
    rows: sessions.map((session) => ({
      cells: [
        time(session.started_at),
        time(session.ended_at),
        durationCell(secondsWithin(session, ranges)),
        ...(withApp
          ? [{ value: session.app, show: html`<span title=${session.app}>${appName(session.app)}</span>` }]
          : []),
        ...(titled ? [session.title, session.url] : []),
        deviceName(session.device_id),
      ],
    })),
  };
}
