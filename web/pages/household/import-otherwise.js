// A file read otherwise than the server did by itself.

import { html } from '../../html.js';
import * as t from '../../texts/household-import.js';
import { TYPES, UNITS } from './units.js';
import * as format from '../../format.js';

/**
 * @typedef {import('../../api-types.d.ts').ImportReport} Report
 * @typedef {import('../import/run.js').Given} Given
 */

const words = t.householdFile;

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Report} report
 * @param {Given} given
 * @param {(given: Given) => void} again
 */
export function otherwise(ctx, { kind }, given, again) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const values = Object.entries(/** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))));
    again(Object.fromEntries(values.filter(([, value]) => value.trim() !== '')));
  };
  const select = (
    /** @type {keyof Given} */ name,
    /** @type {string} */ label,
    /** @type {[string, string][]} */ choices,
  ) =>
    html`<label class="field">
      <span class="form-label">${label}</span>
      <select class="form-select" name=${name}>
        ${[['', words.automatic], ...choices].map(
          ([value, text]) => html`<option value=${value} ?selected=${value === (given[name] ?? '')}>${text}</option>`,
        )}
      </select>
    </label>`;
  const text = (
    /** @type {keyof Given} */ name,
    /** @type {string} */ label,
    /** @type {string} */ note,
    /** @type {string} */ hint,
  ) =>
    html`<label class="field">
      <span class="form-label">${label} <span class="note">${note}</span></span>
      <input class="form-control" name=${name} maxlength="100" placeholder=${hint} .defaultValue=${given[name] ?? ''} />
    </label>`;
  const units = [...new Set(TYPES.flatMap((type) => UNITS[type]))];
  return html`<details class="import-how">
    <summary class="tool">${words.differently}</summary>
    <form @submit=${submit}>
      <div class="form-grid">
        ${select('date_order', words.dateOrder, Object.entries(words.orders))}
        ${select('decimal', words.decimal, Object.entries(words.signs))}
        ${select(
          'consumption_type',
          t.household.type,
          TYPES.map((type) => [type, t.household.types[type]]),
        )}
        ${select(
          'unit',
          t.household.unit,
          units.map((unit) => [unit, format.unit(unit)]),
        )}
        ${kind === 'records' ? '' : text('tz', words.zone, words.zoneNote, ctx.zone())}
        ${kind === 'records' ? '' : text('meter', words.meter, words.meterNote, '')}
      </div>
      <footer class="dialog-foot">
        <button type="submit" class="btn btn-quiet">${words.again}</button>
      </footer>
    </form>
  </details>`;
}
