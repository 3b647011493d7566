// <almanac-timeline>: a lane per device, a segment per session; zoomed and moved by wheel, drag, pinch and keys.
// It is a canvas with a keyboard of its own; the same sessions stand in the table view beside it.

import * as format from '../format.js';
import { html, nothing, render } from '../html.js';
import * as t from '../texts/usage.js';
import { listenToGestures } from './timeline-gestures.js';
import { beside, clamp, first, indexAt, isSame, layOut, zoom } from './timeline-layout.js';
import { measure, paint, readPalette, rowAt, slack } from './timeline-paint.js';
import { sentence, tip } from './timeline-tip.js';

/**
 * @typedef {import('./timeline-layout.js').Session} Session
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
 * @typedef {import('./timeline-layout.js').Spot} Spot
 */

const WIDE = 640;
/** Milliseconds. */
const GLIDE = 160;

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
  /** Where a movement under way leads.
   * @type {View | null} */
  #target = null;
  /** @type {(() => void)[]} */
  #release = [];

  connectedCallback() {
    render(this.#frameOf(), this);
    const plot = this.#plot;
    listenToGestures(plot, {
      zoom: (at, factor) => this.#show(zoom(this.#view, this.#instantAt(at), factor)),
      shift: (part) => this.#shift(part),
      hover: (at) => this.#point(at && this.#spotAt(at), at ?? undefined),
      press: (at, touch) => this.#press(at, touch),
      zoomed: () => this.#zoomed,
    });
    plot.addEventListener('dblclick', (event) => this.#zoomAt(this.#instantAt(event), 0.4));
    plot.addEventListener('keydown', (event) => this.#key(event));
    plot.addEventListener('blur', () => this.#point(null));

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
      ? t.timeline.summary(
          format.number(data.sessions.filter((session) => !session.page).length),
          format.number(data.sessions.filter((session) => session.page).length),
          format.number(data.lanes.length),
        )
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
    this.#target = null;
    this.#view = clamp(view, this.#data);
    this.#draw();
  }

  /** Moves to a view, at once where people prefer less motion.
   * @param {View} view */
  #glide(view) {
    if (!this.#data) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#show(view);
      return;
    }
    const [start, target] = [this.#view, clamp(view, this.#data)];
    const began = performance.now();
    const step = (/** @type {number} */ now) => {
      if (this.#target !== target) return;
      const part = Math.min(Math.max((now - began) / GLIDE, 0), 1);
      const eased = 1 - (1 - part) ** 3;
      this.#view = {
        from: start.from + (target.from - start.from) * eased,
        to: start.to + (target.to - start.to) * eased,
      };
      if (part === 1) this.#target = null;
      else requestAnimationFrame(step);
      this.#paintNow();
    };
    this.#target = target;
    requestAnimationFrame(step);
  }

  /**
   * @param {number} around
   * @param {number} factor
   */
  #zoomAt(around, factor) {
    this.#glide(zoom(this.#target ?? this.#view, around, factor));
  }

  /** @param {{clientX: number}} event */
  #instantAt(event) {
    const left = this.#plot.getBoundingClientRect().left;
    return this.#view.from + ((event.clientX - left) / this.#width) * (this.#view.to - this.#view.from);
  }

  get #zoomed() {
    const data = this.#data;
    return data !== null && this.#view.to - this.#view.from < data.to - data.from;
  }

  /** Moves the view by a part of its width.
   * @param {number} part */
  #shift(part, gliding = false) {
    const { from, to } = (gliding && this.#target) || this.#view;
    const by = (to - from) * part;
    const moved = { from: from + by, to: to + by };
    if (gliding) this.#glide(moved);
    else this.#show(moved);
  }

  /**
   * @param {{clientX: number, clientY: number}} at
   * @param {boolean} touch
   */
  #press(at, touch) {
    const spot = this.#spotAt(at);
    // A finger cannot hover: its first tap tells, its second opens.
    if (touch && !isSame(spot, this.#active)) this.#point(spot, at);
    else this.#open(spot);
  }

  /**
   * @param {{clientX: number, clientY: number}} event
   * @returns {Spot | null}
   */
  #spotAt(event) {
    const y = event.clientY - this.#plot.getBoundingClientRect().top;
    const place = rowAt(this.#places, y);
    if (!place) return null;
    const { lane, row } = place;
    const index = indexAt(this.#lanes[lane].rows[row], this.#instantAt(event), slack(this.#view, this.#width));
    return index < 0 ? null : { lane, row, index };
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
    const box = /** @type {HTMLElement} */ (this.querySelector('.tl-tip'));
    if (!isSame(spot, this.#active)) {
      this.#active = spot;
      this.#draw();
    }
    box.hidden = spot === null;
    if (spot === null || !this.#data) return;
    const session = this.#sessionOf(spot);
    render(tip(session, this.#data), box);
    const whole = this.getBoundingClientRect();
    const plot = this.#plot.getBoundingClientRect();
    const start = Math.max(Date.parse(session.started_at), this.#view.from);
    const near = event
      ? event.clientX
      : plot.left + ((start - this.#view.from) / (this.#view.to - this.#view.from)) * this.#width;
    const place = this.#places.places[spot.lane];
    const left = Math.min(Math.max(near - whole.left - 24, 0), Math.max(whole.width - box.offsetWidth, 0));
    const below = plot.top - whole.top + place.top + place.height + 8;
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(below)}px)`;
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
    const spot = this.#active
      ? { ...this.#active, index: this.#active.index + by }
      : first(this.#lanes, this.#view, by);
    if (spot) this.#goTo(spot);
  }

  /** @param {-1 | 1} by */
  #changeLane(by) {
    const spot = this.#active ? beside(this.#lanes, this.#active, by) : first(this.#lanes, this.#view, 1);
    if (spot) this.#goTo(spot);
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
    const status = this.querySelector('[role="status"]');
    if (status && this.#data) status.textContent = sentence(target, spot.index, this.#data.zone);
  }
}

customElements.define('almanac-timeline', Timeline);
