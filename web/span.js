// A span of dates that a page shows: a week, a month, a year or others, and those beside it. Dates are YYYY-MM-DD throughout.

import * as format from './format.js';
import { addDays, isDate } from './zone.js';

/** @typedef {'week' | 'month' | 'year' | 'custom'} Kind */

/**
 * @typedef {object} Span
 * @property {Kind} kind
 * @property {string} first
 * @property {string} last
 * @property {string} until the last day that counts: today, while the span runs
 * @property {boolean} running
 * @property {'day' | 'week' | 'month'} group what a bar stands for
 */

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Days of which each has a bar. */
const MOST_DAYS = 62;
/** Days of which each week has a bar. */
const MOST_WEEKS = 366;
const YEAR = 366;

/** How many days it is from one date to another. @param {string} from @param {string} to */
export function daysBetween(from, to) {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The first day of the month so many months away. @param {string} date @param {number} months */
function monthStart(date, months = 0) {
  const [year, month] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** The same date so many years away; the 28th where there is no 29th. @param {string} date @param {number} years */
function yearsAway(date, years) {
  const moved = `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;
  return isDate(moved) ? moved : `${moved.slice(0, 8)}28`;
}

/** @param {string} one @param {string} other */
const earlier = (one, other) => (one < other ? one : other);

/**
 * @param {Exclude<Kind, 'custom'>} kind
 * @param {string} date any day of it
 * @param {string} weekStart the account's
 * @returns {[string, string]}
 */
function bounds(kind, date, weekStart) {
  if (kind === 'year') return [`${date.slice(0, 4)}-01-01`, `${date.slice(0, 4)}-12-31`];
  if (kind === 'month') return [monthStart(date), addDays(monthStart(date, 1), -1)];
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const first = addDays(date, -((weekday - Math.max(WEEKDAYS.indexOf(weekStart), 0) + 7) % 7));
  return [first, addDays(first, 6)];
}

/**
 * @param {Kind} kind
 * @param {string} date any day of it; the first of a custom one
 * @param {string | null} last of a custom one
 * @param {{today: string, weekStart: string}} calendar
 * @returns {Span}
 */
export function spanOf(kind, date, last, { today, weekStart }) {
  const [first, end] = kind === 'custom' ? [date, last ?? date] : bounds(kind, date, weekStart);
  const running = first <= today && today <= end;
  const days = daysBetween(first, end) + 1;
  const group = kind === 'year' || days > MOST_WEEKS ? 'month' : days > MOST_DAYS ? 'week' : 'day';
  return { kind, first, last: end, until: running ? today : end, running, group };
}

/**
 * The span before, as long as this one has run, and all of it. Nothing for custom dates, which have none.
 * @param {Span} span
 * @returns {{first: string, until: string, last: string} | null}
 */
export function before({ kind, first, last, until, running }) {
  if (kind === 'custom') return null;
  const start = { week: addDays(first, -7), month: monthStart(first, -1), year: yearsAway(first, -1) }[kind];
  const end = addDays(first, -1);
  if (!running || until === last) return { first: start, until: end, last: end };
  const same = kind === 'year' ? yearsAway(until, -1) : addDays(start, daysBetween(first, until));
  return { first: start, until: earlier(same, end), last: end };
}

/**
 * The dates of which each day is asked for: a year that ends with the span, and the span before.
 * @param {Span} span
 */
export function yearOf(span) {
  const first = addDays(span.until, 1 - YEAR);
  const previous = before(span);
  return { first: previous ? earlier(previous.first, first) : first, heat: first, last: span.until };
}

/**
 * Where the span before begins, and the one after; nothing beyond today.
 * @param {Span} span
 * @param {string} today
 */
export function neighbours({ kind, first, last, until }, today) {
  const length = daysBetween(first, last) + 1;
  /** @type {[string, string]} */
  const back = [addDays(first, -length), addDays(first, -1)];
  const ahead = addDays(last, 1);
  return {
    before:
      kind === 'custom' ? back : [before({ kind, first, last, until, running: false, group: 'day' })?.first ?? first],
    after: ahead > today ? null : kind === 'custom' ? [ahead, addDays(last, length)] : [ahead],
  };
}

/** What a span is called. @param {Span} span */
export function spanName({ kind, first, last }) {
  if (kind === 'month') return format.month(first, 'long');
  return kind === 'year' ? first.slice(0, 4) : format.dateRange(first, last);
}
