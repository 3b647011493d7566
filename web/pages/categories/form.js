// What one category is: its name, worth, colour and rules, and where it stands.

import { weightName } from '../../components/categories.js';
import { icon } from '../../components/icon.js';
import { COLOURS } from '../../colours.js';
import { html, live, nothing } from '../../html.js';
import * as t from '../../texts/categories.js';
import { DEEPEST, RULE_KINDS, childrenAt, depthOf, placeOf, readRule, ruleOf, startsWith } from './tree.js';

/**
 * @typedef {import('./tree.js').Placed} Placed
 * @typedef {import('./tree.js').RuleKind} RuleKind
 * @typedef {import('../../api-types.d.ts').Category} Category
 *
 * @typedef {object} Acts
 * @property {(patch: Partial<Category>, step: string) => void} change `step`: changes of one go together
 * @property {(by: -1 | 1) => void} shift
 * @property {(parent: number[]) => void} moveUnder
 * @property {() => void} addInside
 * @property {() => void} remove
 */

const WEIGHTS = [2, 1, 0, -1, -2];
const words = t.editor;

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value;

/**
 * @param {object} about
 * @param {Placed} about.placed
 * @param {Placed[]} about.all
 * @param {Category[]} about.tree
 * @param {Map<string, string>} about.wrong what is wrong, by its place
 * @param {Acts} acts
 */
export function categoryForm({ placed, all, tree, wrong }, acts) {
  const { category, path, weight } = placed;
  const place = placeOf(path);
  const above = all.find((one) => one.path.length === path.length - 1 && startsWith(path, one.path));
  const siblings = childrenAt(tree, path.slice(0, -1)).length;
  const index = path[path.length - 1];
  const problem = (/** @type {string} */ at) => html`<p class="problem" role="alert">${wrong.get(at) ?? ''}</p>`;
  const tall = depthOf(category);
  const parents = all.filter((one) => !startsWith(one.path, path) && one.path.length + tall <= DEEPEST);
  return html`<div class="category-form" role="group" aria-label=${words.of(category.name)}>
    <div class="form-grid">
      <div class="field">
        <label class="form-label" for="category-name">${words.name}</label>
        <input
          id="category-name"
          class="form-control ${wrong.has(`${place}.name`) ? 'is-invalid' : ''}"
          maxlength="60"
          autocomplete="off"
          .value=${live(category.name)}
          aria-invalid=${wrong.has(`${place}.name`)}
          @input=${(/** @type {Event} */ event) => acts.change({ name: valueOf(event) }, `${place}.name`)}
        />
        ${problem(`${place}.name`)} ${problem(place)}
      </div>
      <div class="field">
        <label class="form-label" for="category-weight">${words.weight}</label>
        <select
          id="category-weight"
          class="form-select"
          .value=${live(String(category.weight ?? (above ? '' : weight)))}
          @change=${(/** @type {Event} */ event) => {
            const value = valueOf(event);
            acts.change({ weight: value === '' ? undefined : Number(value) }, '');
          }}
        >
          ${above ? option('', words.asAbove(above.category.name, weightName(above.weight)), category.weight === undefined) : nothing}
          ${WEIGHTS.map((one) =>
            option(String(one), weightName(one), category.weight === one || (!above && weight === one)),
          )}
        </select>
      </div>
    </div>
    ${colours(placed, above, acts)}
    <fieldset class="category-rules">
      <legend class="form-label">${words.rules}</legend>
      ${(category.rules ?? []).length === 0 ? html`<p class="note">${words.noRules}</p>` : nothing}
      <ul class="rule-list">
        ${(category.rules ?? []).map((rule, number) => ruleRow({ category, rule, number, place, wrong }, acts))}
      </ul>
      ${newRule(category, acts)}
    </fieldset>
    <div class="category-place">
      <label class="pick">
        <span class="visually-hidden">${words.under}</span>
        <select
          id="category-under"
          class="form-select"
          @change=${(/** @type {Event} */ event) => acts.moveUnder(JSON.parse(valueOf(event)))}
        >
          ${option('[]', words.top, path.length === 1)}
          ${parents.map((one) =>
            option(
              JSON.stringify(one.path),
              words.inside(one.names.join(' › ')),
              one.path.join() === path.slice(0, -1).join(),
            ),
          )}
        </select>
      </label>
      ${act('category-up', 'arrow-up', words.up, index === 0, () => acts.shift(-1))}
      ${act('category-down', 'arrow-down', words.down, index === siblings - 1, () => acts.shift(1))}
      <span class="grow"></span>
      ${
        path.length < DEEPEST
          ? html`<button type="button" class="btn btn-quiet" @click=${acts.addInside}>
              ${icon('plus-lg')} ${words.addInside}
            </button>`
          : nothing
      }
      <button type="button" class="btn btn-quiet bad" @click=${acts.remove}>${icon('trash3')} ${words.remove}</button>
    </div>
  </div>`;
}

