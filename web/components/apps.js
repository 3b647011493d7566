// Where the time went: apps by screen time, searched, each opening to its sessions.

import { appName } from '../app-names.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import * as t from '../texts/usage.js';
import { chartCard } from './card.js';
import { icon } from './icon.js';
import { durationCell } from './table.js';

/** @typedef {import('../api-types.d.ts').AppTotal} AppTotal */

const SHOWN = 8;

export class AppsCard {
  search = '';
  all = false;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{open: (app: AppTotal) => void, highlight: (app: string | null) => void}} actions
   */
  constructor(ctx, actions) {
    this.ctx = ctx;
    this.actions = actions;
  }

  /** Puts the cursor into the search field. */
  focusSearch() {
    /** @type {HTMLInputElement | null} */ (document.querySelector('#app-search'))?.focus();
  }

  /**
   * @param {AppTotal[]} apps
   * @param {string} file
   */
  view(apps, file) {
    const wanted = this.search.trim().toLocaleLowerCase();
    const found = wanted
      ? apps.filter((app) => `${appName(app.app)} ${app.app}`.toLocaleLowerCase().includes(wanted))
      : apps;
    const names = apps.map((app) => appName(app.app));
    // Two apps of one name, on a phone and on a computer say, are told apart by their identifiers.
    const shared = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    const shown = this.all || wanted ? found : found.slice(0, SHOWN);
    return chartCard(this.ctx, {
      id: 'apps',
      title: t.apps.title,
      note: t.apps.note,
      size: 's7',
      tabular: true,
      file: `${file}-apps`,
      data: () => table(apps),
      tools: html`<label class="search">
        ${icon('search')}<span class="visually-hidden">${t.apps.search}</span>
        <input
          id="app-search"
          type="search"
          placeholder=${t.apps.search}
          autocomplete="off"
          spellcheck="false"
          .value=${this.search}
          @input=${(/** @type {InputEvent} */ event) => this.#searched(event)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#leave(event)}
        />
      </label>`,
      chart: () => html`
        <ol class="apps">
          ${repeat(
            shown,
            (app) => `${app.kind} ${app.app}`,
            (app) => this.#row(app, apps[0]?.seconds ?? 0, shared.has(appName(app.app))),
          )}
        </ol>
        ${found.length === 0 ? html`<p class="note">${t.apps.none}</p>` : nothing}
        ${
          !wanted && apps.length > SHOWN
            ? html`<button type="button" class="btn btn-quiet" @click=${() => this.#toggle()} aria-expanded=${this.all}>
                ${this.all ? t.apps.fewer : t.apps.all(format.number(apps.length))}
              </button>`
            : nothing
        }
      `,
    });
  }

  /**
   * @param {AppTotal} app
   * @param {number} largest seconds
   * @param {boolean} shared whether another app has the same name
   */
  #row(app, largest, shared) {
    const name = appName(app.app);
    const time = format.duration(app.seconds);
    const point = () => this.actions.highlight(app.app);
    const leave = () => this.actions.highlight(null);
    return html`<li>
      <button
        type="button"
        class="app-row c${this.ctx.colours.of(app.app)}"
        title=${app.app}
        aria-label=${t.apps.open(name, time)}
        @click=${() => this.actions.open(app)}
        @pointerenter=${point}
        @pointerleave=${leave}
        @focus=${point}
        @blur=${leave}
      >
        <i class="chip"></i>
        <span class="app-name">
          ${name} ${shared && name !== app.app ? html`<small>${app.app}</small>` : nothing}
          ${app.kind === 'website' ? html`<small>${t.apps.website}</small>` : nothing}
          ${app.category ? html`<small>${app.category.split(' > ').at(-1)}</small>` : nothing}
        </span>
        <span class="app-share note">${format.percent(app.share)}</span>
        <data class="app-time" value=${app.seconds}>${time}</data>
        <span class="bar" .style=${`--part: ${largest > 0 ? app.seconds / largest : 0}`}></span>
      </button>
    </li>`;
  }

  /** @param {InputEvent} event */
  #searched(event) {
    this.search = /** @type {HTMLInputElement} */ (event.target).value;
    this.ctx.update();
  }

  /** @param {KeyboardEvent} event */
  #leave(event) {
    if (event.key !== 'Escape') return;
    this.search = '';
    /** @type {HTMLInputElement} */ (event.target).blur();
    this.ctx.update();
  }

  #toggle() {
    this.all = !this.all;
    this.ctx.update();
  }
}

/** @param {AppTotal[]} apps */
function table(apps) {
  return {
    head: [
      { text: t.columns.app },
      { text: t.columns.name },
      { text: t.columns.kind },
      { text: t.columns.seconds, number: true },
      { text: t.columns.share, number: true },
      { text: t.columns.sessions, number: true },
    ],
    rows: apps.map((app) => ({
      cells: [app.app, appName(app.app), app.kind, durationCell(app.seconds), app.share, app.session_count],
    })),
  };
}
