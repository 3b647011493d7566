// A pairing code as it is read off and typed on a device, with the server it belongs to.

import { html } from '../html.js';
import * as t from '../texts/devices.js';
import { copyable } from './copyable.js';

/**
 * @param {import('../main.js').Context} ctx
 * @param {string} code
 */
export function pairingCode(ctx, code) {
  return html`<dl class="pairing-code">
    <div>
      <dt>${t.devices.code}</dt>
      <dd><b class="code">${code}</b></dd>
    </div>
    <div>
      <dt>${t.devices.server}</dt>
      <dd>${copyable(ctx, t.devices.server, location.origin)}</dd>
    </div>
  </dl>`;
}
