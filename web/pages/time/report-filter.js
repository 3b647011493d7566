// Of which entries a report is: of a project, of a client, with a tag, billable or not. It stands in the address.

import { icon } from '../../components/icon.js';
import { html, live, nothing } from '../../html.js';
import { isId } from '../../ids.js';
import * as t from '../../texts/time-report.js';

/**
 * @typedef {object} Filter nothing where all of them are meant
 * @property {string} project
 * @property {string} client
 * @property {string} tag
 * @property {string} billable
 */

const words = t.timeReport.filter;
/** @type {(keyof Filter)[]} */
const NAMES = ['project', 'client', 'tag', 'billable'];

/** Whether the choices are shown, also of the report that is asked for next. */
let open = false;

/** @param {URLSearchParams} query the address's @returns {Filter} */
export function filterOf(query) {
  const project = query.get('project') ?? '';
  const billable = query.get('billable') ?? '';
  return {
    project: isId(project) ? project : '',
    client: query.get('client') ?? '',
    tag: query.get('tag') ?? '',
    billable: billable in words.billables ? billable : '',
  };
}

export class ReportFilter {
  /** The tags of the entries of these dates. @type {string[]} */
  #tags = [];

  /**
   * @param {import('../../main.js').Context} ctx
   * @param {Filter} filter
   * @param {object} page
   * @param {() => {from: string, to: string}} page.dates those of the report
   * @param {(filter: Filter) => void} page.choose asks for another
   */
  constructor(ctx, filter, { dates, choose }) {
    this.ctx = ctx;
    this.filter = filter;
    this.dates = dates;
    this.choose = choose;
  }

  /** Whether it leaves out any. */
  get chooses() {
    return NAMES.some((name) => this.filter[name]);
  }

  get #shown() {
    return open || this.chooses;
  }

  /** As the API takes it. */
  get query() {
    const { project: project_id, ...others } = this.filter;
    return { project_id, ...others };
  }

  /** Asks for what can be chosen, where the choices are shown. */
  async load() {
    if (!this.#shown) return;
    const { projects } = this.ctx.tracker;
    const [tags] = await Promise.allSettled([
      this.ctx.api.get('/time-entries/report', { query: { ...this.dates(), group_by: 'tag' } }),
      projects.all ? null : projects.load(),
    ]);
    if (tags.status === 'fulfilled')
      this.#tags = tags.value.groups
        .flatMap((/** @type {import('../../api-types.d.ts').ReportGroup} */ { key }) => key ?? [])
        .sort();
  }

  #toggle() {
    open = !this.#shown;
    if (!open && this.chooses) return this.choose({ project: '', client: '', tag: '', billable: '' });
    this.ctx.update();
    return this.load().then(() => this.ctx.update());
  }

  /** The button that shows the choices, or takes them away again. */
  button() {
    return html`<button
      type="button"
      class="btn btn-quiet"
      aria-expanded=${this.#shown}
      aria-controls="report-filter"
      @click=${() => this.#toggle()}
    >
      ${icon(this.chooses ? 'x-lg' : 'funnel')} ${this.chooses ? words.clear : words.title}
    </button>`;
  }

  /** The choices, where they are shown. */
  choices() {
    if (!this.#shown) return nothing;
    const { projects } = this.ctx.tracker;
    const { project, client, tag, billable } = this.filter;
    const named = (projects.all ?? []).map((one) => /** @type {[string, string]} */ ([one.id, nameOf(one)]));
    const same = (/** @type {string} */ one) => /** @type {[string, string]} */ ([one, one]);
    return html`<div id="report-filter" class="finder report-finder" role="group" aria-label=${words.title}>
      ${this.#select('project', project, named, projects.all ? words.projectGone : '…')}
      ${this.#select('client', client, projects.clients.map(same), client)}
      ${this.#select('tag', tag, this.#tags.map(same), tag)}
      ${this.#select('billable', billable, Object.entries(words.billables), '')}
    </div>`;
  }

  /**
   * @param {keyof Filter} name
   * @param {string} chosen
   * @param {[string, string][]} choices
   * @param {string} unknown what the chosen one is called where it is none of them
   */
  #select(name, chosen, choices, unknown) {
    const known = chosen === '' || choices.some(([value]) => value === chosen);
    /** @type {[string, string][]} */
    const all = [
      ['', words.all[name]],
      ...choices,
      ...(known ? [] : [/** @type {[string, string]} */ ([chosen, unknown])]),
    ];
    const set = (/** @type {Event} */ { target }) =>
      this.choose({ ...this.filter, [name]: /** @type {HTMLSelectElement} */ (target).value });
    return html`<div class="pick">
      <select class="form-select" aria-label=${words.labels[name]} .value=${live(chosen)} @change=${set}>
        ${all.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
      </select>
    </div>`;
  }

  /** In words, for paper. */
  get said() {
    const { project, client, tag, billable } = this.filter;
    const known = this.ctx.tracker.projects.of(project);
    return [
      project && words.said.project(known ? nameOf(known) : words.projectGone),
      client && words.said.client(client),
      tag && words.said.tag(tag),
      billable && words.billables[billable].toLowerCase(),
    ].filter(Boolean);
  }
}

/** @param {import('../../api-types.d.ts').Project} project */
function nameOf({ title, client }) {
  return client ? `${title} (${client})` : title;
}
