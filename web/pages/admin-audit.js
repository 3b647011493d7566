// For admins: who did what, on whom, and what it was before and after.

import { moreButton } from '../components/more.js';
import { table } from '../components/table.js';
import * as format from '../format.js';
import { html } from '../html.js';
import { ListPage } from '../listing.js';
import * as t from '../texts/admin.js';
import { sections } from './admin/sections.js';

/**
 * @typedef {import('../api-types.d.ts').AuditEntry} Entry
 * @extends {ListPage<Entry>}
 */
export class AdminAuditPage extends ListPage {
  section = 'admin';
  title = t.admin.title;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, '/admin/audit', 'entries');
  }

  header() {
    return sections('audit');
  }

  /** @param {Entry[]} items */
  filled(items) {
    const chosen = (/** @type {Event} */ event) => {
      this.list.query = { action: /** @type {HTMLSelectElement} */ (event.target).value };
      this.load();
    };
    return html`<div class="finder">
        <span class="pick">
          <select class="form-select" aria-label=${t.admin.what} @change=${chosen}>
            <option value="">${t.admin.anyAction}</option>
            ${Object.entries(t.admin.actions).map(([action, text]) => html`<option value=${action}>${text}</option>`)}
          </select>
        </span>
        <span class="note">${t.admin.auditNote}</span>
      </div>
      ${
        items.length === 0
          ? html`<p class="note">${t.admin.auditEmpty}</p>`
          : html`<section class="card whole-table">
              ${table(this.ctx, 'admin-audit', this.#table(items), t.admin.audit)}
            </section>`
      }
      ${moreButton(this.ctx, this.list, t.admin.more)}`;
  }

  /**
   * @param {Entry[]} entries
   * @returns {import('../components/table.js').Table}
   */
  #table(entries) {
    return {
      head: [
        { text: t.admin.when },
        { text: t.admin.who },
        { text: t.admin.what },
        { text: t.admin.onWhom },
        { text: t.admin.change },
      ],
      rows: entries.map((entry) => ({
        cells: [
          format.dateTime(Date.parse(entry.at), this.ctx.zone()),
          entry.actor.name,
          t.admin.actions[entry.action] ?? entry.action,
          entry.target?.name ?? t.admin.none,
          { value: null, show: changes(entry) },
        ],
      })),
    };
  }
}

/**
 * What is different, a line each.
 * @param {Entry} entry
 */
function changes({ before, after }) {
  const [was, is] = [fields(before), fields(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => (was[name] ?? is[name] ?? null) !== null,
  );
  if (names.length === 0) return t.admin.none;
  return names.map((name) => {
    const label = t.admin.fields[name] ?? name;
    if (!(name in was)) return html`<div>${label}: ${text(is[name])}</div>`;
    if (!(name in is)) return html`<div>${label}: <del>${text(was[name])}</del></div>`;
    return html`<div>${label}: ${t.admin.was(text(was[name]), text(is[name]))}</div>`;
  });
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>}
 */
function fields(value) {
  return typeof value === 'object' && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};
}

/** @param {unknown} value */
function text(value) {
  if (value === null || value === undefined) return t.admin.none;
  if (typeof value === 'boolean') return value ? t.admin.yes : t.admin.no;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
