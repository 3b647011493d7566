// Whose pages they were: domains by their time in front, searched, each opening to its hosts.

import { chartCard } from '../../components/card.js';
import { icon } from '../../components/icon.js';
import { durationCell } from '../../components/table.js';
import * as format from '../../format.js';
import { html, nothing, repeat } from '../../html.js';
import * as t from '../../texts/browsing.js';

/** @typedef {import('../../api-types.d.ts').BrowsingDomain} Domain */

const SHOWN = 10;
/** Rows that are drawn at the most: who looks for more searches. */
const MOST = 300;

export class DomainsCard {
  #search = '';
  #all = false;
  /** The domains that are open. @type {Set<string>} */
  #open = new Set();

  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
  }

  /** Puts the cursor into the search field. */
  focusSearch() {
    /** @type {HTMLInputElement | null} */ (document.querySelector('#domain-search'))?.focus();
  }

  /**
   * @param {Domain[]} domains
   * @param {string} file
   */
  view(domains, file) {
    const wanted = this.#search.trim().toLocaleLowerCase();
    const has = (/** @type {Domain} */ { domain, hosts }) =>
      nameOf(domain).toLocaleLowerCase().includes(wanted) || hosts.some(({ host }) => host?.includes(wanted));
    const found = wanted ? domains.filter(has) : domains;
    const shown = found.slice(0, this.#all || wanted ? MOST : SHOWN);
    const total = domains.reduce((sum, { seconds }) => sum + seconds, 0);
    return chartCard(this.ctx, {
      id: 'browsing-domains',
      title: t.browsing.domains,
      note: t.browsing.domainsNote,
      size: 's7',
      tabular: true,
      file: `${file}-sites`,
      data: () => table(domains),
      tools: this.#field(),
      chart: () => html`
        <ol class="apps">
          ${repeat(
            shown,
            ({ domain }) => domain ?? '',
            (domain) => this.#row(domain, domains[0].seconds, total),
          )}
        </ol>
        ${found.length === 0 ? html`<p class="note">${t.browsing.noDomain}</p>` : nothing}
        ${
          !wanted && domains.length > SHOWN
            ? html`<button
                type="button"
                class="btn btn-quiet"
                @click=${() => this.#toggle()}
                aria-expanded=${this.#all}
              >
                ${this.#all ? t.apps.fewer : t.browsing.allDomains(format.number(Math.min(domains.length, MOST)))}
              </button>`
            : nothing
        }
      `,
    });
  }

  #field() {
    const typed = (/** @type {Event} */ event) => {
      this.#search = /** @type {HTMLInputElement} */ (event.target).value;
      this.ctx.update();
    };
    const leave = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return;
      this.#search = '';
      /** @type {HTMLInputElement} */ (event.target).blur();
      this.ctx.update();
    };
    return html`<label class="search">
      ${icon('search')}<span class="visually-hidden">${t.browsing.search}</span>
      <input
        id="domain-search"
        type="search"
        placeholder=${t.browsing.search}
        autocomplete="off"
        spellcheck="false"
        .value=${this.#search}
        @input=${typed}
        @keydown=${leave}
      />
    </label>`;
  }

  /**
   * @param {Domain} domain
   * @param {number} largest seconds
   * @param {number} total seconds
   */
  #row({ domain, hosts, seconds, visits }, largest, total) {
    const name = nameOf(domain);
    const key = domain ?? '';
    const isOpen = this.#open.has(key);
    const toggle = () => {
      if (!this.#open.delete(key)) this.#open.add(key);
      this.ctx.update();
    };
    const time = format.duration(seconds);
    return html`<li>
      <button
        type="button"
        class="app-row domain-row c${this.ctx.colours.of(key)}"
        aria-expanded=${isOpen}
        aria-label=${t.browsing.open(name, time, visitsOf(visits))}
        title=${name}
        @click=${toggle}
      >
        <i class="chip"></i>
        <span class="app-name">${name} <small>${visitsOf(visits)}</small></span>
        <span class="app-share note">${format.percent(total > 0 ? seconds / total : 0)}</span>
        <data class="app-time" value=${seconds}>${time}</data>
        <span class="bar" .style=${`--part: ${largest > 0 ? seconds / largest : 0}`}></span>
      </button>
      ${
        isOpen
          ? html`<ul class="hosts" aria-label=${t.browsing.hostsOf(name)}>
              ${hosts.map(
                (host) =>
                  html`<li>
                    <span class="app-name" title=${nameOf(host.host)}>${nameOf(host.host)}</span>
                    <span class="note">${visitsOf(host.visits)}</span>
                    <data class="app-time" value=${host.seconds}>${format.duration(host.seconds)}</data>
                  </li>`,
              )}
            </ul>`
          : nothing
      }
    </li>`;
  }

  #toggle() {
    this.#all = !this.#all;
    this.ctx.update();
  }
}

/** @param {string | null | undefined} name none: pages of no site */
const nameOf = (name) => name ?? t.timeline.noSite;

/** @param {number} visits */
const visitsOf = (visits) => t.browsing.visitsOf(format.number(visits), visits);

/** @param {Domain[]} domains each with its hosts */
function table(domains) {
  return {
    head: [
      { text: t.browsing.domain },
      { text: t.browsing.host },
      { text: t.columns.seconds, number: true },
      { text: t.browsing.visits, number: true },
      { text: t.browsing.events, number: true },
    ],
    rows: domains.flatMap(({ domain, hosts }) =>
      hosts.map(({ host, seconds, visits, count }) => ({
        cells: [nameOf(domain), nameOf(host), durationCell(seconds), visits, count],
      })),
    ),
  };
}
