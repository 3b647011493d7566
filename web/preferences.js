// What this browser is set to: theme and shortcuts. Kept here and never sent.

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
