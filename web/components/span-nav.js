// The way through weeks, months, years, and dates of one's own.

import { html, nothing } from '../html.js';
import * as t from '../texts.js';
import { steps } from './date-nav.js';
import { icon } from './icon.js';

/** @typedef {import('../span.js').Kind} Kind */

export const KINDS = /** @type {const} */ (['week', 'month', 'year']);

/**
 * @param {object} where
 * @param {Kind} where.kind
 * @param {boolean} where.current whether today is in the span
 * @param {string[]} where.dates those of the span, for another kind of it
 * @param {{before: string[], after: string[] | null}} where.neighbours
 * @param {(kind: Kind, ...dates: string[]) => string} where.addressOf
 * @param {() => void} where.ask opens the question for other dates
 */
export function spanNav({ kind, current, dates, neighbours: { before, after }, addressOf, ask }) {
  return html`<div class="seg" role="group" aria-label=${t.period.label}>
      ${KINDS.map(
        (one) =>
          html`<a class="seg-item" href=${addressOf(one, ...dates)} aria-current=${one === kind ? 'true' : nothing}
            >${t.span.kinds[one]}</a
          >`,
      )}
      <button
        type="button"
        class="seg-item seg-icon"
        aria-label=${t.span.custom}
        title=${t.span.custom}
        aria-pressed=${kind === 'custom' ? 'true' : 'false'}
        @click=${ask}
      >
        ${icon('calendar-range')}
      </button>
    </div>
    ${steps({
      label: t.span.kinds[kind],
      before: { href: addressOf(kind, ...before), label: t.span.back[kind] },
      now: {
        href: addressOf(kind === 'custom' ? 'month' : kind),
        text: t.span.now[kind],
        current: current && kind !== 'custom',
      },
      after: { href: after && addressOf(kind, ...after), label: t.span.ahead[kind] },
    })}`;
}
