// What all imports tell of a file: how many rows became what, what could not be taken, and how it was read.

import { icon } from '../../components/icon.js';
import { table } from '../../components/table.js';
import { download } from '../../csv.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/import.js';

/** @typedef {import('../../api-types.d.ts').ImportReport} Report */

const words = t.file;
const count = (/** @type {number} */ value) => format.number(value);
/** Rejected rows shown on the page. */
const SHOWN = 10;

/** How many rows became what. @param {{imported: number, changed?: number, duplicates: number}} of */
export function outcome({ imported, changed = 0, duplicates }) {
  return [
    words.fresh(count(imported)),
    ...(changed > 0 ? [words.changed(count(changed))] : []),
    ...(duplicates > 0 ? [words.known(count(duplicates))] : []),
  ].join(', ');
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Pick<Report, 'rejected' | 'rejected_total'>} report
 * @param {string} name
 */
export function rejected(ctx, { rejected: rows, rejected_total: total }, name) {
  if (total === 0) return nothing;
  const save = () =>
    download(
      `${name.replace(/\.(csv|txt)?(\.gz)?$/i, '')}-not-taken.csv`,
      [words.line, 'error_code', words.why],
      rows.map((row) => [row.line, row.error_code, row.message]),
    );
  return html`<div class="import-rejected">
    <p>
      ${icon('exclamation-triangle')} <b>${words.rejected(count(total), total)}.</b> ${words.rejectedNote}
      ${total > rows.length ? words.rejectedMore(count(rows.length)) : ''}
    </p>
    ${table(
      ctx,
      'import-rejected',
      {
        head: [{ text: words.line, number: true }, { text: words.why }],
        rows: rows.slice(0, SHOWN).map((row) => ({ cells: [row.line, row.message] })),
      },
      words.rejected(count(total), total),
    )}
    <button type="button" class="tool" @click=${save}>${icon('download')} ${words.saveRejected}</button>
  </div>`;
}

/**
 * How it was read. What else of it matters stands in pairs of a name and a value.
 * @param {import('../../main.js').Context} ctx
 * @param {{format: {delimiter: string, decimal?: string, date_order: string, columns: {header: string, means: string}[]}}} report
 * @param {string[]} more
 */
export function how(ctx, { format: { delimiter, decimal, date_order: order, columns } }, [name, value]) {
  const line = (/** @type {string} */ name, /** @type {string} */ value) =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<details class="import-how">
    <summary class="tool">${words.how}</summary>
    <dl>
      ${line(words.delimiter, words.delimiters[delimiter] ?? delimiter)}
      ${decimal ? line(words.decimal, words.signs[decimal]) : nothing} ${line(words.dateOrder, words.orders[order])}
      ${name ? line(name, value) : nothing}
    </dl>
    ${table(
      ctx,
      'import-columns',
      {
        head: [{ text: words.column }, { text: words.means }],
        rows: columns.map(({ header, means }) => ({ cells: [header, words.meanings[means] ?? means] })),
      },
      words.columns,
    )}
  </details>`;
}
