// The timeline in its card: zoom buttons, how much of it is loaded, and its table.

import * as format from '../format.js';
import { html, nothing } from '../html.js';
import { LIMIT } from '../period.js';
import { t } from '../texts.js';
import { chartCard } from './card.js';
import { icon } from './icon.js';
import { sessionsTable } from './sessions-dialog.js';
import './timeline.js';

/** @typedef {import('./timeline-own.js').OwnLane} OwnLane */

/** @type {OwnLane[]} */
const NONE = [];

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
   * @param {{note: string, file: string, now: number, own?: OwnLane[]}} around `own`: lanes that are no device's
   */
  view(period, { note, file, now, own = NONE }) {
    const { stats } = period;
    const several = period.to - period.from > 26 * 3_600_000;
    const deviceName = (/** @type {string} */ id) => nameOf(stats.devices, id);
    return chartCard(this.ctx, {
      id: 'timeline',
      title: t.timeline.title,
      note,
      size: 's12 timeline-card',
      file: `${file}-sessions`,
      data: () =>
        sessionsTable(period.sessions, {
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
            .data=${this.#dataOf(period, several, now, own)}
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
   * @returns {import('./timeline.js').Data}
   */
  #dataOf(period, several, now, own) {
    const { stats, sessions } = period;
    const before = this.#data;
    const minute = Math.floor(now / 60_000) * 60_000;
    const same = before?.source === stats && this.#own === own;
    const known = same && this.#sessions === sessions;
    if (before && known && before.now === minute) return before;
    this.#sessions = sessions;
    this.#own = own;
    const lanes =
      before && same
        ? before.lanes
        : [
            ...stats.devices.map((/** @type {import('../api-types.d.ts').DeviceTotal} */ device) => ({
              id: device.device_id,
              name: device.name,
              note: format.duration(device.seconds),
            })),
            ...own.map(({ lane }) => lane),
          ];
    // Without anything that grows, nothing has to be laid out anew.
    const all =
      before && known && !own.some(({ runs }) => runs)
        ? before.sessions
        : own.length > 0
          ? [...sessions, ...own.flatMap(({ segments }) => segments(now))]
          : sessions;
    this.#data = {
      from: period.from,
      to: period.to,
      zone: stats.timezone,
      now: minute,
      lanes,
      sessions: all,
      several,
      source: stats,
      colourOf: (app) => this.ctx.colours.of(app),
    };
    return this.#data;
  }
}

/**
 * @param {{device_id: string, name: string}[]} devices
 * @param {string} id
 */
export function nameOf(devices, id) {
  return devices.find((device) => device.device_id === id)?.name ?? id;
}
