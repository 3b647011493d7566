// What season, hour and moon it is where a garden lies.

import { HOUR, wallClock } from '../zone.js';

/** A new moon, and how long it is until the next one, in days. */
const NEW_MOON = Date.UTC(2000, 0, 6, 18, 14);
const MONTH = 29.530588853 * 24 * HOUR;
/** Zones where the year goes the other way round. */
const SOUTH =
  /^(Australia|Antarctica|Pacific\/(Auckland|Fiji|Tongatapu|Apia)|America\/(Argentina|Sao_Paulo|Santiago|Montevideo|Asuncion|La_Paz|Lima)|Africa\/(Johannesburg|Harare|Maputo|Windhoek|Gaborone|Lusaka)|Indian\/(Mauritius|Reunion))/;
const SEASONS = /** @type {const} */ (['winter', 'spring', 'summer', 'autumn']);

/**
 * @param {string} date YYYY-MM-DD
 * @param {string} zone
 */
export function seasonOf(date, zone) {
  const quarter = Math.floor((Number(date.slice(5, 7)) % 12) / 3);
  return SEASONS[(quarter + (SOUTH.test(zone) ? 2 : 0)) % 4];
}

/**
 * The time of day, and where the sun or the moon stands on its way, 0 to 1.
 * @param {string} zone
 * @param {number} now
 */
export function hourOf(zone, now) {
  const hour = new Date(wallClock(zone, now)).getUTCHours() + new Date(wallClock(zone, now)).getUTCMinutes() / 60;
  const phase = hour < 5 || hour >= 21 ? 'night' : hour < 9 ? 'morning' : hour < 17 ? 'day' : 'evening';
  return {
    phase,
    sun: Math.min(Math.max((hour - 5) / 16, 0), 1),
    moon: hour >= 12 ? Math.min((hour - 12) / 18, 1) : (hour + 12) / 18 > 1 ? 0.5 : (hour + 12) / 18,
  };
}

/** How far the moon is on its way from new to new, 0 to 1. @param {number} now */
export function moonAge(now) {
  return ((((now - NEW_MOON) % MONTH) + MONTH) % MONTH) / MONTH;
}
