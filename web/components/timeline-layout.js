// Where the sessions of a timeline lie: lanes by device, rows where sessions of one device overlap, and what of it is
// in view. Nothing here draws, so all of it can be tested without a page.

import { DAY, HOUR, MINUTE } from '../zone.js';

/**
 * @typedef {import('../api-types.d.ts').Session & {focus?: 'completed' | 'abandoned' | 'running', entry?: TimeSegment,
 *   page?: boolean, lane?: string}} Session `focus`, `entry`: it is no device's, but a focus session, or a time entry;
 *   `page`: a page that a browser showed, `lane`: what that is called
 * @typedef {{colour: string, project: string | null, running: boolean}} TimeSegment `colour`: 0 to 9 of the palette, or
 *   #rrggbb
 *
 * @typedef {object} Row sessions that do not overlap, by time; instants in milliseconds
 * @property {Float64Array} starts
 * @property {Float64Array} ends
 * @property {Uint8Array} colours
 * @property {Session[]} sessions
 *
 * @typedef {{start: number, end: number, session: Session}} Piece a session, cut to what is shown
 * @typedef {{id: string, rows: Row[]}} Lane
 * @typedef {{from: number, to: number}} View
 * @typedef {{lane: number, row: number, index: number}} Spot where one session lies
 */

/** Two sessions of one device may overlap by this much and share a row: trackers' clocks are not that fine. */
export const TOLERANCE = 1000;
/** More rows than this would be too thin to read: what overlaps deeper is drawn over the last row. */
export const MAX_ROWS = 4;
export const MIN_SPAN = MINUTE;

/**
 * @param {Session[]} sessions in any order
 * @param {string[]} devices a lane each, in this order; sessions of others are left out
 * @param {View} bounds sessions are cut to it
 * @param {(app: string) => number} colourOf
 * @returns {Lane[]}
 */
export function layOut(sessions, devices, bounds, colourOf) {
  /** @type {Map<string, Piece[]>} */
  const byDevice = new Map(devices.map((id) => [id, []]));
  for (const session of sessions) {
    const start = Math.max(Date.parse(session.started_at), bounds.from);
    const end = Math.min(Date.parse(session.ended_at), bounds.to);
    if (end >= start) byDevice.get(session.device_id)?.push({ start, end, session });
  }
  return devices.map((id) => ({ id, rows: rowsOf(byDevice.get(id) ?? [], colourOf) }));
}

/**
 * What a device had in front, and below it the pages of its browser.
 * @param {Piece[]} pieces
 * @param {(app: string) => number} colourOf
 */
function rowsOf(pieces, colourOf) {
  const pages = pieces.filter(({ session }) => session.page);
  const others = pieces.filter(({ session }) => !session.page);
  if (pages.length === 0) return packRows(others, colourOf);
  return [...(others.length > 0 ? packRows(others, colourOf) : []), ...packRows(pages, colourOf)];
}

/**
 * Longest first, each into the first row that is free there: so the first row is what was mostly in front.
 * @param {Piece[]} pieces
 * @param {(app: string) => number} colourOf
 * @returns {Row[]}
 */
function packRows(pieces, colourOf) {
  pieces.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  /** @type {Piece[][]} */
  const rows = [[]];
  for (const piece of pieces) {
    let row = rows.findIndex((taken) => isFree(taken, piece));
    if (row < 0) row = rows.length < MAX_ROWS ? rows.push([]) - 1 : MAX_ROWS - 1;
    rows[row].splice(placeOf(rows[row], piece.start), 0, piece);
  }
  return rows.map((row) => ({
    starts: Float64Array.from(row, (piece) => piece.start),
    // Where rows were full, ends may go back; a search needs them to rise.
    ends: rising(Float64Array.from(row, (piece) => piece.end)),
    colours: Uint8Array.from(row, (piece) => colourOf(piece.session.app)),
    sessions: row.map((piece) => piece.session),
  }));
}

/**
 * The index of the first piece of a row that starts after an instant.
 * @param {Piece[]} row by start
 * @param {number} instant
 */
