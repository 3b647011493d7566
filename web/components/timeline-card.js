// The timeline in its card: zoom buttons, how much of it is loaded, and its table.

import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { LIMIT } from '../period.js';
import * as t from '../texts/usage.js';
import { chartCard } from './card.js';
import { icon } from './icon.js';
import { sessionsTable } from './sessions-dialog.js';
import './timeline.js';

/**
 * @typedef {import('./timeline-layout.js').Session} Session
 * @typedef {import('./timeline-own.js').OwnLane} OwnLane
 */

/** The lane of pages that a browser reported with the person's own token: no device has this id. */
const OWN = 'own';
/** @type {OwnLane[]} */
const NONE = [];
/** @type {Session[]} */
const NO_PAGES = [];

export class TimelineCard {
  /** @type {string | null} */
  highlight = null;
  /** The last data given to the element, so that it is laid out anew only when something changed.
   * @type {import('./timeline.js').Data | null} */
  #data = null;

  /** @type {import('../api-types.d.ts').Session[] | null} */
  #sessions = null;
  /** What the last data were made of. @type {OwnLane[] | null} */
  #own = null;
  /** @type {Session[] | null} */
  #pages = null;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {(session: import('./timeline-layout.js').Session) => void} open
   */
  constructor(ctx, open) {
    this.ctx = ctx;
    this.open = open;
  }

  focus() {
    this.#element?.scrollIntoView({ block: 'nearest' });
    this.#element?.focus();
  }

  get #element() {
    return /** @type {import('./timeline.js').Timeline | null} */ (document.querySelector('almanac-timeline'));
  }

  /**
   * @param {import('../period.js').Period<any>} period
   * @param {{note: string, file: string, now: number, own?: OwnLane[], pages?: Session[]}} around
   *   `own`: lanes that are no device's; `pages`: what browsers showed, in the lanes of their devices
   */
  view(period, { note, file, now, own = NONE, pages = NO_PAGES }) {
    const { stats } = period;
    const several = period.to - period.from > 26 * 3_600_000;
    const { lanes } = this.#dataOf(period, several, now, own, pages);
    const deviceName = (/** @type {string} */ id) => lanes.find((lane) => lane.id === id)?.name ?? id;
    return chartCard(this.ctx, {
      id: 'timeline',
      title: t.timeline.title,
      note,
      size: 's12 timeline-card',
      file: `${file}-sessions`,
      data: () =>
        sessionsTable(latestFirst(period.sessions, pages), {
          ranges: [[period.from, period.to]],
          zone: stats.timezone,
          several,
          deviceName,
          withApp: true,
        }),
      tools: html`${this.#loaded(period)} ${this.#tool(t.timeline.zoomOut, 'dash-lg', (element) => element.zoomOut())}
        ${this.#tool(t.timeline.zoomIn, 'plus-lg', (element) => element.zoomIn())}
        <button type="button" class="tool" @click=${() => this.#element?.showAll()}>${t.timeline.whole}</button>`,
      chart: () =>
        html`<almanac-timeline
            .data=${this.#dataOf(period, several, now, own, pages)}
            .highlight=${this.highlight}
            @opensession=${(/** @type {CustomEvent} */ event) => this.open(event.detail)}
          ></almanac-timeline>
          <p class="note hint" aria-hidden="true">
            <span class="hint-mouse">${t.timeline.hint}</span><span class="hint-touch">${t.timeline.hintTouch}</span>
          </p>`,
    });
  }

  /**
   * @param {string} label
   * @param {string} name
   * @param {(element: import('./timeline.js').Timeline) => void} act
   */
  #tool(label, name, act) {
    return html`<button
      type="button"
      class="tool tool-icon"
      aria-label=${label}
      title=${label}
      @click=${() => this.#element && act(this.#element)}
    >
      ${icon(name)}
    </button>`;
  }

  /** How much of the period is loaded, and a way to the rest.
   * @param {import('../period.js').Period<any>} period */
  #loaded(period) {
    if (period.sessionsError) {
      return html`<span class="partial bad" role="alert">${t.timeline.failed}</span>
        <button type="button" class="tool" @click=${() => period.loadSessions(period.sessions.length + LIMIT)}>
          ${t.states.retry}
        </button>`;
    }
    if (period.complete || period.total === null) return nothing;
    const have = format.number(period.sessions.length);
    const all = format.number(period.total);
    if (period.sessions.length < LIMIT)
      return html`<span class="partial" role="status">${t.timeline.partial(have, all)}</span>`;
    return html`<span class="partial">${t.timeline.stopped(have, all)}</span>
      <button type="button" class="tool" @click=${() => period.loadSessions(period.sessions.length + LIMIT)}>
        ${t.timeline.loadMore}
      </button>`;
  }

  /**
   * @param {import('../period.js').Period<any>} period
   * @param {boolean} several
   * @param {number} now
   * @param {OwnLane[]} own
   * @param {Session[]} pages
   * @returns {import('./timeline.js').Data}
   */
  #dataOf(period, several, now, own, pages) {
    const { stats, sessions } = period;
    const before = this.#data;
    const minute = Math.floor(now / 60_000) * 60_000;
    const same = before?.source === stats && this.#own === own && this.#pages === pages;
    const known = same && this.#sessions === sessions;
    if (before && known && before.now === minute) return before;
    this.#sessions = sessions;
    this.#own = own;
    this.#pages = pages;
    // Without anything that grows, nothing has to be laid out anew.
    const all =
      before && known && !own.some(({ runs }) => runs)
        ? before.sessions
        : own.length + pages.length > 0
          ? [...sessions, ...pages, ...own.flatMap(({ segments }) => segments(now))]
          : sessions;
    this.#data = {
      from: period.from,
      to: period.to,
      zone: stats.timezone,
      now: minute,
      lanes: before && same ? before.lanes : lanesOf(stats.devices, own, pages),
      sessions: all,
      several,
      source: stats,
      colourOf: (app) => this.ctx.colours.of(app),
    };
    return this.#data;
  }
}

