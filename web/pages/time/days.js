// Entries, cut into the days of the account.

import { MINUTE, addDays, clockAt, instantOf } from '../../zone.js';

/**
 * @typedef {import('../../api-types.d.ts').TimeEntry} Entry
 *
 * @typedef {object} Piece what of an entry is on one day
 * @property {Entry} entry
 * @property {number} from
 * @property {number} to
 * @property {boolean} before whether it began before the day
 * @property {boolean} after whether it goes on after it
 */

/**
 * When the account's day begins, in minutes after midnight.
 * @param {import('../../main.js').Context} ctx
 */
export function dayStartOf(ctx) {
  const [hours, minutes] = (ctx.api.account?.day_start ?? '00:00').split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * What day it is where the account lives; one that starts at four begins then.
 * @param {import('../../main.js').Context} ctx
 */
export function todayOf(ctx) {
  return clockAt(ctx.zone(), ctx.now() - dayStartOf(ctx) * MINUTE).slice(0, 10);
}

/**
 * The instants between which a day is.
 * @param {import('../../main.js').Context} ctx
 * @param {string} date
 */
export function boundsOf(ctx, date) {
  const start = ctx.api.account?.day_start ?? '00:00';
  const at = (/** @type {string} */ day) => instantOf(ctx.zone(), `${day}T${start.slice(0, 5)}`);
  return { from: at(date), to: at(addDays(date, 1)) };
}

/**
 * What of entries is between two instants, the latest first.
 * @param {Entry[]} entries
 * @param {{from: number, to: number}} bounds
 * @param {number} now until when the one that runs counts
 * @returns {Piece[]}
 */
export function piecesOf(entries, { from, to }, now) {
  return entries
    .map((entry) => {
      const start = Date.parse(entry.start_time);
      const end = entry.end_time ? Date.parse(entry.end_time) : Math.max(now, start);
      return { entry, start, end };
    })
    .filter(({ start, end }) => start < to && (end > from || (start === end && start >= from)))
    .sort((one, other) => other.start - one.start || other.end - one.end)
    .map(({ entry, start, end }) => ({
      entry,
      from: Math.max(start, from),
      to: Math.min(end, to),
      before: start < from,
      after: end > to,
    }));
}

/** What pieces add up to, in seconds. @param {Piece[]} pieces */
export function sumOf(pieces) {
  return pieces.reduce((sum, { from, to }) => sum + (to - from), 0) / 1000;
}

/**
 * The entries that share a moment with another.
 * @param {Entry[]} entries
 * @param {number} now
 * @returns {Set<string>} their ids
 */
export function overlapping(entries, now) {
  const spans = entries
    .map(({ id, start_time: start, end_time: end }) => ({
      id,
      start: Date.parse(start),
      end: end ? Date.parse(end) : now,
    }))
    .filter(({ start, end }) => end > start)
    .sort((one, other) => one.start - other.start);
  /** @type {Set<string>} */
  const found = new Set();
  /** The one that reaches furthest so far. @type {{id: string, end: number} | null} */
  let last = null;
  for (const span of spans) {
    if (last && span.start < last.end) found.add(last.id).add(span.id);
    if (!last || span.end > last.end) last = span;
  }
  return found;
}