function placeOf(row, instant) {
  let [low, high] = [0, row.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (row[middle].start > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * @param {Piece[]} row
 * @param {Piece} piece
 */
function isFree(row, piece) {
  const place = placeOf(row, piece.start);
  const [before, after] = [row[place - 1], row[place]];
  return (!before || before.end <= piece.start + TOLERANCE) && (!after || after.start >= piece.end - TOLERANCE);
}

/** @param {Float64Array} ends */
function rising(ends) {
  for (let index = 1; index < ends.length; index += 1) {
    if (ends[index] < ends[index - 1]) ends[index] = ends[index - 1];
  }
  return ends;
}

/**
 * The index of the first session of a row that ends after an instant; the row's length when none does.
 * @param {Row} row
 * @param {number} instant
 */
export function firstEndingAfter(row, instant) {
  let [low, high] = [0, row.ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (row.ends[middle] > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The session at an instant, or the nearest within `slack` milliseconds; -1 when there is none.
 * @param {Row} row
 * @param {number} instant
 * @param {number} slack
 */
export function indexAt(row, instant, slack) {
  let best = -1;
  let distance = Infinity;
  for (let index = firstEndingAfter(row, instant - slack); index < row.starts.length; index += 1) {
    if (row.starts[index] > instant + slack) break;
    const away = Math.max(row.starts[index] - instant, instant - row.ends[index], 0);
    if (away < distance) [best, distance] = [index, away];
    if (away === 0) break;
  }
  return best;
}

/**
 * @param {Spot | null} one
 * @param {Spot | null} other
 */
export function isSame(one, other) {
  return one?.lane === other?.lane && one?.row === other?.row && one?.index === other?.index;
}

/**
 * Where keys begin: the first session in view, or the last of all.
 * @param {Lane[]} lanes
 * @param {View} view
 * @param {-1 | 1} by
 * @returns {Spot | null} its index may lie beyond the row
 */
export function first(lanes, view, by) {
  const lane = Math.max(
    lanes.findIndex((one) => one.rows[0].starts.length > 0),
    0,
  );
  const row = lanes[lane]?.rows[0];
  return row ? { lane, row: 0, index: by > 0 ? firstEndingAfter(row, view.from) : Infinity } : null;
}

/**
 * What was there at the same time above or below: rows of a lane first, then the next lane.
 * @param {Lane[]} lanes
 * @param {Spot} spot
 * @param {-1 | 1} by
 * @returns {Spot | null} its index may lie beyond the row
 */
export function beside(lanes, spot, by) {
  const instant = lanes[spot.lane].rows[spot.row].starts[spot.index];
  let { lane, row } = spot;
  row += by;
  if (!lanes[lane].rows[row]) {
    lane += by;
    row = by > 0 ? 0 : (lanes[lane]?.rows.length ?? 1) - 1;
  }
  const target = lanes[lane]?.rows[row];
  return target ? { lane, row, index: firstEndingAfter(target, instant) } : null;
}

/**
 * Keeps a view inside its bounds and no narrower than a minute.
 * @param {View} view
 * @param {View} bounds
 * @returns {View}
 */
export function clamp(view, bounds) {
  const span = Math.min(Math.max(view.to - view.from, MIN_SPAN), bounds.to - bounds.from);
  const from = Math.min(Math.max(view.from, bounds.from), bounds.to - span);
  return { from, to: from + span };
}

/**
 * A view `factor` times as wide, the instant under the pointer staying where it is.
 * @param {View} view
 * @param {number} around
 * @param {number} factor
 * @returns {View}
 */
export function zoom(view, around, factor) {
  return { from: around - (around - view.from) * factor, to: around + (view.to - around) * factor };
}

/** @type {[number, 'second' | 'minute' | 'hour' | 'day'][]} */
const steps = [
  [10_000, 'second'],
  [30_000, 'second'],
  [MINUTE, 'minute'],
  [5 * MINUTE, 'minute'],
  [10 * MINUTE, 'minute'],
  [30 * MINUTE, 'minute'],
  [HOUR, 'hour'],
  [2 * HOUR, 'hour'],
  [3 * HOUR, 'hour'],
  [4 * HOUR, 'hour'],
  [6 * HOUR, 'hour'],
  [12 * HOUR, 'hour'],
  [DAY, 'day'],
];

/**
 * The step between ticks that leaves each label `room` pixels.
 * @param {number} span milliseconds
 * @param {number} width pixels
 * @param {number} room pixels
 */
export function tickStep(span, width, room) {
  const wanted = (span / Math.max(width, 1)) * room;
  const [step, kind] = steps.find(([size]) => size >= wanted) ?? steps[steps.length - 1];
  return { step, kind };
}
