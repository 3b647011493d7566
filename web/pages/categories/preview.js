// What the categories make of the last days, beside what they made of them before: the score, the time of each, and
// what is in none yet.

import { appName } from '../../app-names.js';
import { weightName } from '../../components/categories.js';
import { icon } from '../../components/icon.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/categories.js';

/**
 * @typedef {import('../../api-types.d.ts').CategoryPreview} Preview
 * @typedef {import('./tree.js').Placed} Placed
 */

/** Apps of no category, and apps that have moved, that are shown. */
const SHOWN = 8;
const words = t.preview;

/**
 * @param {object} about
 * @param {Preview | null} about.preview
 * @param {boolean} about.isOld whether it is of the tree before the last change
 * @param {string} about.problem why there is none
 * @param {Placed[]} about.all
 * @param {(app: Preview['apps'][number], path: number[]) => void} put
 */
export function previewCard({ preview, isOld, problem, all }, put) {
  return html`<section class="card s5 start category-preview" aria-labelledby="preview-title">
    <h2 id="preview-title">
      ${words.title}
      ${preview ? html`<small>${format.shortRange(preview.start_date, preview.end_date)}</small>` : nothing}
    </h2>
    ${problem ? html`<p class="problem" role="status">${problem}</p>` : nothing}
    ${
      preview
        ? html`<div class=${isOld ? 'stale' : ''} aria-live="polite">${score(preview)}</div>
            <div class=${isOld ? 'stale' : ''}>${times(preview)} ${moved(preview)} ${homeless(preview, all, put)}</div>`
        : problem
          ? nothing
          : html`<div class="sk-list" aria-busy="true"><div class="bone bone-body"></div></div>`
    }
  </section>`;
}

/** @param {number | null | undefined} value */
const said = (value) => (typeof value === 'number' ? format.number(value) : words.noScore);

/** How the score changes, in a line. @param {Preview} preview */
export const scoreLine = ({ before, after }) =>
  (before.score ?? null) === (after.score ?? null) ? '' : words.scoreLine(said(before.score), said(after.score));

/** @param {Preview} preview */
function score({ before, after }) {
  const same = (before.score ?? null) === (after.score ?? null);
  return html`<p class="preview-score">
    <data class="figure" id="preview-score" value=${after.score ?? ''}>${said(after.score)}</data>
    <span class="note">${same ? t.categories.score : words.scoreBefore(said(before.score))}</span>
  </p>`;
}

/** @param {Preview} preview */
function times({ before, after }) {
  /** @type {Map<string, {path: string[], color: string | null | undefined, weight: number | null, now: number, then: number}>} */
  const rows = new Map();
  const take = (/** @type {Preview['after']} */ figures, /** @type {'now' | 'then'} */ when) => {
    for (const { path, color, weight, seconds } of figures.by_category) {
      const key = path.join('\n');
      const row = rows.get(key) ?? { path, color, weight, now: 0, then: 0 };
      rows.set(key, { ...row, [when]: seconds });
    }
  };
  take(after, 'now');
  take(before, 'then');
  const all = [...rows.values()].sort((a, b) => b.now - a.now || b.then - a.then);
  const none = { path: [t.categories.none], color: null, weight: null };
  all.push({ ...none, now: after.uncategorized_seconds, then: before.uncategorized_seconds });
  const largest = Math.max(...all.map(({ now }) => now));
  const row = (/** @type {typeof all[number]} */ { path, color, weight, now, then }) => {
    const custom = color?.startsWith('#') ? `--colour: ${color};` : '';
    const by = now - then;
    return html`<li>
      <div class="category-row ${color && !custom ? `c${color}` : ''} ${color ? '' : 'uncategorised'}" .style=${custom}>
        <i class="chip"></i>
        <span class="app-name" title=${path.join(' › ')}
          >${path.at(-1)} ${weight === null ? nothing : html`<small>${weightName(weight)}</small>`}</span
        >
        <span class="app-share note"
          >${by === 0 ? nothing : html`<b>${by > 0 ? '+' : '−'} ${format.duration(Math.abs(by))}</b>`}</span
        >
        <data class="app-time" value=${now}>${format.duration(now)}</data>
        <span class="bar" .style=${`--part: ${largest > 0 ? now / largest : 0}`}></span>
      </div>
    </li>`;
  };
  return html`<ol class="apps">
    ${all.filter(({ now, then }) => now > 0 || then > 0).map(row)}
  </ol>`;
}

/** What is in another category than before. @param {Preview} preview */
function moved({ apps }) {
  const others = apps.filter((app) => (app.before ?? null) !== (app.after ?? null));
  if (others.length === 0) return nothing;
  const name = (/** @type {string | null | undefined} */ path) => path?.split(' > ').at(-1) ?? t.categories.none;
  return html`<h3>${words.moved(format.number(others.length), others.length)}</h3>
    <ul class="preview-moved">
      ${others.slice(0, SHOWN).map(
        (app) =>
          html`<li>
            <span class="app-name" title=${app.app}>${appName(app.app)}</span>
            <span class="note">${words.from(name(app.before), name(app.after))}</span>
          </li>`,
      )}
    </ul>`;
}

/**
 * @param {Preview} preview
 * @param {Placed[]} all
 * @param {(app: Preview['apps'][number], path: number[]) => void} put
 */
function homeless({ apps }, all, put) {
  const none = apps.filter((app) => !app.after);
  const names = none.map((app) => appName(app.app));
  if (apps.length === 0) return html`<p class="note">${words.nothing}</p>`;
  if (none.length === 0) return html`<p class="note">${icon('check2-circle')} ${words.allPlaced}</p>`;
  const row = (/** @type {Preview['apps'][number]} */ app) => {
    const chosen = (/** @type {Event} */ event) => {
      const select = /** @type {HTMLSelectElement} */ (event.target);
      const { value } = select;
      select.value = '';
      if (value) put(app, JSON.parse(value));
    };
    const name = appName(app.app);
    return html`<li>
      <span class="app-name" title=${app.app}
        >${name} ${names.indexOf(name) === names.lastIndexOf(name) ? nothing : html`<small>${app.app}</small>`}</span
      >
      <data class="note" value=${app.seconds}>${format.duration(app.seconds)}</data>
      <select class="form-select" aria-label=${words.put(name)} @change=${chosen}>
        <option value="">${words.putShort}</option>
        ${all.map((one) => html`<option value=${JSON.stringify(one.path)}>${one.names.join(' › ')}</option>`)}
      </select>
    </li>`;
  };
  return html`<h3>${words.homeless}</h3>
    <ul class="preview-homeless">
      ${none.slice(0, SHOWN).map(row)}
    </ul>`;
}
