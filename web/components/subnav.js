// The parts of a section: each has an address of its own.

import { html, nothing } from '../html.js';

/**
 * @param {string} label
 * @param {{id: string, href: string, text: string}[]} parts
 * @param {string} current
 */
export function subnav(label, parts, current) {
  return html`<nav class="seg subnav" aria-label=${label}>
    ${parts.map(
      ({ id, href, text }) =>
        html`<a class="seg-item" href=${href} aria-current=${id === current ? 'page' : nothing}>${text}</a>`,
    )}
  </nav>`;
}
