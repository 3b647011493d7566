// What is listed, as a file: CSV or JSON, all of it, as the server writes it.

import { icon } from '../../components/icon.js';
import { explain } from '../../components/states.js';
import { save } from '../../csv.js';
import { html } from '../../html.js';
import * as t from '../../texts/household.js';

const FORMATS = /** @type {const} */ (['csv', 'json']);

export class ExportTools {
  #busy = false;

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
  }

  /** @param {Record<string, string>} which records */
  view(which) {
    return FORMATS.map(
      (format) =>
        html`<button
          type="button"
          class="tool"
          aria-label=${t.household.exportAs[format]}
          ?disabled=${this.#busy}
          @click=${() => this.#save(format, which)}
        >
          ${icon('download')}<span>${format.toUpperCase()}</span>
        </button>`,
    );
  }

  /**
   * @param {typeof FORMATS[number]} format
   * @param {Record<string, string>} which
   */
  async #save(format, which) {
    this.#busy = true;
    this.ctx.update();
    try {
      save(`almanac-consumption.${format}`, await this.ctx.api.file('/consumption/export', { format, ...which }));
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
    this.#busy = false;
    this.ctx.update();
  }
}
