// A button that unfolds a list of acts: the browser's own <details>, closed again by Escape, by an act, or by leaving.

import { html, nothing } from '../html.js';
import { icon } from './icon.js';

/**
 * @typedef {object} Item either leads somewhere or does something
 * @property {string} text
 * @property {string} [icon]
 * @property {string} [href]
 * @property {() => void} [act]
 * @property {boolean} [grave]
 */

/**
 * @param {object} menu
 * @param {string} menu.label
 * @param {unknown} menu.face what the button shows
 * @param {unknown} [menu.about] stands above the items
 * @param {Item[]} menu.items
 */
export function menu({ label, face, about = nothing, items }) {
  return html`<details class="menu" @focusout=${left} @keydown=${pressed}>
    <summary class="icon-button" aria-label=${label} title=${label}>${face}</summary>
    <div class="menu-list" tabindex="-1">
      ${about === nothing ? nothing : html`<p class="menu-about">${about}</p>`}
      <ul>
        ${items.map((item) => html`<li>${entry(item)}</li>`)}
      </ul>
    </div>
  </details>`;
}

/** @param {Item} item */
function entry({ text, icon: name, href, act, grave }) {
  const face = html`${name ? icon(name) : nothing}<span>${text}</span>`;
  if (href) return html`<a href=${href} @click=${close}>${face}</a>`;
  const chosen = (/** @type {Event} */ event) => {
    // A dialog that the act opens gives the focus back to the button.
    close(event, true);
    act?.();
  };
  return html`<button type="button" class=${grave ? 'bad' : ''} @click=${chosen}>${face}</button>`;
}

/** @param {Event} event */
const details = (event) =>
  /** @type {HTMLDetailsElement} */ (/** @type {Element} */ (event.currentTarget).closest('details'));

/**
 * @param {Event} event
 * @param {boolean} [refocus]
 */
function close(event, refocus = false) {
  const menu = details(event);
  menu.open = false;
  if (refocus) menu.querySelector('summary')?.focus();
}

/** @param {FocusEvent} event */
function left(event) {
  const menu = details(event);
  if (!menu.contains(/** @type {Node | null} */ (event.relatedTarget))) menu.open = false;
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const menu = details(event);
  if (!menu.open) return;
  if (event.key === 'Escape') {
    close(event, true);
    event.stopPropagation();
    return;
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  event.preventDefault();
  event.stopPropagation();
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('.menu-list a, .menu-list button')]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = event.key === 'ArrowDown' ? at + 1 : at < 0 ? items.length - 1 : at - 1;
  items[(next + items.length) % items.length]?.focus();
}
