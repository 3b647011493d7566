// <almanac-clock>: the time of what runs, in the header of every page. It draws itself every second; the page need not.

import * as format from '../format.js';
import { html, nothing, render } from '../html.js';
import * as t from '../texts.js';
import { icon } from './icon.js';

class Clock extends HTMLElement {
  /** @type {import('../timer.js').Timer | null} */
  timer = null;
  #tick = () => this.#draw();

  connectedCallback() {
    this.timer?.addEventListener('tick', this.#tick);
    this.#draw();
  }

  disconnectedCallback() {
    this.timer?.removeEventListener('tick', this.#tick);
  }

  #draw() {
    const { timer } = this;
    const runs = timer?.session ?? timer?.rest;
    if (!timer || !runs) return render(nothing, this);
    const time = format.clock(timer.seconds);
    const what = timer.session ? timer.session.label : null;
    // A screen reader hears the minutes, when it comes by; not every second.
    const spoken = format.spokenDuration(Math.max(60, Math.round(timer.seconds / 60) * 60));
    const said = timer.session ? t.timer.running(spoken) : t.timer.resting(spoken);
    return render(
      html`<a
        class="clock ${timer.session ? '' : 'clock-rest'}"
        href="/focus"
        aria-label=${what ? `${what}. ${said}` : said}
        title=${what ?? said}
      >
        ${icon(timer.session ? 'stopwatch' : 'cup-hot')}<span aria-hidden="true">${time}</span>
      </a>`,
      this,
    );
  }
}

customElements.define('almanac-clock', Clock);