/**
 * A lane for each device, for browsers that are devices of their own, and for what is no device's.
 * @param {import('../api-types.d.ts').DeviceTotal[]} devices
 * @param {OwnLane[]} own
 * @param {Session[]} pages
 */
function lanesOf(devices, own, pages) {
  const lanes = devices.map((device) => ({
    id: device.device_id,
    name: device.name,
    note: format.duration(device.seconds),
  }));
  const known = new Set(lanes.map((lane) => lane.id));
  for (const [id, shown] of Map.groupBy(pages, (page) => page.device_id)) {
    if (known.has(id)) continue;
    const seconds = shown.reduce((sum, page) => sum + page.duration_seconds, 0);
    lanes.push({ id, name: shown[0].lane ?? t.timeline.browser, note: format.duration(seconds) });
  }
  return [...lanes, ...own.map(({ lane }) => lane)];
}

/**
 * Sessions and pages in one list, as the API gives sessions.
 * @param {import('../api-types.d.ts').Session[]} sessions
 * @param {Session[]} pages
 */
function latestFirst(sessions, pages) {
  if (pages.length === 0) return sessions;
  return [...sessions, ...pages].sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at));
}

/**
 * The pages of a day as the timeline draws them.
 * @param {import('../api-types.d.ts').DaySpans} day
 * @param {string | null} device only those of this one
 * @returns {Session[]}
 */
export function pagesOf({ devices }, device) {
  return devices
    .filter(({ device_id: id }) => !device || id === device)
    .flatMap(({ device_id: id, name, spans }) =>
      spans.map(({ started_at, ended_at, domain, host, title }, index) => ({
        id: `${id} ${index}`,
        device_id: id ?? OWN,
        lane: name ?? undefined,
        app: domain ?? host ?? t.timeline.noSite,
        kind: /** @type {const} */ ('website'),
        title,
        url: host === domain ? null : host,
        started_at,
        ended_at,
        duration_seconds: (Date.parse(ended_at) - Date.parse(started_at)) / 1000,
        page: true,
      })),
    );
}

/**
 * @param {{device_id: string, name: string}[]} devices
 * @param {string} id
 */
export function nameOf(devices, id) {
  return devices.find((device) => device.device_id === id)?.name ?? id;
}
