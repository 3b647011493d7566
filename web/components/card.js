// A card with a picture of figures: its title says what is seen, and it can become a table or a CSV file.

import { download } from '../csv.js';
import { html, nothing } from '../html.js';
import * as t from '../texts.js';
import { icon } from './icon.js';
import { table } from './table.js';

/**
 * @typedef {import('./table.js').Table} Table
 * @typedef {import('../html.js').View} View
 */

/** Cards that show their table now, by id. */
const asTable = new Set();

/**
 * @param {import('../main.js').Context} ctx
 * @param {object} card
 * @param {string} card.id
 * @param {string} card.title
 * @param {string} [card.note] what the figures are, and their unit
 * @param {string} [card.size] its columns in the grid, as a class
 * @param {unknown} [card.tools] more controls beside the title
 * @param {() => Table} card.data the same figures, as a table
 * @param {string} card.file the CSV file's name, without its ending
 * @param {() => View} card.chart
 * @param {boolean} [card.tabular] the chart is a table already
 */
export function chartCard(ctx, { id, title, note, size = '', tools = nothing, data, file, chart, tabular = false }) {
  const showsTable = asTable.has(id) && !tabular;
  const toggle = () => {
    if (!asTable.delete(id)) asTable.add(id);
    ctx.update();
  };
  const save = () => {
    const { head, rows } = data();
    download(
      `${file}.csv`,
      head.map((column) => column.csv ?? column.text),
      rows.map((row) => row.cells.map((cell) => (typeof cell === 'object' && cell !== null ? cell.value : cell))),
    );
  };
  return html`<section class="card ${size}" aria-labelledby="${id}-title">
    <header class="card-head">
      <h2 id="${id}-title">${title} ${note ? html`<small>${note}</small>` : nothing}</h2>
      <div class="card-tools">
        ${tools}
        ${
          tabular
            ? nothing
            : html`<button type="button" class="tool" aria-pressed=${showsTable} @click=${toggle}>
                ${icon('table')}<span>${t.card.table}</span>
              </button>`
        }
        <button type="button" class="tool" aria-label=${t.card.csvLong(title)} @click=${save}>
          ${icon('download')}<span>${t.card.csv}</span>
        </button>
      </div>
    </header>
    ${showsTable ? table(ctx, `${id}-table`, data(), title) : chart()}
  </section>`;
}

/**
 * A duration set large: figures and their units.
 * @param {{figure: string, unit: string}[]} parts
 */
export function figure(parts) {
  return parts.map((part) => html`${part.figure}<span>${part.unit}</span> `);
}
