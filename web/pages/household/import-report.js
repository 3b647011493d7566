// What a file of the household says, as the server understood it: its kind, its sums, its first rows.

import { icon } from '../../components/icon.js';
import { table } from '../../components/table.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/household-import.js';
import { how, outcome, rejected } from '../import/report.js';
import { ICONS } from './units.js';

/**
 * @typedef {import('../../api-types.d.ts').ImportReport} Report
 * @typedef {Report['sample'][number]} SampleRow
 */

const words = t.householdFile;
const count = (/** @type {number} */ value) => format.number(value);

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Report} report
 * @param {string} name the file's
 */
export function reportView(ctx, report, name) {
  const { first_date: first, last_date: last, kind } = report;
  const rows = report.imported + report.changed + report.duplicates;
  return html`<p class="import-kind"><b>${words.kinds[kind]}</b>: ${words.kindsText[kind]}.</p>
    <p class="import-sum">
      <data class="figure-small" value=${rows}>${words.rows(count(rows), rows)}</data>
      <span class="note">${outcome(report)}${first && last ? `, ${format.dateRange(first, last)}` : ''}</span>
    </p>
    ${rejected(ctx, report, name)} ${overlaps(report)} ${totals(report)} ${sample(ctx, report)}
    ${how(ctx, report, report.kind === 'records' ? [] : [words.zone, report.format.tz])}`;
}

/** @param {Report} report */
function overlaps({ overlaps: all }) {
  if (all.length === 0) return nothing;
  const parts = all.map(({ consumption_type: type, days }) => words.days(count(days), days, t.household.inText[type]));
  const sum = all.reduce((sum, { days }) => sum + days, 0);
  return html`<p class="note import-overlaps">
    ${icon('exclamation-triangle')} ${words.overlaps(format.list(parts), sum)}
  </p>`;
}

/** @param {Report} report */
function totals({ totals: all }) {
  if (all.length === 0) return nothing;
  return html`<h3>${words.totals}</h3>
    <ul class="import-totals">
      ${all.map(
        ({ consumption_type: type, unit, meter, amount, rows }) =>
          html`<li class="is-${type}">
            ${icon(ICONS[type])}
            <span class="wrap">${meter ?? t.household.types[type]}</span>
            <b>${typeof amount === 'number' ? format.amount(amount, unit) : format.unit(unit)}</b>
            <span class="note">${words.rows(count(rows), rows)}</span>
          </li>`,
      )}
    </ul>`;
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Report} report
 */
function sample(ctx, { sample: rows, kind, format: { tz } }) {
  if (rows.length === 0) return nothing;
  const meters = rows.some((row) => row.meter);
  const notes = rows.some((row) => row.description);
  const time = (/** @type {string | null | undefined} */ at) => (at ? format.dateTime(Date.parse(at), tz) : '');
  const when = (/** @type {SampleRow} */ row) => {
    if (kind === 'records') return [row.consumption_date ? format.date(row.consumption_date, 'full') : ''];
    return kind === 'readings' ? [time(row.read_at)] : [time(row.start), time(row.end)];
  };
  /** @type {Record<string, string[]>} */
  const heads = { records: [t.household.columns.date], readings: [t.reading.when] };
  const head = kind === 'intervals' ? [t.columns.from, t.columns.to] : heads[kind];
  return html`<h3>${words.sample}</h3>
    <div class="import-sample">
      ${table(
        ctx,
        'import-sample',
        {
          head: [
            { text: words.line, number: true },
            ...head.map((text) => ({ text })),
            { text: t.household.columns.type },
            { text: kind === 'readings' ? t.reading.field : t.household.columns.amount, number: true },
            ...(meters ? [{ text: words.meter }] : []),
            ...(notes ? [{ text: t.household.columns.description }] : []),
          ],
          rows: rows.map((row) => ({
            cells: [
              row.line,
              ...when(row),
              t.household.types[row.consumption_type],
              format.amount(Number(row.amount), row.unit),
              ...(meters ? [row.meter] : []),
              ...(notes ? [row.description] : []),
            ],
          })),
        },
        words.sample,
      )}
    </div>`;
}
