// Every duration, number, date and time that people read is written here, through Intl.

import { addDays, offsetAt } from './zone.js';

/** English for now; of its variants, the one the browser asks for first. */
export const locale = pickLocale(globalThis.navigator?.languages ?? []);

/** @param {readonly string[]} wanted */
export function pickLocale(wanted) {
  return wanted.find((tag) => /^en\b/i.test(tag)) ?? 'en-GB';
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();

/**
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} options
 */
function dateFormat(zone, options) {
  const key = zone + JSON.stringify(options);
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    dateFormats.set(key, format);
  }
  return format;
}

/** Things in a row: the last after an "and". @param {string[]} things */
export const list = (things) => new Intl.ListFormat(locale).format(things);

/** @param {'hour' | 'minute' | 'second'} unit */
const unitFormat = (unit) =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: 0 });
const units = { hour: unitFormat('hour'), minute: unitFormat('minute'), second: unitFormat('second') };
const longUnits = {
  hour: new Intl.NumberFormat(locale, { style: 'unit', unit: 'hour', unitDisplay: 'long' }),
  minute: new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute', unitDisplay: 'long' }),
  second: new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' }),
};

/**
 * The two units that say most: hours and minutes, minutes and seconds below ten minutes, seconds below one.
 * @param {number} seconds 0 or more
 * @returns {{unit: 'hour' | 'minute' | 'second', amount: number}[]}
 */
function split(seconds) {
  if (seconds < 59.5) return [{ unit: 'second', amount: Math.round(seconds) }];
  if (seconds < 599.5) {
    const whole = Math.round(seconds);
    return nonZero([
      { unit: 'minute', amount: Math.floor(whole / 60) },
      { unit: 'second', amount: whole % 60 },
    ]);
  }
  const minutes = Math.round(seconds / 60);
  return nonZero([
    { unit: 'hour', amount: Math.floor(minutes / 60) },
    { unit: 'minute', amount: minutes % 60 },
  ]);
}

/**
 * @template {{amount: number}} T
 * @param {T[]} parts
 */
const nonZero = (parts) => parts.filter((part) => part.amount > 0);

/**
 * A duration as figure and unit pairs, for setting the figures large: [{figure: "6", unit: "h"}, …].
 * @param {number} seconds
 */
export function durationParts(seconds) {
  return split(Math.abs(seconds)).map(({ unit, amount }) => {
    const parts = units[unit].formatToParts(amount);
    const is = (/** @type {string} */ type) => (/** @type {{type: string}} */ part) => part.type === type;
    return {
      figure: parts
        .filter((part) => !is('unit')(part) && !is('literal')(part))
        .map((part) => part.value)
        .join(''),
      unit: parts.find(is('unit'))?.value ?? '',
    };
  });
}

/**
 * "6 h 42 m", "4 m 12 s", "38 s"; more than nothing and under half a second is "< 1 s".
 * @param {number} seconds
 */
export function duration(seconds) {
  if (seconds > 0 && seconds < 0.5) return `< ${join(durationParts(1))}`;
  return join(durationParts(seconds));
}

/** @param {{figure: string, unit: string}[]} parts */
const join = (parts) => parts.map((part) => `${part.figure}\u00a0${part.unit}`).join(' ');

/**
 * For reading aloud: "6 hours 42 minutes".
 * @param {number} seconds
 */
export function spokenDuration(seconds) {
  return split(Math.abs(seconds))
    .map(({ unit, amount }) => longUnits[unit].format(amount))
    .join(' ');
}

/**
 * A time to wait, never shorter than it is: "40 seconds", "15 minutes".
 * @param {number} seconds
 */
export function wait(seconds) {
  return spokenDuration(seconds <= 90 ? Math.ceil(seconds) : Math.ceil(seconds / 60) * 60);
}

/**
 * What is left of a short time, as a clock shows it: "9:05".
 * @param {number} seconds
 */
