// When the days and the weeks of the account begin.

import { MINUTE, addDays, clockAt, instantOf } from './zone.js';

/** @typedef {import('./main.js').Context} Context */

/** @param {Context} ctx @returns {string} 00:00 where it is not known who it is */
const startOf = (ctx) => ctx.api.account?.day_start ?? '00:00';

/** When the account's day begins, in minutes after midnight. @param {Context} ctx */
export function dayStartOf(ctx) {
  const [hours, minutes] = startOf(ctx).split(':').map(Number);
  return hours * 60 + minutes;
}

/** The weekday on which the account's week begins, in English and in lower case. @param {Context} ctx */
export function weekStartOf(ctx) {
  return ctx.api.account?.week_start ?? 'monday';
}

/** What day it is where the account lives; one that starts at four begins then. @param {Context} ctx */
export function todayOf(ctx) {
  return clockAt(ctx.zone(), ctx.now() - dayStartOf(ctx) * MINUTE).slice(0, 10);
}

/**
 * The instants between which a day is.
 * @param {Context} ctx
 * @param {string} date
 */
export function boundsOf(ctx, date) {
  const at = (/** @type {string} */ day) => instantOf(ctx.zone(), `${day}T${startOf(ctx).slice(0, 5)}`);
  return { from: at(date), to: at(addDays(date, 1)) };
}
