// Browsing: how long pages were in front, on which days and at which hours, and whose pages they were.

import { OfflineError } from '../answers.js';
import { emptyState, errorState, skeletonPage } from '../components/states.js';
import { change, durationFigure, totalCard } from '../components/totals.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { navigate } from '../router.js';
import * as t from '../texts/browsing.js';
import { Turns } from '../turns.js';
import { BrowsingCharts } from './browsing/charts.js';
import { DomainsCard } from './browsing/domains.js';

/**
 * @typedef {import('../api-types.d.ts').BrowsingDashboard} Dashboard
 * @typedef {import('../api-types.d.ts').BrowsingDomains} Domains
 */

/** Days that end today; the first is what is shown where nothing is said. */
export const RANGES = [7, 30, 90, 365];
/** As many as the API gives. */
const MOST_DOMAINS = 1000;

/** Where so many days live. @param {number} days */
const addressOf = (days) => (days === RANGES[0] ? '/browsing' : `/browsing/${days}`);

export class BrowsingPage {
  section = 'browsing';
  title = t.browsing.title;
  hears = /** @type {const} */ (['events.synced', 'account.updated']);
  /** @type {Dashboard | null} */
  #board = null;
  /** @type {Domains | null} */
  #domains = null;
  /** Whether there is anything before these days, where they have nothing. */
  #before = false;
  /** @type {unknown} */
  #error = null;
  #turns = new Turns();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {number} days
   */
  constructor(ctx, days) {
    this.ctx = ctx;
    this.days = days;
    this.charts = new BrowsingCharts(ctx);
    this.domains = new DomainsCard(ctx);
  }

  close() {}

  async load() {
    try {
      await this.#ask();
      this.#error = null;
    } catch (error) {
      // What is known stays on the page while the server is away.
      if (!(error instanceof OfflineError && this.#board)) this.#error = error;
    }
    this.ctx.update();
  }

  async #ask() {
    const { api } = this.ctx;
    const isNew = this.#turns.begin();
    const [board, domains] = await Promise.all([
      /** @type {Promise<Dashboard>} */ (api.get('/analytics/dashboard', { query: { days: this.days } })),
      /** @type {Promise<Domains>} */ (api.get('/events/domains', { query: { days: this.days, limit: MOST_DOMAINS } })),
    ]);
    const { count } = /** @type {{count: number}} */ (
      board.total_events === 0 ? await api.get('/events/count') : { count: 0 }
    );
    if (!isNew()) return;
    [this.#board, this.#domains, this.#before] = [board, domains, count > 0];
    this.ctx.colours.learn(domains.domains.flatMap(({ domain }) => domain ?? []));
  }

  /** Past midnight they are other days. */
  poll() {
    return this.load();
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    const at = RANGES.indexOf(this.days);
    const next = key === 'ArrowLeft' ? at - 1 : key === 'ArrowRight' ? at + 1 : -1;
    if (key === '/') this.domains.focusSearch();
    else if (RANGES[next]) navigate(addressOf(RANGES[next]));
    else return false;
    return true;
  }

  header() {
    return html`<span class="grow"></span>
      <div class="seg" role="group" aria-label=${t.period.label}>
        ${RANGES.map(
          (days) =>
            html`<a class="seg-item" href=${addressOf(days)} aria-current=${days === this.days ? 'true' : nothing}
              >${t.browsing.range(days)}</a
            >`,
        )}
      </div>`;
  }

  view() {
    const [board, domains] = [this.#board, this.#domains];
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!board || !domains) return skeletonPage();
    if (board.total_events === 0) return this.#empty();
    const file = `almanac-browsing-${board.start_date}-${board.end_date}`;
    return html`<div class="grid">
      ${this.#totals(board, domains)} ${this.charts.days(board, file)} ${this.charts.hours(board, file)}
      ${this.domains.view(domains.domains, file)} ${this.charts.types(board, file)}
    </div>`;
  }

  /**
   * @param {Dashboard} board
   * @param {Domains} domains
   */
  #totals(board, { domains }) {
    const used = board.daily_events.filter((day) => day.seconds > 0).length;
    const average = used > 0 ? board.seconds / used : 0;
    const twice = board.seconds - board.attention_seconds;
    const sites = domains.filter(({ domain }) => domain !== null).length;
    return html`${totalCard({
      id: 'browsing-time',
      title: t.browsing.time,
      note: format.shortRange(board.start_date, board.end_date),
      value: board.seconds,
      show: durationFigure(board.seconds),
      below: html`${change(board.seconds, board.previous.seconds, t.browsing.before(this.days), true)}
      ${twice >= 1 ? html`<span class="note d-block">${t.browsing.twice(format.duration(twice))}</span>` : nothing}`,
    })}
    ${totalCard({
      id: 'browsing-average',
      title: t.totals.average,
      note: t.browsing.averageNote,
      value: Math.round(average * 1000) / 1000,
      show: durationFigure(average),
      below: html`<span class="note">${t.totals.averageNote(used)}</span>`,
    })}
    ${totalCard({
      id: 'browsing-visits',
      title: t.browsing.visits,
      note: t.browsing.visitsNote,
      value: board.visits,
      show: format.number(board.visits),
      below: html`<span class="note">${t.browsing.sites(format.number(sites), sites)}</span>`,
    })}`;
  }

  #empty() {
    const longest = RANGES[RANGES.length - 1];
    if (this.#before && this.days < longest) {
      return emptyState({
        icon: 'globe2',
        title: t.browsing.emptyHere,
        text: t.browsing.emptyHereText(this.days),
        href: addressOf(longest),
        button: t.browsing.emptyHereButton(longest),
      });
    }
    return emptyState({
      icon: 'globe2',
      title: t.browsing.empty,
      text: t.browsing.emptyText(location.origin),
      href: '/devices',
      button: t.browsing.emptyButton,
    });
  }
}
