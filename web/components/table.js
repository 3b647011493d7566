// A plain table of figures; long ones grow by a button, so that ten thousand rows do not freeze a phone.

import { html, nothing } from '../html.js';
import * as format from '../format.js';
import * as t from '../texts.js';

/**
 * @typedef {string | number | null | undefined} Plain
 * @typedef {object} Cell
 * @property {Plain} value what a CSV file holds
 * @property {unknown} show what the page shows
 *
 * @typedef {object} Table
 * @property {{text: string, csv?: string, number?: boolean}[]} head
 * @property {{cells: (Cell | Plain)[]}[]} rows
 * @property {(Cell | Plain)[]} [foot]
 */

const STEP = 200;
/** @type {Map<string, number>} */
const shown = new Map();

/**
 * @param {import('../main.js').Context} ctx
 * @param {string} id
 * @param {Table} table
 * @param {string} caption
 */
export function table(ctx, id, { head, rows, foot }, caption) {
  const limit = shown.get(id) ?? STEP;
  const more = () => {
    shown.set(id, limit + STEP * 5);
    ctx.update();
  };
  const row = (/** @type {(Cell | Plain)[]} */ cells) =>
    cells.map((cell, index) => html`<td class=${head[index].number ? 'n' : ''}>${content(cell)}</td>`);
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${caption}>
      <table class="data">
        <caption class="visually-hidden">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${head.map((column) => html`<th scope="col" class=${column.number ? 'n' : ''}>${column.text}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, limit).map(
            (one) =>
              html`<tr>
                ${row(one.cells)}
              </tr>`,
          )}
        </tbody>
        ${
          foot
            ? html`<tfoot>
                <tr>
                  ${row(foot)}
                </tr>
              </tfoot>`
            : nothing
        }
      </table>
    </div>
    ${
      rows.length > limit
        ? html`<button type="button" class="btn btn-quiet mt-2" @click=${more}>
            ${t.card.showMore(format.number(Math.min(rows.length - limit, STEP * 5)))}
          </button>`
        : nothing
    }`;
}

/** @param {Cell | Plain} cell */
function content(cell) {
  return typeof cell === 'object' && cell !== null ? cell.show : cell;
}

/**
 * A duration in a table: exact in the file, readable on the page.
 * @param {number} seconds
 * @returns {Cell}
 */
export function durationCell(seconds) {
  return { value: seconds, show: html`<data value=${seconds}>${format.duration(seconds)}</data>` };
}
