// The button below a list that has more than is here.

import { html, nothing } from '../html.js';
import { explain } from './states.js';

/**
 * @param {import('../main.js').Context} ctx
 * @param {import('../listing.js').Listing<any>} list
 * @param {string} text
 */
export function moreButton(ctx, list, text) {
  if (!list.hasMore) return nothing;
  const more = async () => {
    try {
      await list.more();
      ctx.update();
    } catch (error) {
      ctx.toasts.say(explain(error));
    }
  };
  return html`<button type="button" class="btn btn-quiet" @click=${more}>${text}</button>`;
}
