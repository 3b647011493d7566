// A text as a QR code, for a camera: dark on light in either theme, with the quiet zone that readers need.

import { html } from '../html.js';
import { encode } from '../vendor/uqr/uqr.js';

/** Modules of quiet around it (ISO/IEC 18004, 9.1). */
const QUIET = 4;

/**
 * @param {string} text
 * @param {string} label
 */
export function qr(text, label) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const modules = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
    <path d=${modules.join('')}></path>
  </svg>`;
}
