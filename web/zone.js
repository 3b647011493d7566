// Time zones: what the wall clock of an IANA zone shows at an instant, and where it jumps.
// Instants are milliseconds since 1970 (UTC) throughout.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/** @param {string} zone */
function clock(zone) {
  let format = clocks.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(zone, format);
  }
  return format;
}

/**
 * What the wall clock shows, as if it were UTC: add it to nothing, only read it with getUTC*.
 * @param {string} zone
 * @param {number} instant
 */
export function wallClock(zone, instant) {
  /** @type {Record<string, number>} */
  const part = {};
  for (const { type, value } of clock(zone).formatToParts(instant)) part[type] = Number(value);
  const whole = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  return whole + (((instant % 1000) + 1000) % 1000);
}

/**
 * How far the zone's clock is ahead of UTC, in milliseconds.
 * @param {string} zone
 * @param {number} instant
 */
export function offsetAt(zone, instant) {
  return wallClock(zone, instant) - instant;
}

/**
 * Cuts [from, to) where the zone's offset changes. One part on most days, two on a day of a clock change.
 * @param {string} zone
 * @param {number} from
 * @param {number} to
 * @returns {{from: number, to: number, offset: number}[]}
 */
export function offsetParts(zone, from, to) {
  const parts = [];
  let start = from;
  let offset = offsetAt(zone, from);
  // No zone changes its clock twice within six hours.
  for (let at = from; at < to; at += 6 * HOUR) {
    const end = Math.min(at + 6 * HOUR, to);
    const after = offsetAt(zone, end - 1);
    if (after === offset) continue;
    let [low, high] = [at, end - 1];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(zone, middle) === offset) low = middle;
      else high = middle;
    }
    parts.push({ from: start, to: high, offset });
    [start, offset] = [high, after];
  }
  parts.push({ from: start, to, offset });
  return parts;
}

/**
 * The instants in [from, to] at which the wall clock shows a multiple of `step` (counted from midnight).
 * @param {string} zone
 * @param {number} from
 * @param {number} to
 * @param {number} step milliseconds; at most a day
 */
export function ticks(zone, from, to, step) {
  const found = [];
  for (const part of offsetParts(zone, from, to + 1)) {
    const first = Math.ceil((part.from + part.offset) / step) * step;
    for (let wall = first; wall - part.offset < part.to; wall += step) found.push(wall - part.offset);
  }
  return found;
}

/**
 * The clock changes inside (from, to): when, and by how many milliseconds the clock jumps.
 * @param {string} zone
 * @param {number} from
 * @param {number} to
 */
export function clockChanges(zone, from, to) {
  const parts = offsetParts(zone, from, to);
  return parts.slice(1).map((part, index) => ({ at: part.from, jump: part.offset - parts[index].offset }));
}

/**
 * The stretches of [from, to) during which the wall clock's hour is `hour`: none, one, or two on a day of a clock change.
 * @param {string} zone
 * @param {number} from
 * @param {number} to
 * @param {number} hour 0..23
 * @returns {[number, number][]}
 */
export function hourRanges(zone, from, to, hour) {
  /** @type {[number, number][]} */
  const ranges = [];
  for (const part of offsetParts(zone, from, to)) {
    const [start, end] = [part.from + part.offset, part.to + part.offset];
    for (let day = Math.floor(start / DAY) * DAY; day < end; day += DAY) {
      const low = Math.max(start, day + hour * HOUR);
      const high = Math.min(end, day + (hour + 1) * HOUR);
      if (low < high) ranges.push([low - part.offset, high - part.offset]);
    }
  }
  return ranges;
}

/**
 * When the wall clock shows this. Of a time that comes twice, the first; one that is skipped counts on from before.
 * @param {string} zone
 * @param {string} clock YYYY-MM-DDTHH:MM
 */
export function instantOf(zone, clock) {
  const wall = Date.parse(`${clock}:00Z`);
  return wall - offsetAt(zone, wall - Math.max(offsetAt(zone, wall - DAY), offsetAt(zone, wall + DAY)));
}

/**
 * What the wall clock shows at an instant: YYYY-MM-DDTHH:MM.
 * @param {string} zone
 * @param {number} instant
 */
export function clockAt(zone, instant) {
  return new Date(wallClock(zone, instant)).toISOString().slice(0, 16);
}

/** This browser's own zone. */
export function browserZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** @param {string} date YYYY-MM-DD */
export function isDate(date) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/**
 * @param {string} date YYYY-MM-DD
 * @param {number} days
 */
export function addDays(date, days) {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}
