// Projects: what time is spent on, for whom, and what an hour of it costs.

import { icon } from '../components/icon.js';
import { menu } from '../components/menu.js';
import { emptyState, errorState, explain, skeletonList } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { subscribe, tell } from '../news.js';
import { paint } from '../projects.js';
import * as t from '../texts/time.js';
import { openProject } from './time/project-form.js';
import { removeProject } from './time/remove-project.js';
import { sections } from './time/sections.js';

/** @typedef {import('../api-types.d.ts').Project} Project */

const words = t.projects;

export class ProjectsPage {
  section = 'time';
  title = t.time.projects;
  /** @type {unknown} */
  #error = null;
  #closed = false;

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.projects = ctx.tracker.projects;
    this.release = subscribe(['project.updated', 'time_entry.updated'], () => this.load());
  }

  close() {
    this.#closed = true;
    this.release();
  }

  async load() {
    try {
      await this.projects.load();
      this.#error = null;
    } catch (error) {
      if (!this.projects.all) this.#error = error;
    }
    if (!this.#closed) this.ctx.update();
  }

  poll() {
    return this.load();
  }

  header() {
    return html`<span class="grow"></span>`;
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key !== 'n') return false;
    openProject(this.ctx);
    return true;
  }

  view() {
    const add = { open: () => openProject(this.ctx), text: words.add };
    return html`${sections('projects', add)} ${this.#content()}`;
  }

  #content() {
    const { all, open } = this.projects;
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!all) return skeletonList();
    if (all.length === 0)
      return emptyState({
        icon: 'hourglass-split',
        title: words.empty,
        text: words.emptyText,
        act: () => openProject(this.ctx),
        button: words.add,
      });
    const over = all.filter(({ archived }) => archived);
    return html`${this.#list(open)}
    ${
      over.length > 0
        ? html`<h2 class="projects-over">${words.over}</h2>
            ${this.#list(over)}`
        : nothing
    }`;
  }

  /** @param {Project[]} projects */
  #list(projects) {
    return html`<ul class="devices">
      ${repeat(
        projects,
        ({ id }) => id,
        (project) => this.#row(project),
      )}
    </ul>`;
  }

  /** @param {Project} project */
  #row(project) {
    const { id, title, client, description, hourly_rate: rate, total_seconds: total, entry_count: count } = project;
    const { look, style } = paint(this.ctx.colours, project);
    const about = [
      client,
      typeof rate === 'number' ? words.rateOf(format.money(rate)) : '',
      t.time.entryCount(format.number(count), count),
    ];
    return html`<li
      class="card device project ${look} ${project.archived ? 'is-over' : ''}"
      .style=${style}
      data-project=${id}
    >
      <i class="project-mark"></i>
      <div class="device-about">
        <h2>${title}</h2>
        <p class="note wrap">${about.filter(Boolean).join(' · ')}</p>
        ${description ? html`<p class="note wrap">${description}</p>` : nothing}
      </div>
      <data class="project-total" value=${total}>${total > 0 ? format.duration(total) : t.time.nothing}</data>
      <div class="device-tools">
        <button
          type="button"
          class="btn btn-quiet"
          aria-label=${words.edit(title)}
          @click=${() => openProject(this.ctx, project)}
        >
          ${icon('pencil')} ${t.time.editThis}
        </button>
        ${menu({
          label: words.acts(title),
          face: icon('three-dots'),
          items: [
            {
              icon: 'archive',
              text: project.archived ? words.reopen : words.archive,
              act: () => this.#archive(project),
            },
            {
              icon: 'trash3',
              text: t.time.remove,
              act: () => removeProject(this.ctx, project),
              grave: true,
            },
          ],
        })}
      </div>
    </li>`;
  }

  /** @param {Project} project */
  async #archive({ id, title, archived }) {
    try {
      await this.ctx.api.send('PATCH', `/projects/${id}`, { archived: !archived });
      this.ctx.toasts.say(archived ? words.reopened(title) : words.archived(title));
      tell('project.updated');
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }
}