/**
 * @param {string} value
 * @param {string} text
 * @param {boolean} chosen
 */
const option = (value, text, chosen) => html`<option value=${value} ?selected=${chosen}>${text}</option>`;

/**
 * @param {string} id
 * @param {string} name
 * @param {string} label
 * @param {boolean} disabled
 * @param {() => void} does
 */
function act(id, name, label, disabled, does) {
  return html`<button
    type="button"
    id=${id}
    class="icon-button"
    aria-label=${label}
    title=${label}
    ?disabled=${disabled}
    @click=${does}
  >
    ${icon(name)}
  </button>`;
}

/**
 * @param {Placed} placed
 * @param {Placed | undefined} above
 * @param {Acts} acts
 */
function colours({ category }, above, acts) {
  const own = category.color ?? null;
  const swatch = (/** @type {string | null} */ color, /** @type {string} */ label) => {
    const custom = color?.startsWith('#') ? `--colour: ${color}` : '';
    return html`<label class="swatch ${color && !custom ? `c${color}` : ''}" title=${label} .style=${custom}>
      <input
        type="radio"
        name="category-colour"
        value=${color ?? ''}
        aria-label=${label}
        .checked=${live(own === color)}
        @change=${() => acts.change({ color: color ?? undefined }, '')}
      />
      <i class=${color === null ? 'is-none' : ''}></i>
    </label>`;
  };
  const numbers = Array.from({ length: COLOURS }, (_, number) => String(number));
  return html`<fieldset class="swatches">
    <legend class="form-label">${words.colour}</legend>
    ${swatch(null, above ? words.colourAbove(above.category.name) : words.noColour)}
    ${numbers.map((number) => swatch(number, words.colourOf(Number(number) + 1)))}
    ${own?.startsWith('#') ? swatch(own, own) : nothing}
  </fieldset>`;
}

/**
 * @param {{category: Category, rule: NonNullable<Category['rules']>[number], number: number, place: string, wrong: Map<string, string>}} about
 * @param {Acts} acts
 */
function ruleRow({ category, rule, number, place, wrong }, acts) {
  const [kind, text] = readRule(rule);
  const rules = category.rules ?? [];
  const at = `${place}.rules[${number}]`;
  const set = (/** @type {RuleKind} */ kind, /** @type {string} */ text, /** @type {string} */ step) =>
    acts.change({ rules: rules.with(number, ruleOf(kind, text)) }, step);
  return html`<li>
    ${kindSelect(kind, words.kindOf(text), (chosen) => set(chosen, text, ''))}
    <input
      class="form-control ${wrong.has(at) ? 'is-invalid' : ''}"
      aria-label=${words.kinds[kind]}
      aria-invalid=${wrong.has(at)}
      maxlength="500"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      .value=${live(text)}
      @input=${(/** @type {Event} */ event) => set(kind, valueOf(event), at)}
    />
    <button
      type="button"
      class="icon-button"
      aria-label=${words.removeRule(text)}
      title=${words.removeRule(text)}
      @click=${() => acts.change({ rules: rules.toSpliced(number, 1) }, '')}
    >
      ${icon('x-lg')}
    </button>
    <p class="problem" role="alert">${wrong.get(at) ?? ''}</p>
  </li>`;
}

/**
 * @param {RuleKind} kind
 * @param {string} label
 * @param {(kind: RuleKind) => void} [chosen]
 */
function kindSelect(kind, label, chosen) {
  return html`<select
    name="kind"
    class="form-select"
    aria-label=${label}
    .value=${live(kind)}
    @change=${(/** @type {Event} */ event) => chosen?.(/** @type {RuleKind} */ (valueOf(event)))}
  >
    ${RULE_KINDS.map((one) => option(one, words.kinds[one], one === kind))}
  </select>`;
}

/**
 * A rule is there once it says something.
 * @param {Category} category
 * @param {Acts} acts
 */
function newRule(category, acts) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const { kind, text } = /** @type {{kind: RuleKind, text: string}} */ (Object.fromEntries(new FormData(form)));
    if (text.trim() === '') return;
    acts.change({ rules: [...(category.rules ?? []), ruleOf(kind, text.trim())] }, '');
    /** @type {HTMLInputElement} */ (form.elements.namedItem('text')).value = '';
  };
  return html`<form class="rule-new" @submit=${submit} novalidate>
    <select name="kind" class="form-select" aria-label=${words.newKind}>
      ${RULE_KINDS.map((one) => option(one, words.kinds[one], false))}
    </select>
    <input
      name="text"
      class="form-control"
      aria-label=${words.newRule}
      placeholder=${words.newRule}
      maxlength="500"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
    />
    <button type="submit" class="btn btn-quiet">${words.addRule}</button>
  </form>`;
}
