// Single keys, and `g` followed by one. Not while something is typed, not with a modifier, and not when turned off.

import * as preferences from './preferences.js';

const SECOND_KEY_WITHIN = 1500;

/**
 * @param {object} actions
 * @param {Record<string, () => void>} actions.go what follows `g`
 * @param {() => void} actions.help
 * @param {(event: KeyboardEvent) => boolean} actions.page the page's own keys; true when it took one
 * @param {() => boolean} actions.blocked whether something lies over the page
 */
export function listen({ go, help, page, blocked }) {
  let goPressedAt = -Infinity;
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!preferences.shortcuts() || blocked() || isTyping(event.target)) return;
    const follows = event.timeStamp - goPressedAt < SECOND_KEY_WITHIN;
    goPressedAt = -Infinity;
    if (follows && go[event.key]) go[event.key]();
    else if (event.key === 'g') goPressedAt = event.timeStamp;
    else if (event.key === '?') help();
    else if (!page(event)) return;
    event.preventDefault();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}
