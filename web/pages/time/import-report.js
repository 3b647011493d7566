// What a file of time entries says, as the server understood it: its projects, its first rows.

import { icon } from '../../components/icon.js';
import { durationCell, table } from '../../components/table.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import { paint } from '../../projects.js';
import * as t from '../../texts/time-import.js';
import { how, outcome, rejected } from '../import/report.js';

/**
 * @typedef {import('../../api-types.d.ts').TimeImportReport} Report
 * @typedef {import('../import/run.js').Given} Given
 */

const words = t.timeFile;

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Report} report
 * @param {string} name the file's
 */
export function importReport(ctx, report, name) {
  const { first_date: first, last_date: last, overlaps } = report;
  const rows = report.imported + report.duplicates;
  return html`<p class="import-sum">
      <data class="figure-small" value=${report.total_seconds}>${format.duration(report.total_seconds)}</data>
      <span class="note"
        >${words.rows(format.number(rows), rows)},
        ${outcome(report)}${first && last ? `, ${format.dateRange(first, last)}` : ''}</span
      >
    </p>
    ${rejected(ctx, report, name)}
    ${overlaps > 0 ? html`<p class="note">${icon('exclamation-triangle')} ${words.overlaps(format.number(overlaps), overlaps)}</p>` : nothing}
    ${projects(ctx, report)} ${sample(ctx, report)} ${how(ctx, report, [words.zone, report.format.tz])}`;
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Report} report
 */
function projects(ctx, { projects: all }) {
  if (all.length === 0) return nothing;
  return html`<h3>${t.time.projects}</h3>
    ${table(
      ctx,
      'import-projects',
      {
        head: [{ text: t.time.project }, { text: t.time.time, number: true }, { text: t.time.entries, number: true }],
        rows: all.map(({ title, client, is_new: fresh, seconds, rows }) => {
          const { look, style } = paint(ctx.colours, title ? { title } : null);
          const show = html`<span class="entry-project ${look}" .style=${style}
              ><i class="chip"></i>${title ?? t.time.noProject}</span
            >
            ${client ? html`<small class="note">${client}</small>` : nothing}
            ${fresh ? html`<span class="badge-soft">${words.isNew}</span>` : nothing}`;
          return { cells: [{ value: title, show }, durationCell(seconds), format.number(rows)] };
        }),
      },
      t.time.projects,
    )}`;
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Report} report
 */
function sample(ctx, { sample: rows, format: { tz } }) {
  if (rows.length === 0) return nothing;
  const time = (/** @type {string} */ at) => format.dateTime(Date.parse(at), tz);
  return html`<h3>${words.sample}</h3>
    <div class="import-sample">
      ${table(
        ctx,
        'import-sample',
        {
          head: [
            { text: words.line, number: true },
            { text: t.columns.from },
            { text: t.columns.to },
            { text: t.time.project },
            { text: t.time.description },
            { text: t.time.tags },
          ],
          rows: rows.map((row) => ({
            cells: [
              row.line,
              time(row.start_time),
              time(row.end_time),
              [row.project, row.client].filter(Boolean).join(', '),
              row.description,
              row.tags.join(', '),
            ],
          })),
        },
        words.sample,
      )}
    </div>`;
}

/**
 * A file read otherwise than the server did by itself.
 * @param {import('../../main.js').Context} ctx
 * @param {Given} given
 * @param {(given: Given) => void} again
 */
export function readOtherwise(ctx, given, again) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const [tz, order] = [String(form.get('tz')).trim(), String(form.get('date_order'))];
    again({ ...(tz ? { tz } : {}), ...(order ? { date_order: order } : {}) });
  };
  return html`<details class="import-how">
    <summary class="tool">${words.differently}</summary>
    <form @submit=${submit}>
      <div class="form-grid">
        <label class="field">
          <span class="form-label">${words.zone} <span class="note">${words.zoneNote}</span></span>
          <input
            class="form-control"
            name="tz"
            maxlength="100"
            placeholder=${ctx.zone()}
            .defaultValue=${given.tz ?? ''}
          />
        </label>
        <label class="field">
          <span class="form-label">${words.dateOrder}</span>
          <select class="form-select" name="date_order">
            ${[['', words.automatic], ...Object.entries(words.orders)].map(
              ([value, text]) =>
                html`<option value=${value} ?selected=${value === (given.date_order ?? '')}>${text}</option>`,
            )}
          </select>
        </label>
      </div>
      <footer class="dialog-foot">
        <button type="submit" class="btn btn-quiet">${words.again}</button>
      </footer>
    </form>
  </details>`;
}
