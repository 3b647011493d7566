// A text to take along: it can be selected as a whole, and copied by its button.

import { html } from '../html.js';
import * as t from '../texts.js';
import { icon } from './icon.js';

/**
 * @param {import('../main.js').Context} ctx
 * @param {string} label
 * @param {string} text
 */
export function copyable(ctx, label, text) {
  const selected = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).select();
  const copy = async (/** @type {Event} */ event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    try {
      await navigator.clipboard.writeText(text);
      ctx.toasts.say(t.copy.done);
    } catch {
      // Not allowed, or plain http: what is selected can be copied by hand.
      /** @type {HTMLInputElement} */ (button.previousElementSibling).select();
    }
  };
  return html`<span class="copyable">
    <input class="form-control" readonly aria-label=${label} .value=${text} @focus=${selected} />
    <button type="button" class="btn btn-quiet" @click=${copy}>${icon('copy')} ${t.copy.button}</button>
  </span>`;
}
