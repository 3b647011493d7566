// What a line says that is typed to start a timer or to add an entry: when, what, of which project, with which tags.
//   9:00-10:30 Tide tables @harbour #drawing     from when to when; "9:15- Tide tables" runs since then
//   1h 20m Tide tables                           so long, until now
//   Tide tables                                  a timer that starts now

import { MINUTE, addDays, instantOf } from '../../zone.js';

/**
 * @typedef {import('../../api-types.d.ts').Project} Project
 *
 * @typedef {object} Line
 * @property {string} description
 * @property {string[]} tags
 * @property {Project | null} project
 * @property {number | null} from minutes after midnight
 * @property {number | null} to
 * @property {number | null} length in seconds
 */

const TIME = String.raw`(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm)?`;
const SPAN = new RegExp(String.raw`^${TIME}\s?[-–—]\s?(?:${TIME})?(?=\s|$)`, 'i');
const LENGTH =
  /^(?:(\d{1,3}(?:[.,]\d+)?)\s?h(?:(?:ou)?rs?)?(?:(\d{1,2})|\s?(\d{1,3})\s?m(?:in(?:ute)?s?)?)?|(\d{1,4})\s?m(?:in(?:ute)?s?)?)(?=\s|$)/i;
const TAG = /(?:^|\s)#([^\s#,]+)/g;
const PROJECT = /(?:^|\s)@(\S+)/;

/**
 * A time of day in minutes, if it is one.
 * @param {string} hour
 * @param {string | undefined} minute
 * @param {string | undefined} half am or pm
 */
function minutesOf(hour, minute, half) {
  const [hours, minutes] = [Number(hour), Number(minute ?? 0)];
  if (minutes > 59 || hours > (half ? 12 : 24) || (half && hours === 0)) return null;
  const past = half ? (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : hours;
  const all = past * 60 + minutes;
  return all <= 24 * 60 ? all : null;
}

/** @param {string} text */
function spanAt(text) {
  const found = text.match(SPAN);
  if (!found) return null;
  const [whole, hour, minute, half, toHour, toMinute, toHalf] = found;
  // "3-2" may be anything; a time has minutes, or says which half of the day it is in.
  if (!minute && !half && !toMinute && !toHalf) return null;
  // In "2-4 pm" the first is of that half too.
  const from = minutesOf(hour, minute, half ?? (toHalf && Number(hour) <= 12 ? toHalf : undefined));
  const to = toHour === undefined ? null : minutesOf(toHour, toMinute, toHalf);
  if (from === null || (toHour !== undefined && to === null)) return null;
  return { from, to, rest: text.slice(whole.length) };
}

/** @param {string} text */
function lengthAt(text) {
  const found = text.match(LENGTH);
  if (!found) return null;
  const [whole, hours = '0', glued = '0', minutes = glued, alone = minutes] = found;
  const length = Math.round(Number(hours.replace(',', '.')) * 3600 + Number(alone) * 60);
  return length > 0 ? { length, rest: text.slice(whole.length) } : null;
}

/** A title as it is typed in the line: without its spaces. @param {string} text */
export const folded = (text) => text.toLowerCase().replace(/\s+/g, '');

/**
 * The projects that a word may mean; those that begin so come first.
 * @param {Project[]} projects
 * @param {string} typed
 */
export function matching(projects, typed) {
  const wanted = folded(typed);
  const place = (/** @type {Project} */ one) => {
    const at = folded(one.title).indexOf(wanted);
    if (at >= 0) return at === 0 ? 0 : 1;
    return folded(one.client ?? '').includes(wanted) ? 2 : 3;
  };
  return projects
    .map((project) => ({ project, at: place(project) }))
    .filter(({ at }) => at < 3)
    .sort((one, other) => one.at - other.at)
    .map(({ project }) => project);
}

/**
 * @param {string} text
 * @param {Project[]} projects those that can be meant
 * @returns {Line}
 */
export function readLine(text, projects) {
  let rest = text.trim();
  const span = spanAt(rest);
  const length = span ? null : lengthAt(rest);
  rest = (span ?? length)?.rest ?? rest;
  /** @type {string[]} */
  const tags = [];
  rest = rest.replace(TAG, (_, tag) => {
    tags.push(tag);
    return '';
  });
  const named = rest.match(PROJECT);
  const project = named ? (matching(projects, named[1])[0] ?? null) : null;
  if (named && project) rest = rest.replace(named[0], '');
  return {
    description: rest.replace(/\s+/g, ' ').trim(),
    tags,
    project,
    from: span?.from ?? null,
    to: span?.to ?? null,
    length: length?.length ?? null,
  };
}

/**
 * From when to when a line is; no start: from now on. Nothing where it cannot be told on that date.
 * @param {Line} line
 * @param {{date: string, today: string, zone: string, now: number, dayStart: number}} day `dayStart` in minutes
 * @returns {{start: number | null, end: number | null} | null}
 */
export function placeOf({ from, to, length }, { date, today, zone, now, dayStart }) {
  if (length !== null) return date === today ? { start: now - length * 1000, end: now } : null;
  if (from === null) return { start: null, end: null };
  /** What lies before the day begins is of the night after it. @param {number} minutes */
  const at = (minutes) => {
    const days = Math.floor(minutes / 1440) + (minutes < dayStart ? 1 : 0);
    const clock = new Date((minutes % 1440) * MINUTE).toISOString().slice(11, 16);
    return instantOf(zone, `${addDays(date, days)}T${clock}`);
  };
  const start = at(from);
  if (to === null) return date === today ? { start, end: null } : null;
  const end = at(to);
  return { start, end: end > start ? end : at(to + 1440) };
}
