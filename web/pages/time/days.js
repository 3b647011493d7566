// Entries, cut into the days of the account.

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
