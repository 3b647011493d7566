// What the time was for: categories by screen time, and the score that their weights give.

import * as format from '../format.js';
import { html } from '../html.js';
import * as t from '../texts/usage.js';
import { chartCard } from './card.js';
import { icon } from './icon.js';
import { durationCell } from './table.js';

/**
 * @typedef {import('../api-types.d.ts').StatsToday['categories']} Categories
 * @typedef {Categories['by_category'][number]} Category
 */

/** What a weight is called. @param {number} weight -2 to 2 */
export const weightName = (weight) => t.categories.weights[weight + 2];

/**
 * @param {import('../main.js').Context} ctx
 * @param {Categories} categories
 * @param {string} file
 */
export function categoriesCard(ctx, categories, file) {
  const { by_category: known, uncategorized_seconds: rest } = categories;
  const score = categories.score ?? null;
  const whole = known.reduce((sum, one) => sum + one.seconds, rest);
  const largest = Math.max(rest, ...known.map((one) => one.seconds));
  return chartCard(ctx, {
    id: 'categories',
    title: t.categories.title,
    note: t.categories.note,
    size: 's12',
    tabular: true,
    file: `${file}-categories`,
    tools: html`<a class="tool" href="/categories">${icon('pencil')}<span>${t.categories.edit}</span></a>`,
    data: () => table(categories),
    chart: () =>
      html`<div class="categories">
        <p class="categories-score">
          ${
            score === null
              ? html`<b aria-hidden="true">–</b> <span class="note">${t.categories.noScore}</span>`
              : html`<data value=${score}><b>${format.number(score)}</b></data>
                  <span class="note">${t.categories.score}</span>`
          }
          <span class="note"
            >${t.categories.split(
              format.duration(categories.productive_seconds),
              format.duration(categories.neutral_seconds),
              format.duration(categories.distracting_seconds),
            )}</span
          >
        </p>
        <ol class="apps">
          ${known.map((one) => row(one.path, one.seconds, whole, largest, one.color, weightName(one.weight)))}
          ${rest > 0 ? row([t.categories.none], rest, whole, largest, null, null) : ''}
        </ol>
      </div>`,
  });
}

/**
 * @param {string[]} path
 * @param {number} seconds
 * @param {number} whole
 * @param {number} largest
 * @param {string | null | undefined} color a number of the palette, or #rrggbb
 * @param {string | null} weight in words
 */
function row(path, seconds, whole, largest, color, weight) {
  const own = color?.startsWith('#') ? `--colour: ${color};` : '';
  return html`<li>
    <div class="category-row plain ${color && !own ? `c${color}` : ''} ${color ? '' : 'uncategorised'}" .style=${own}>
      <i class="chip"></i>
      <span class="app-name">
        ${path.at(-1)} ${path.length > 1 ? html`<small>${path.slice(0, -1).join(' › ')}</small>` : ''}
        ${weight ? html`<small>${weight}</small>` : ''}
      </span>
      <span class="app-share note">${format.percent(whole > 0 ? seconds / whole : 0)}</span>
      <data class="app-time" value=${seconds}>${format.duration(seconds)}</data>
      <span class="bar" .style=${`--part: ${largest > 0 ? seconds / largest : 0}`}></span>
    </div>
  </li>`;
}

/** @param {Categories} categories */
function table(categories) {
  const rest = categories.uncategorized_seconds;
  const rows = categories.by_category.map((one) => ({
    cells: [one.path.join(' > '), one.weight, durationCell(one.seconds), one.share],
  }));
  if (rest > 0) rows.push({ cells: [t.categories.none, '', durationCell(rest), ''] });
  return {
    head: [
      { text: t.columns.category },
      { text: t.columns.weight, number: true },
      { text: t.columns.seconds, number: true },
      { text: t.columns.share, number: true },
    ],
    rows,
  };
}
