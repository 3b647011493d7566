// What stands above each page of time: its sections, and the button that is always in reach.

import { icon } from '../../components/icon.js';
import { subnav } from '../../components/subnav.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/time.js';

/**
 * @param {'entries' | 'report' | 'projects' | 'import'} current
 * @param {{open: () => void, text: string}} [enter] what the button does
 */
export function sections(current, enter) {
  const parts = [
    { id: 'entries', href: '/time', text: t.time.entries },
    { id: 'report', href: '/time/report', text: t.time.report },
    { id: 'projects', href: '/projects', text: t.time.projects },
    { id: 'import', href: '/time/import', text: t.time.import },
  ];
  return html`<div class="sections">
    ${subnav(t.time.sections, parts, current)}
    ${
      enter
        ? html`<button type="button" class="btn btn-quiet" @click=${enter.open}>
            ${icon('plus-lg')} <span>${enter.text}</span>
          </button>`
        : nothing
    }
  </div>`;
}
