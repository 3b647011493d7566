// The breaks between sessions. They are this browser's own affair: its tabs share them, the server knows nothing of it.

import * as preferences from './preferences.js';
import { HOUR, MINUTE } from './zone.js';

/**
 * @typedef {object} Rest a break
 * @property {number} from
 * @property {number} to
 * @property {boolean} long
 * @property {string | null} label what the session before was for
 *
 * @typedef {object} State
 * @property {number} done sessions since the last long break
 * @property {number} at when the last one ended
 * @property {Rest | null} rest
 */

const KEY = 'almanac.cycle';
/** Who comes back after this long begins a new round. */
const ROUND = 3 * HOUR;

/** @returns {State} */
export function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (kept && typeof kept.done === 'number' && typeof kept.at === 'number') return kept;
  } catch {
    // What cannot be read is nothing.
  }
  return { done: 0, at: 0, rest: null };
}

/** @param {State} state */
function keep(state) {
  localStorage.setItem(KEY, JSON.stringify(state));
}

/**
 * Sessions of this round.
 * @param {number} now
 */
export function done(now) {
  const { done, at } = read();
  return now - at > ROUND ? 0 : done;
}

/**
 * A session was completed: a break begins, where breaks are wanted and it is not over already.
 * @param {number} at
 * @param {string | null} label
 * @param {number} now
 */
export function completed(at, label, now) {
  const { breaks, short, long, every } = preferences.focus();
  const before = done(at);
  const count = (before >= every ? 0 : before) + 1;
  const isLong = count >= every;
  const rest = { from: at, to: at + (isLong ? long : short) * MINUTE, long: isLong, label };
  keep({ done: count, at, rest: breaks && rest.to > now ? rest : null });
}

/**
 * The break is over, or not wanted.
 * @param {number} now
 */
export function endRest(now) {
  keep({ ...read(), at: now, rest: null });
}

export function forget() {
  localStorage.removeItem(KEY);
}
