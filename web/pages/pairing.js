// What a browser shows of the address in a pairing picture, which is meant for a device's app.

import { html, nothing } from '../html.js';
import { codeIn } from '../pairing-code.js';
import * as t from '../texts/devices.js';
import { pairingCode } from '../components/pairing-code.js';

export class PairingPage {
  section = 'pairing';
  title = t.pairing.title;
  bare = true;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} fragment
   */
  constructor(ctx, fragment) {
    this.ctx = ctx;
    this.code = codeIn(fragment);
  }

  load() {}
  close() {}

  header() {
    return nothing;
  }

  view() {
    return html`<section class="card door" aria-labelledby="door-title">
      <h2 id="door-title">${t.pairing.title}</h2>
      ${
        this.code
          ? html`<p>${t.pairing.intro}</p>
              ${pairingCode(this.ctx, this.code)}`
          : html`<p role="status">${t.pairing.wrong}</p>`
      }
      <p class="door-next"><a class="btn btn-primary" href="/">${t.pairing.go}</a></p>
    </section>`;
  }
}
