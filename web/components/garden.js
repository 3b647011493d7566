// <almanac-garden>: a scene of plants that tell what they grew by. One control for the keyboard; the same plants stand
// in the table view beside it.

import { html, render, repeat } from '../html.js';
import * as t from '../texts/garden.js';
import { plantAt, place } from './garden-layout.js';
import { fireflies, land, sky } from './garden-sky.js';

/**
 * @typedef {import('../api-types.d.ts').Plant} Plant
 *
 * @typedef {object} GardenScene
 * @property {Plant[]} plants the oldest first
 * @property {(plant: Plant) => string} picture
 * @property {(plant: Plant) => import('../html.js').View} tip for the eye
 * @property {(plant: Plant) => string} sentence for the ear
 * @property {string} summary
 * @property {string} season
 * @property {ReturnType<typeof import('./garden-season.js').hourOf>} hour
 * @property {number} now
 */

/** Only so many sway: the eye sees no more, and each costs the browser a layer. */
const SWAYING = 36;
const FINGER = 12;

class Garden extends HTMLElement {
  /** @type {GardenScene | null} */
  #scene = null;
  /** @type {import('./garden-layout.js').Placed[]} */
  #placed = [];
  /** By time: the order of the arrow keys. @type {number[]} */
  #order = [];
  #chosen = -1;
  #size = { width: 0, height: 0 };
  /** @type {(() => void)[]} */
  #release = [];

  connectedCallback() {
    const resized = new ResizeObserver(() => this.#measure());
    resized.observe(this);
    // What is not seen does not move.
    const seen = new IntersectionObserver(([entry]) => this.classList.toggle('is-still', !entry.isIntersecting));
    seen.observe(this);
    this.#release = [() => resized.disconnect(), () => seen.disconnect()];
    this.#measure();
  }

  disconnectedCallback() {
    for (const release of this.#release) release();
  }

  /** @param {GardenScene} scene */
  set scene(scene) {
    const before = this.#scene;
    if (before?.plants !== scene.plants) this.#chosen = -1;
    this.#scene = scene;
    if (!this.isConnected) return;
    if (before?.plants !== scene.plants) this.#layOut();
    this.#draw();
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this;
    if (width === 0 || (width === this.#size.width && height === this.#size.height)) return;
    this.#size = { width, height };
    this.#layOut();
    this.#draw();
  }

  #layOut() {
    if (!this.#scene || this.#size.width === 0) return;
    this.#placed = place(this.#scene.plants, this.#size.width, this.#size.height);
    this.#order = this.#placed
      .map((_, index) => index)
      .sort((a, b) => (this.#placed[a].plant.started_at < this.#placed[b].plant.started_at ? -1 : 1));
  }

  #draw() {
    const scene = this.#scene;
    if (!scene || this.#size.width === 0) return;
    const every = Math.max(1, Math.ceil(this.#placed.length / SWAYING));
    render(
      html`<div class="garden garden-${scene.season} garden-${scene.hour.phase}">
        ${sky(scene)} ${land(this.#size.width < this.#size.height * 2)}
        <div
          class="garden-ground"
          tabindex="0"
          role="application"
          aria-roledescription=${t.garden.kind}
          aria-label="${t.garden.title}: ${scene.summary}"
          aria-description=${t.garden.instructions}
          @pointermove=${(/** @type {PointerEvent} */ event) => event.pointerType === 'mouse' && this.#point(event)}
          @pointerdown=${(/** @type {PointerEvent} */ event) => this.#point(event)}
          @pointerleave=${(/** @type {PointerEvent} */ event) => event.pointerType === 'mouse' && this.#choose(-1)}
          @blur=${() => this.#choose(-1)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event)}
        >
          ${repeat(
            this.#placed,
            ({ plant }) => plant.id,
            (one, index) =>
              html`<img
                class="plant ${index % every === 0 ? 'sways' : ''}"
                src=${scene.picture(one.plant)}
                alt=""
                draggable="false"
                .style=${styleOf(one)}
              />`,
          )}
        </div>
        <img class="plant plant-chosen" alt="" hidden />
        ${fireflies(scene.season)}
        <div class="garden-dusk" aria-hidden="true"></div>
        <div class="tl-tip garden-tip" hidden></div>
        <div class="visually-hidden" role="status"></div>
      </div>`,
      this,
    );
    this.#mark();
  }

  /** Shows what was chosen, in front of the others. They are not painted anew for it: there may be a thousand. */
  #mark() {
    const chosen = this.#placed[this.#chosen];
    const image = /** @type {HTMLImageElement} */ (this.querySelector('.plant-chosen'));
    const tip = /** @type {HTMLElement} */ (this.querySelector('.garden-tip'));
    image.hidden = !chosen;
    tip.hidden = !chosen;
    if (!chosen || !this.#scene) return;
    image.src = this.#scene.picture(chosen.plant);
    image.style.cssText = styleOf(chosen);
    render(this.#scene.tip(chosen.plant), tip);
    tip.style.cssText = this.#tipStyle(chosen);
  }

  /** @param {import('./garden-layout.js').Placed} placed */
  #tipStyle({ x, y, height }) {
    const right = x > this.#size.width / 2;
    const above = y - height * 0.9 > 110;
    const side = right
      ? `right: ${Math.round(Math.max(this.#size.width - x - 30, 8))}px`
      : `left: ${Math.round(Math.max(x - 30, 8))}px`;
    const edge = above
      ? `bottom: ${Math.round(this.#size.height - y + height * 0.86)}px`
      : `top: ${Math.round(Math.min(y + 8, this.#size.height - 90))}px`;
    return `${side}; ${edge}`;
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const box = this.getBoundingClientRect();
    const reach = event.pointerType === 'mouse' ? 0 : FINGER;
    this.#choose(plantAt(this.#placed, event.clientX - box.left, event.clientY - box.top, reach));
  }

  /** @param {number} index */
  #choose(index) {
    if (index === this.#chosen) return;
    this.#chosen = index;
    this.#mark();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#order.length === 0) return;
    const last = this.#order.length - 1;
    const at = this.#order.indexOf(this.#chosen);
    /** @type {Record<string, number>} */
    const moves = {
      ArrowLeft: at < 0 ? last : Math.max(at - 1, 0),
      ArrowRight: at < 0 ? 0 : Math.min(at + 1, last),
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape' && at >= 0) this.#choose(-1);
    else if (event.key in moves) {
      this.#choose(this.#order[moves[event.key]]);
      const status = this.querySelector('[role="status"]');
      if (status) status.textContent = this.#scene?.sentence(this.#placed[this.#chosen].plant) ?? '';
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {import('./garden-layout.js').Placed} placed */
function styleOf({ x, y, height, lean }) {
  return `left: ${x.toFixed(1)}px; top: ${y.toFixed(1)}px; height: ${height.toFixed(1)}px; --lean: ${(lean * 5).toFixed(2)}deg; --late: ${(lean * 9 - 5).toFixed(2)}s`;
}

customElements.define('almanac-garden', Garden);
