// <almanac-running>: how long the time entry that runs has run, or what it adds up to with others; it draws itself every
// second. And that entry in the header of every page, with the button that ends it.

import * as format from '../format.js';
import { html } from '../html.js';
import { paint } from '../projects.js';
import * as t from '../texts.js';
import { icon } from './icon.js';
import { explain } from './states.js';

class Running extends HTMLElement {
  /** @type {import('../tracker.js').Tracker | null} */
  tracker = null;
  /** Seconds that come to it; none: it stands alone, as a clock. @type {number | null} */
  more = null;
  #tick = () => this.#draw();

  connectedCallback() {
    this.tracker?.addEventListener('tick', this.#tick);
    this.#draw();
  }

  disconnectedCallback() {
    this.tracker?.removeEventListener('tick', this.#tick);
  }

  #draw() {
    const { tracker, more } = this;
    if (!tracker) return;
    const text = more === null ? format.clock(tracker.seconds) : format.duration(Math.max(0, tracker.seconds + more));
    if (this.textContent !== text) this.textContent = text;
  }
}

customElements.define('almanac-running', Running);

/**
 * What runs, in the header.
 * @param {import('../main.js').Context} ctx
 */
export function timeClock(ctx) {
  const { tracker } = ctx;
  const { entry, project } = tracker;
  if (!entry) return '';
  const { look, style } = paint(ctx.colours, project);
  const name = entry.description ?? project?.title ?? t.tracker.unnamed;
  const about = entry.description && project ? `${entry.description}, ${project.title}` : name;
  const stop = async () => {
    try {
      await tracker.stop();
    } catch (error) {
      ctx.toasts.say(explain(error));
    }
  };
  return html`<span class="time-clock ${look}" .style=${style}>
    <a
      href="/time"
      aria-label=${t.tracker.running(about, format.time(Date.parse(entry.start_time), ctx.zone()))}
      title=${about}
    >
      <i class="chip"></i><span class="time-clock-name">${name}</span
      ><almanac-running aria-hidden="true" .tracker=${tracker}></almanac-running>
    </a>
    <button type="button" aria-label=${t.tracker.stopThis(about)} title=${t.tracker.stop} @click=${stop}>
      ${icon('stop-fill')}
    </button>
  </span>`;
}