export function countdown(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/**
 * A timer's time: "24:59", "1:04:59".
 * @param {number} seconds whole
 */
export function clock(seconds) {
  const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${pad(minutes)}:${pad(seconds % 60)}`;
}

/**
 * "4.2 MB"
 * @param {number} count
 */
export function bytes(count) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumSignificantDigits: 3,
  }).format(count / 1000 ** power);
}

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);
}

/** An amount of money, of which only the account knows the currency. @param {number} value */
export function money(value) {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 3 }).format(value);
}

/** How units are written. @type {Record<string, string>} */
const symbols = { m3: 'm³', ft3: 'ft³', ccf: '100 ft³' };

/** @param {string} unit as the API calls it */
export function unit(unit) {
  return symbols[unit] ?? unit;
}

/**
 * What was consumed, as figure and unit, to be read at a glance: litres become cubic metres, and small amounts have more
 * decimals than large ones.
 * @param {number} value
 * @param {string} in_ the unit, as the API calls it
 * @param {number} [beside] the value it stands beside, which has the same unit
 */
export function quantityParts(value, in_, beside = value) {
  const large = in_ === 'L' && Math.abs(beside) >= 1000;
  const shown = large ? value / 1000 : value;
  const digits = Math.abs(shown) >= 1000 ? 0 : Math.abs(shown) >= 10 ? 1 : Math.abs(shown) >= 0.095 ? 2 : 3;
  const figure = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(shown);
  return { figure, unit: unit(large ? 'm3' : in_) };
}

/**
 * "214.3 kWh"
 * @param {number} value
 * @param {string} in_
 * @param {number} [beside] the value it stands beside, which has the same unit
 */
export function quantity(value, in_, beside = value) {
  return join([quantityParts(value, in_, beside)]);
}

/**
 * An amount as it was given, to the last digit.
 * @param {number} value
 * @param {string} in_
 */
export function amount(value, in_) {
  const figure = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value);
  return join([{ figure, unit: unit(in_) }]);
}

/** @param {number} share 0..1 */
export function percent(share) {
  const small = share > 0 && share < 0.01;
  const text = new Intl.NumberFormat(locale, { style: 'percent' }).format(small ? 0.01 : share);
  return small ? `< ${text}` : text;
}

/**
 * A change: "+12%", "−8%".
 * @param {number} share
 */
export function signedPercent(share) {
  return new Intl.NumberFormat(locale, { style: 'percent', signDisplay: 'exceptZero' }).format(share);
}

/**
 * A calendar date written out.
 * @param {string} date YYYY-MM-DD
 * @param {'full' | 'long' | 'day' | 'weekday' | 'short' | 'abbreviated'} style
 */
export function date(date, style = 'full') {
  /** @type {Record<string, Intl.DateTimeFormatOptions>} */
  const styles = {
    full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    long: { weekday: 'long', day: 'numeric', month: 'long' },
    day: { day: 'numeric', month: 'long' },
    weekday: { weekday: 'long' },
    short: { weekday: 'short', day: 'numeric' },
    abbreviated: { weekday: 'short' },
  };
  return dateFormat('UTC', styles[style]).format(Date.parse(`${date}T00:00:00Z`));
}

/**
 * "Nov", "November 2026"
 * @param {string} date YYYY-MM-DD
 * @param {'short' | 'long'} style
 */
export function month(date, style) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = style === 'short' ? { month: 'short' } : { month: 'long', year: 'numeric' };
  return dateFormat('UTC', options).format(Date.parse(`${date}T00:00:00Z`));
}

/**
 * "22 Nov"
 * @param {string} date YYYY-MM-DD
 */
export function shortDate(date) {
  return dateFormat('UTC', { day: 'numeric', month: 'short' }).format(Date.parse(`${date}T00:00:00Z`));
}

/**
 * "Sun 22 Nov", or with its year where that is another than this one.
 * @param {string} date YYYY-MM-DD
 * @param {string} today YYYY-MM-DD
 */
export function weekdayDate(date, today) {
  const year = date.slice(0, 4) === today.slice(0, 4) ? {} : { year: /** @type {const} */ ('numeric') };
  const options = /** @type {const} */ ({ weekday: 'short', day: 'numeric', month: 'short', ...year });
  return dateFormat('UTC', options).format(Date.parse(`${date}T00:00:00Z`));
}

/** @param {string} date YYYY-MM-DD */
export function dayOfMonth(date) {
  return dateFormat('UTC', { day: 'numeric' }).format(Date.parse(`${date}T00:00:00Z`));
}

/**
 * "16 – 22 November 2026"
 * @param {string} first YYYY-MM-DD
 * @param {string} last YYYY-MM-DD, included
 */
export function dateRange(first, last) {
  const format = dateFormat('UTC', { day: 'numeric', month: 'long', year: 'numeric' });
  return format.formatRange(Date.parse(`${first}T00:00:00Z`), Date.parse(`${last}T00:00:00Z`));
}

/**
 * "1–22 Nov", or with the year.
 * @param {string} first YYYY-MM-DD
 * @param {string} last YYYY-MM-DD, included
 * @param {boolean} [year]
 */
export function shortRange(first, last, year = false) {
  const format = dateFormat('UTC', { day: 'numeric', month: 'short', ...(year ? { year: 'numeric' } : {}) });
  return format.formatRange(Date.parse(`${first}T00:00:00Z`), Date.parse(`${last}T00:00:00Z`));
}

/**
 * A time of day.
 * @param {number} instant
 * @param {string} zone
 * @param {'minute' | 'second'} precision
 */
export function time(instant, zone, precision = 'minute') {
  return dateFormat(zone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(precision === 'second' ? { second: '2-digit' } : {}),
  }).format(instant);
}

/**
 * @param {number} instant
 * @param {string} zone
 */
export function dateTime(instant, zone) {
  return dateFormat(zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(instant);
}

/**
 * A weekday and a time, for a range of several days.
 * @param {number} instant
 * @param {string} zone
 */
export function dayAndTime(instant, zone) {
  return dateFormat(zone, { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(instant);
}

/**
 * The label of a tick: an hour, a time, or the day where one begins.
 * @param {number} instant
 * @param {string} zone
 * @param {'hour' | 'minute' | 'second' | 'day'} kind
 */
export function tick(instant, zone, kind) {
  if (kind === 'day') return dateFormat(zone, { weekday: 'short', day: 'numeric' }).format(instant);
  if (kind === 'hour') return dateFormat(zone, { hour: '2-digit' }).format(instant);
  return time(instant, zone, kind);
}

/**
 * A clock hour 0..23 written out: "09", or "9 AM".
 * @param {number} hour
 */
export function hourOfDay(hour) {
  return tick(Date.UTC(2000, 0, 1, hour), 'UTC', 'hour');
}

/**
 * A wall clock time "HH:MM" in the reader's way.
 * @param {string} clock
 */
export function clockTime(clock) {
  return time(Date.parse(`2000-01-01T${clock}:00Z`), 'UTC');
}

/**
 * "3 minutes ago", "yesterday".
 * @param {number} instant
 * @param {number} now
 */
export function ago(instant, now) {
  const seconds = Math.round((instant - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const steps = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(Math.min(0, seconds) > -45 ? 0 : -1, Math.abs(seconds) < 45 ? 'second' : 'minute');
}

/**
 * "UTC+05:30"
 * @param {string} zone
 * @param {number} instant
 */
export function offset(zone, instant) {
  const minutes = Math.round(offsetAt(zone, instant) / 60_000);
  if (minutes === 0) return 'UTC';
  const [sign, size] = [minutes < 0 ? '−' : '+', Math.abs(minutes)];
  const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return `UTC${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/**
 * @param {'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday'} day
 * @param {'weekday' | 'abbreviated'} style
 */
export function weekday(day, style = 'weekday') {
  const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  return date(addDays('2001-01-01', names.indexOf(day)), style);
}
