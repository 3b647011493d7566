// What this browser is set to. Theme, shortcuts, notifications and sound stay here; how the timer is set goes along with
// the account, and this browser keeps a copy, so that the timer is right before anything is answered.

/** @typedef {'light' | 'dark' | 'system'} Theme */

const THEME = 'almanac.theme';
const SHORTCUTS = 'almanac.shortcuts';

/** @returns {Theme} */
export function theme() {
  const kept = localStorage.getItem(THEME);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** @param {Theme} choice */
export function setTheme(choice) {
  if (choice === 'system') localStorage.removeItem(THEME);
  else localStorage.setItem(THEME, choice);
  dispatchEvent(new Event('almanac:theme'));
}

/** Whether single keys are shortcuts. */
export function shortcuts() {
  return localStorage.getItem(SHORTCUTS) !== 'off';
}

/** @param {boolean} on */
export function setShortcuts(on) {
  if (on) localStorage.removeItem(SHORTCUTS);
  else localStorage.setItem(SHORTCUTS, 'off');
}

/**
 * @typedef {object} FocusPreferences
 * @property {number | null} minutes planned; none: the end is open
 * @property {string | null} plant the species chosen last
 * @property {boolean} breaks whether a session is followed by a break
 * @property {number} short minutes of a break
 * @property {number} long minutes of the long one
 * @property {number} every sessions until the long one
 * @property {boolean} next whether the next session starts by itself
 * @property {boolean} notify
 * @property {boolean} sound
 */

const FOCUS = 'almanac.focus';
/** @type {FocusPreferences} */
const FOCUS_AT_FIRST = {
  minutes: 25,
  plant: null,
  breaks: true,
  short: 5,
  long: 15,
  every: 4,
  next: false,
  notify: false,
  sound: false,
};

/** How the timer is set. @returns {FocusPreferences} */
export function focus() {
  try {
    return { ...FOCUS_AT_FIRST, ...JSON.parse(localStorage.getItem(FOCUS) ?? '{}') };
  } catch {
    return FOCUS_AT_FIRST;
  }
}

/** @param {Partial<FocusPreferences>} change */
export function setFocus(change) {
  localStorage.setItem(FOCUS, JSON.stringify({ ...focus(), ...change }));
}

/**
 * @typedef {object} HouseholdPreferences what was entered last
 * @property {string} type
 * @property {Record<string, string>} units by type
 * @property {string} [meter] the one that was read last
 */

const HOUSEHOLD = 'almanac.household';
/** @type {HouseholdPreferences} */
const HOUSEHOLD_AT_FIRST = { type: 'electricity', units: {} };

/** What an entry by hand begins with. @returns {HouseholdPreferences} */
export function household() {
  try {
    return { ...HOUSEHOLD_AT_FIRST, ...JSON.parse(localStorage.getItem(HOUSEHOLD) ?? '{}') };
  } catch {
    return HOUSEHOLD_AT_FIRST;
  }
}

/** @param {Partial<HouseholdPreferences>} change */
export function setHousehold(change) {
  localStorage.setItem(HOUSEHOLD, JSON.stringify({ ...household(), ...change }));
}

/** @typedef {import('./api-types.d.ts').TimerSettings} TimerSettings */

/** What of it the account keeps. @returns {TimerSettings} */
export function timer() {
  const { minutes, plant, breaks, short, long, every, next } = focus();
  return {
    duration_min: minutes,
    plant,
    breaks,
    short_break_min: short,
    long_break_min: long,
    long_break_every: every,
    auto_start: next,
  };
}

/** Takes over what the account keeps. @param {TimerSettings} kept */
export function adoptTimer(kept) {
  setFocus({
    minutes: kept.duration_min,
    plant: kept.plant,
    breaks: kept.breaks,
    short: kept.short_break_min,
    long: kept.long_break_min,
    every: kept.long_break_every,
    next: kept.auto_start,
  });
}
