// <almanac-timeline>: a lane per device, a segment per session; zoomed and moved by wheel, drag, pinch and keys.
// It is a canvas with a keyboard of its own; the same sessions stand in the table view beside it.

import { appName } from '../app-names.js';
import * as format from '../format.js';
import { html, nothing, render } from '../html.js';
import { t } from '../texts.js';
import { clamp, firstEndingAfter, indexAt, layOut, zoom } from './timeline-layout.js';
import { measure, paint, readPalette, slack } from './timeline-paint.js';

/**
 * @typedef {import('../api-types.d.ts').Session} Session
 * @typedef {import('./timeline-layout.js').View} View
 *
 * @typedef {object} Data
 * @property {number} from the first instant shown
 * @property {number} to the instant after the last
 * @property {string} zone
 * @property {number} now
 * @property {{id: string, name: string, note: string}[]} lanes
 * @property {Session[]} sessions
 * @property {(app: string) => number} colourOf
 * @property {boolean} several whether it spans more than a day
 * @property {object} source the answer all this comes from
 *
 * @typedef {{lane: number, row: number, index: number}} Spot
 */

const WIDE = 640;
const CLICK = 5;

export class Timeline extends HTMLElement {
  /** @type {Data | null} */
  #data = null;
  /** @type {import('./timeline-layout.js').Lane[]} */
  #lanes = [];
  /** @type {View} */
  #view = { from: 0, to: 1 };
  #width = 0;
  #narrow = false;
  #frame = 0;
  #places = measure([], false);
  /** @type {ReturnType<typeof readPalette> | null} */
  #palette = null;
  /** @type {Spot | null} */
  #active = null;
  /** @type {string | null} */
  #highlight = null;
  /** @type {Map<number, {x: number, y: number}>} */
  #pointers = new Map();
  #moved = 0;
  /** @type {(() => void)[]} */
  #release = [];

