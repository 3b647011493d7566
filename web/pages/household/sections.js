// What stands above each page of the household: its sections, and the button that is always in reach.

import { icon } from '../../components/icon.js';
import { subnav } from '../../components/subnav.js';
import { html } from '../../html.js';
import * as t from '../../texts/household.js';

/**
 * @param {'overview' | 'records' | 'meters' | 'import'} current
 * @param {{open: () => void, text: string, label: string}} [enter] what the button does
 */
export function sections(current, enter) {
  const parts = [
    { id: 'overview', href: '/household', text: t.household.overview },
    { id: 'records', href: '/household/records', text: t.household.records },
    { id: 'meters', href: '/household/meters', text: t.household.meters },
    { id: 'import', href: '/household/import', text: t.household.import },
  ];
  return html`<div class="sections">
    ${subnav(t.household.sections, parts, current)}
    ${
      enter
        ? html`<button
            type="button"
            class="btn btn-primary entry-open"
            aria-label=${enter.label}
            title=${enter.label}
            @click=${enter.open}
          >
            ${icon('plus-lg')} <span>${enter.text}</span>
          </button>`
        : ''
    }
  </div>`;
}
