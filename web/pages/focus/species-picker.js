// Which plant is to grow: those that are unlocked, and from which level the others are.

import { icon } from '../../components/icon.js';
import { html } from '../../html.js';
import { GROWN } from '../../species.js';
import * as t from '../../texts/focus.js';

/**
 * @param {import('../../species.js').SpeciesList} species
 * @param {string | null} chosen
 * @param {(id: string) => void} choose
 */
export function speciesPicker({ all }, chosen, choose) {
  const picked = all.find(({ id, unlocked }) => id === chosen && unlocked) ?? all.find(({ unlocked }) => unlocked);
  return html`<fieldset class="species">
    <legend class="form-label">${t.focus.plant}</legend>
    <div class="species-row">
      ${all.map(
        (one) =>
          html`<label
            class="species-one ${one.unlocked ? '' : 'is-locked'}"
            title=${one.unlocked ? one.name : t.focus.locked(one.name, one.level)}
          >
            <input
              type="radio"
              name="plant"
              value=${one.id}
              .checked=${one === picked}
              ?disabled=${!one.unlocked}
              @change=${() => choose(one.id)}
            />
            <img src=${one.pictures[GROWN]} alt="" width="48" height="64" loading="lazy" />
            <span class="species-name">${one.name}</span>
            ${one.unlocked ? '' : html`<span class="species-level">${icon('lock-fill')} ${t.focus.lockedAt(one.level)}</span>`}
          </label>`,
      )}
    </div>
  </fieldset>`;
}