  connectedCallback() {
    render(this.#frameOf(), this);
    const plot = this.#plot;
    const listen = (/** @type {string} */ type, /** @type {any} */ handler, options = {}) =>
      plot.addEventListener(type, handler, options);
    listen('wheel', (/** @type {WheelEvent} */ event) => this.#wheel(event), { passive: false });
    listen('pointerdown', (/** @type {PointerEvent} */ event) => this.#pointerDown(event));
    listen('pointermove', (/** @type {PointerEvent} */ event) => this.#pointerMove(event));
    listen('pointerup', (/** @type {PointerEvent} */ event) => this.#pointerUp(event));
    listen('pointercancel', (/** @type {PointerEvent} */ event) => this.#pointerGone(event));
    listen('pointerleave', () => this.#pointers.size === 0 && this.#point(null));
    listen('dblclick', (/** @type {MouseEvent} */ event) => this.#zoomAt(this.#instantAt(event), 0.4));
    listen('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event));
    listen('blur', () => this.#point(null));

    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(plot);
    const themed = new MutationObserver(() => {
      this.#palette = null;
      this.#draw();
    });
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
    // Text on a canvas does not change by itself when its font arrives.
    document.fonts.ready.then(() => this.#draw());
    this.#release = [() => resized.disconnect(), () => themed.disconnect()];
    this.#resize();
  }

  disconnectedCallback() {
    for (const release of this.#release) release();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** @param {Data | null} data */
  set data(data) {
    const before = this.#data;
    if (data === before || data === null) return;
    this.#data = data;
    const spans = before?.from !== data.from || before?.to !== data.to;
    if (spans) this.#view = { from: data.from, to: data.to };
    if (spans || before?.sessions !== data.sessions || before?.lanes !== data.lanes) {
      this.#lanes = layOut(
        data.sessions,
        data.lanes.map((lane) => lane.id),
        data,
        data.colourOf,
      );
      this.#active = null;
    }
    if (this.isConnected && this.firstChild) {
      this.#resize();
      render(this.#frameOf(), this);
    }
  }

  /** The app that stands out; null for all.
   * @param {string | null} app */
  set highlight(app) {
    if (app === this.#highlight) return;
    this.#highlight = app;
    this.#draw();
  }

  /** What is in view, in milliseconds since 1970.
   * @returns {View} */
  get view() {
    return { ...this.#view };
  }

  zoomIn() {
    this.#zoomAt((this.#view.from + this.#view.to) / 2, 0.5);
  }

  zoomOut() {
    this.#zoomAt((this.#view.from + this.#view.to) / 2, 2);
  }

  showAll() {
    if (this.#data) this.#glide({ from: this.#data.from, to: this.#data.to });
  }

  focus() {
    this.#plot.focus();
  }

  get #plot() {
    return /** @type {HTMLElement} */ (this.querySelector('.tl-plot'));
  }

  #frameOf() {
    const data = this.#data;
    const summary = data
      ? t.timeline.summary(format.number(data.sessions.length), format.number(data.lanes.length))
      : '';
    return html`<div class="tl ${this.#narrow ? 'tl-narrow' : ''}">
      <div class="tl-names">
        ${
          data?.lanes.map(
            (lane, index) =>
              html`<div class="tl-name" .style=${`top: ${this.#nameTop(index)}px`}>
                <b>${lane.name}</b><small>${lane.note}</small>
              </div>`,
          ) ?? nothing
        }
      </div>
      <div
        class="tl-plot"
        tabindex="0"
        role="application"
        aria-roledescription="timeline"
        aria-label="${t.timeline.label}: ${summary}"
        aria-description=${t.timeline.instructions}
        .style=${`height: ${this.#places.height}px`}
      >
        <canvas aria-hidden="true"></canvas>
      </div>
      <div class="tl-tip" hidden></div>
      <div class="visually-hidden" role="status"></div>
    </div>`;
  }

  /** @param {number} index */
  #nameTop(index) {
    const place = this.#places.places[index];
    if (!place) return 0;
    return this.#narrow ? place.top - 23 : place.top + place.height / 2 - 19;
  }

  #resize() {
    this.#narrow = this.clientWidth < WIDE;
    this.#places = measure(this.#lanes, this.#narrow);
    render(this.#frameOf(), this);
    const plot = this.#plot;
    const canvas = /** @type {HTMLCanvasElement} */ (plot.firstElementChild);
    const scale = devicePixelRatio || 1;
    this.#width = plot.clientWidth;
    const [width, height] = [Math.round(this.#width * scale), Math.round(this.#places.height * scale)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    this.#paintNow();
  }

  #draw() {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paintNow());
  }

  #paintNow() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const data = this.#data;
    const canvas = this.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!data || !canvas || !context || this.#width === 0) return;
    this.#palette ??= readPalette(getComputedStyle(this));
    const scale = devicePixelRatio || 1;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    paint(context, {
      lanes: this.#lanes,
      places: this.#places,
      view: this.#view,
      bounds: data,
      width: this.#width,
      zone: data.zone,
      now: data.now,
      highlight: this.#highlight,
      active: this.#active,
      palette: this.#palette,
    });
  }

  /** @param {View} view */
  #show(view) {
    if (!this.#data) return;
    this.#view = clamp(view, this.#data);
    this.#draw();
    this.dispatchEvent(new Event('viewchange'));
  }

  /** Moves to a view, at once where people prefer less motion.
   * @param {View} view */
  #glide(view) {
    if (!this.#data) return;
    const target = clamp(view, this.#data);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#show(target);
      return;
    }
    const start = this.#view;
    const began = performance.now();
    const step = (/** @type {number} */ now) => {
      const part = Math.min(Math.max((now - began) / 160, 0), 1);
      const eased = 1 - (1 - part) ** 3;
      this.#show({
        from: start.from + (target.from - start.from) * eased,
        to: start.to + (target.to - start.to) * eased,
      });
      if (part < 1 && this.isConnected) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /**
   * @param {number} around
   * @param {number} factor
   */
  #zoomAt(around, factor) {
    this.#glide(zoom(this.#view, around, factor));
  }

  /** @param {{clientX: number}} event */
  #instantAt(event) {
    const left = this.#plot.getBoundingClientRect().left;
    return this.#view.from + ((event.clientX - left) / this.#width) * (this.#view.to - this.#view.from);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const zooming = event.ctrlKey || event.metaKey || (document.activeElement === this.#plot && !event.shiftKey);
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (zooming && Math.abs(event.deltaY) >= Math.abs(event.deltaX)) {
      event.preventDefault();
      const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY * unit * 0.004)));
      this.#show(zoom(this.#view, this.#instantAt(event), factor));
      this.#point(null);
    } else if (sideways !== 0 && this.#zoomed) {
      event.preventDefault();
      this.#shift((sideways * unit) / this.#width);
    }
  }

  get #zoomed() {
    const data = this.#data;
    return data !== null && this.#view.to - this.#view.from < data.to - data.from;
  }

  /** Moves the view by a part of its width.
   * @param {number} part */
  #shift(part, gliding = false) {
    const by = (this.#view.to - this.#view.from) * part;
    const moved = { from: this.#view.from + by, to: this.#view.to + by };
    if (gliding) this.#glide(moved);
    else this.#show(moved);
  }

  /** @param {PointerEvent} event */
  #pointerDown(event) {
    if (event.button !== 0) return;
    this.#plot.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 1) this.#moved = 0;
  }

  /** @param {PointerEvent} event */
  #pointerMove(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      this.#point(this.#spotAt(event), event);
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    this.#moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (this.#pointers.size === 2) {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
      const apart = (/** @type {{x: number}} */ point) => Math.max(Math.abs(point.x - other.x), 8);
      const middle = this.#instantAt({ clientX: (now.x + other.x) / 2 });
      this.#show(zoom(this.#view, middle, apart(before) / apart(now)));
    } else if (this.#moved > CLICK) {
      this.#point(null);
      this.#plot.classList.add('dragging');
      this.#shift((before.x - now.x) / this.#width);
    }
    this.#pointers.set(event.pointerId, now);
  }

  /** @param {PointerEvent} event */
  #pointerUp(event) {
    const clicked = this.#pointers.size === 1 && this.#moved <= CLICK;
    this.#pointerGone(event);
    if (!clicked) return;
    const spot = this.#spotAt(event);
    if (event.pointerType === 'mouse' || this.#same(spot, this.#active)) this.#open(spot);
    // A finger cannot hover: its first tap tells, its second opens.
    else this.#point(spot, event);
  }

  /** @param {PointerEvent} event */
  #pointerGone(event) {
    this.#pointers.delete(event.pointerId);
    this.#plot.classList.remove('dragging');
  }

  /**
   * @param {{clientX: number, clientY: number}} event
   * @returns {Spot | null}
   */
  #spotAt(event) {
    const y = event.clientY - this.#plot.getBoundingClientRect().top;
    const lane = this.#places.places.findIndex(({ top, height }) => y >= top - 4 && y < top + height + 4);
    if (lane < 0) return null;
    const { top, row: size } = this.#places.places[lane];
    const row = Math.min(Math.max(Math.floor((y - top) / (size + 2)), 0), this.#lanes[lane].rows.length - 1);
    const index = indexAt(this.#lanes[lane].rows[row], this.#instantAt(event), slack(this.#view, this.#width));
    return index < 0 ? null : { lane, row, index };
  }

  /**
   * @param {Spot | null} one
   * @param {Spot | null} other
   */
  #same(one, other) {
    return one?.lane === other?.lane && one?.row === other?.row && one?.index === other?.index;
  }

  /** @param {Spot} spot */
  #sessionOf(spot) {
    return this.#lanes[spot.lane].rows[spot.row].sessions[spot.index];
  }

  /**
   * Shows what a session is, beside the pointer or above it when it was reached by keys.
   * @param {Spot | null} spot
   * @param {{clientX: number}} [event]
   */
  #point(spot, event) {
    const tip = /** @type {HTMLElement} */ (this.querySelector('.tl-tip'));
    if (!this.#same(spot, this.#active)) {
      this.#active = spot;
      this.#draw();
    }
    tip.hidden = spot === null;
    if (spot === null || !this.#data) return;
    const session = this.#sessionOf(spot);
    render(this.#tip(session), tip);
    const box = this.getBoundingClientRect();
    const plot = this.#plot.getBoundingClientRect();
    const start = Math.max(Date.parse(session.started_at), this.#view.from);
    const near = event
      ? event.clientX - box.left
      : plot.left - box.left + ((start - this.#view.from) / (this.#view.to - this.#view.from)) * this.#width;
    const place = this.#places.places[spot.lane];
    const left = Math.min(Math.max(near - 24, 0), Math.max(box.width - tip.offsetWidth, 0));
    const below = plot.top - box.top + place.top + place.height + 8;
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(below)}px)`;
  }

  /** @param {Session} session */
  #tip(session) {
    const { zone, several, colourOf, lanes } = /** @type {Data} */ (this.#data);
    const [start, end] = [Date.parse(session.started_at), Date.parse(session.ended_at)];
    const time = (/** @type {number} */ instant) =>
      several ? format.dayAndTime(instant, zone) : format.time(instant, zone, 'second');
    const name = appName(session.app);
    return html`<div class="tl-tip-app"><i class="chip c${colourOf(session.app)}"></i><b>${name}</b></div>
      ${name === session.app ? nothing : html`<div class="note wrap">${session.app}</div>`}
      ${session.title ? html`<div class="wrap">${session.title}</div>` : nothing}
      ${session.url ? html`<div class="note wrap">${session.url}</div>` : nothing}
      <div>${time(start)} – ${time(end)}<b class="ms-2">${format.duration(session.duration_seconds)}</b></div>
      <div class="note">${lanes.find((lane) => lane.id === session.device_id)?.name}</div>`;
  }

  /** @param {Spot | null} spot */
  #open(spot) {
    if (spot === null) return;
    this.dispatchEvent(new CustomEvent('opensession', { detail: this.#sessionOf(spot) }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const actions = event.shiftKey
      ? {
          ArrowLeft: () => this.#shift(-0.25, true),
          ArrowRight: () => this.#shift(0.25, true),
          '+': () => this.zoomIn(),
        }
      : {
          ArrowLeft: () => this.#step(-1),
          ArrowRight: () => this.#step(1),
          ArrowUp: () => this.#changeLane(-1),
          ArrowDown: () => this.#changeLane(1),
          '+': () => this.zoomIn(),
          '=': () => this.zoomIn(),
          '-': () => this.zoomOut(),
          0: () => this.showAll(),
          Home: () => this.#goTo({ lane: this.#active?.lane ?? 0, row: 0, index: 0 }),
          End: () => this.#goTo({ lane: this.#active?.lane ?? 0, row: 0, index: Infinity }),
          Enter: () => this.#open(this.#active),
          Escape: () => this.#point(null),
        };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /** @param {-1 | 1} by */
  #step(by) {
    if (this.#active) {
      this.#goTo({ ...this.#active, index: this.#active.index + by });
      return;
    }
    const lane = Math.max(
      this.#lanes.findIndex((one) => one.rows[0].starts.length > 0),
      0,
    );
    const row = this.#lanes[lane]?.rows[0];
    if (row) this.#goTo({ lane, row: 0, index: by > 0 ? firstEndingAfter(row, this.#view.from) : Infinity });
  }

  /** @param {-1 | 1} by */
  #changeLane(by) {
    const now = this.#active;
    if (!now) {
      this.#step(1);
      return;
    }
    const instant = this.#lanes[now.lane].rows[now.row].starts[now.index];
    // Rows of a lane first, then the next lane.
    let { lane, row } = now;
    row += by;
    if (!this.#lanes[lane].rows[row]) {
      lane += by;
      row = by > 0 ? 0 : (this.#lanes[lane]?.rows.length ?? 1) - 1;
    }
    const target = this.#lanes[lane]?.rows[row];
    if (target) this.#goTo({ lane, row, index: firstEndingAfter(target, instant) });
  }

  /** @param {Spot} spot its index is brought into the row */
  #goTo({ lane, row, index }) {
    const target = this.#lanes[lane]?.rows[row];
    if (!target || target.starts.length === 0) return;
    const spot = { lane, row, index: Math.min(Math.max(index, 0), target.starts.length - 1) };
    const [start, end] = [target.starts[spot.index], target.ends[spot.index]];
    const span = this.#view.to - this.#view.from;
    if (start < this.#view.from || start > this.#view.to) {
      this.#show({ from: (start + end) / 2 - span / 2, to: (start + end) / 2 + span / 2 });
    }
    this.#point(spot);
    this.#say(this.#sessionOf(spot), target, spot.index);
  }

  /**
   * @param {Session} session
   * @param {import('./timeline-layout.js').Row} row
   * @param {number} index
   */
  #say(session, row, index) {
    const { zone } = /** @type {Data} */ (this.#data);
    const gap = index > 0 ? (row.starts[index] - row.ends[index - 1]) / 1000 : 0;
    const status = this.querySelector('[role="status"]');
    const parts = [
      gap > 60 ? t.timeline.gap(format.spokenDuration(gap)) : '',
      appName(session.app),
      session.title ?? '',
      t.hours.span(format.time(row.starts[index], zone), format.time(row.ends[index], zone)),
      format.spokenDuration(session.duration_seconds),
    ];
    if (status) status.textContent = parts.filter(Boolean).join(', ');
  }
}

customElements.define('almanac-timeline', Timeline);
