// <almanac-ring>: what is left of a session, as a ring, with the plant that grows in its middle. It draws itself every
// second; the page need not.

import * as format from '../format.js';
import { html, nothing, render, repeat } from '../html.js';
import { GROWN, stageOf, withinStage } from '../species.js';
import * as t from '../texts/focus.js';
import { MINUTE } from '../zone.js';

/**
 * @typedef {object} Scene
 * @property {import('../timer.js').Timer} timer
 * @property {import('../species.js').SpeciesList} species
 * @property {string | null} plant the species that grows, or would
 * @property {number | null} minutes what would be planned
 */

/** A seed is looked at from nearer than a tree. */
const ZOOM = [2.5, 2, 1.5, 1.2, 1.05, 1];

class Ring extends HTMLElement {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {import('../timer.js').Timer | null} */
  #heard = null;
  #tick = () => this.#draw();

  /** @param {Scene} scene */
  set scene(scene) {
    this.#scene = scene;
    if (this.isConnected) this.connectedCallback();
  }

  connectedCallback() {
    const timer = this.#scene?.timer ?? null;
    if (timer !== this.#heard) {
      this.#heard?.removeEventListener('tick', this.#tick);
      timer?.addEventListener('tick', this.#tick);
      this.#heard = timer;
    }
    this.#draw();
  }

  disconnectedCallback() {
    this.#heard?.removeEventListener('tick', this.#tick);
    this.#heard = null;
  }

  #draw() {
    if (!this.#scene) return;
    const { timer } = this.#scene;
    const { session, rest } = timer;
    const idle = !session && !rest;
    const seconds = idle ? (this.#scene.minutes ?? 0) * 60 : timer.seconds;
    const open = idle ? this.#scene.minutes === null : timer.end === null;
    const word = idle
      ? t.focus.ready
      : rest
        ? rest.long
          ? t.focus.longRest
          : t.focus.rest
        : open
          ? t.focus.gone
          : t.focus.left;
    const spoken = format.spokenDuration(seconds);
    this.className = idle ? 'ring-idle' : rest ? 'ring-rest' : '';
    this.style.setProperty('--part', String(idle ? 0 : timer.part));
    render(
      html`<svg class="ring-face" viewBox="0 0 200 200" aria-hidden="true">
          <circle class="ring-marks" cx="100" cy="100" r="97" pathLength="60" transform="rotate(-90 100 100)" />
          <circle class="ring-fifths" cx="100" cy="100" r="96" pathLength="12" transform="rotate(-90 100 100)" />
          <circle class="ring-track" cx="100" cy="100" r="86" />
          <circle class="ring-passed" cx="100" cy="100" r="86" pathLength="1" transform="rotate(-90 100 100)" />
        </svg>
        <div class="ring-middle">
          ${this.#plant()}
          <div role="timer" aria-label=${t.focus.timer}>
            <span class="ring-time" aria-hidden="true">${format.clock(seconds)}</span>
            <span class="visually-hidden">${open ? t.focus.timeGone(spoken) : t.focus.timeLeft(spoken)}</span>
          </div>
          <span class="ring-word">${word}</span>
        </div>`,
      this,
    );
  }

  #plant() {
    const { timer, species, plant } = /** @type {Scene} */ (this.#scene);
    if (species.all.length === 0) return html`<span class="ring-plant"></span>`;
    const planned = timer.session?.duration_min ?? Infinity;
    const minutes = timer.session ? Math.min(timer.elapsed / MINUTE, planned) : 0;
    // Before a session the plant stands there as it will be; after one, as it has become.
    const stage = timer.session ? stageOf(minutes) : timer.rest && timer.last ? stageOf(timer.last.focus_min) : GROWN;
    this.style.setProperty('--zoom', String(ZOOM[stage]));
    const name = species.nameOf(plant ?? species.all[0].id);
    this.style.setProperty('--within', String(timer.session ? withinStage(minutes) : 1));
    return html`<span class="ring-plant">
      ${repeat(
        [species.picture(plant, stage)],
        (picture) => picture,
        (picture) => (picture ? html`<img src=${picture} alt=${t.focus.plantNow(name, stage)} />` : nothing),
      )}
    </span>`;
  }
}

customElements.define('almanac-ring', Ring);
