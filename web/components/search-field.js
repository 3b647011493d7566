// A field that asks while it is typed in, once the hand rests.

import { html } from '../html.js';
import { icon } from './icon.js';

/** Milliseconds. */
const REST = 250;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/**
 * @param {string} label
 * @param {(text: string) => void} find
 */
export function searchField(label, find) {
  const typed = (/** @type {Event} */ event) => {
    const text = /** @type {HTMLInputElement} */ (event.target).value.trim();
    clearTimeout(waiting);
    waiting = setTimeout(() => find(text), REST);
  };
  return html`<label class="search finder-search">
    ${icon('search')}
    <input type="search" aria-label=${label} placeholder=${label} autocomplete="off" @input=${typed} />
  </label>`;
}
