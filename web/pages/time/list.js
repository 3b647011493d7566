// Entries below their days: each with what of it is on the day, and what can be done with it.

import { icon } from '../../components/icon.js';
import { menu } from '../../components/menu.js';
import { explain } from '../../components/states.js';
import '../../components/time-clock.js';
import * as format from '../../format.js';
import { html, nothing, repeat } from '../../html.js';
import { tell } from '../../news.js';
import { paint } from '../../projects.js';
import * as t from '../../texts/time.js';
import { piecesOf, sumOf } from './days.js';
import { openEntry, warned } from './edit.js';

/**
 * @typedef {import('../../api-types.d.ts').TimeEntry} Entry
 * @typedef {import('./days.js').Piece} Piece
 *
 * @typedef {object} Day
 * @property {string} date
 * @property {{from: number, to: number}} bounds
 */

export class EntryList {
  /**
   * @param {import('../../main.js').Context} ctx
   * @param {import('../../components/undo.js').Undos} undos
   * @param {(id: string) => {title: string, color?: string | null} | undefined} projectOf
   */
  constructor(ctx, undos, projectOf) {
    this.ctx = ctx;
    this.undos = undos;
    this.projectOf = projectOf;
  }

  /**
   * @param {Entry[]} entries
   * @param {Day[]} days the latest first
   * @param {Set<string>} overlaps entries that share a moment with others
   */
  view(entries, days, overlaps) {
    const now = this.ctx.now();
    const shown = entries.filter(({ id }) => !this.undos.waits(id));
    const filled = days
      .map(({ date, bounds }) => ({ date, pieces: piecesOf(shown, bounds, now) }))
      .filter(({ pieces }) => pieces.length > 0);
    return repeat(
      filled,
      ({ date }) => date,
      ({ date, pieces }) => this.#day(date, pieces, overlaps),
    );
  }

  /**
   * @param {string} date
   * @param {Piece[]} pieces
   * @param {Set<string>} overlaps
   */
  #day(date, pieces, overlaps) {
    const sum = sumOf(pieces);
    const running = pieces.find(({ entry, after }) => this.#runs(entry) && !after);
    return html`<section class="card entries" aria-labelledby="day-${date}" data-date=${date}>
      <header class="card-head">
        <h2 id="day-${date}"><a class="cell-link" href="/time/day/${date}">${format.date(date, 'long')}</a></h2>
        <data class="entries-sum" value=${sum}>${running ? this.#growing(sum) : format.duration(sum)}</data>
      </header>
      <ul class="entry-list">
        ${repeat(
          pieces,
          ({ entry }) => entry.id,
          (piece) => this.#row(piece, overlaps.has(piece.entry.id)),
        )}
      </ul>
    </section>`;
  }

  /** @param {Entry} entry */
  #runs({ id }) {
    return this.ctx.tracker.entry?.id === id;
  }

  /** A sum that grows with what runs. @param {number} sum */
  #growing(sum) {
    const { tracker } = this.ctx;
    return html`<almanac-running .tracker=${tracker} .more=${sum - tracker.seconds}></almanac-running>`;
  }

  /**
   * @param {Piece} piece
   * @param {boolean} overlaps
   */
  #row({ entry, from, to, before, after }, overlaps) {
    const zone = this.ctx.zone();
    const project = entry.project_id ? this.projectOf(entry.project_id) : undefined;
    const { look, style } = paint(this.ctx.colours, project);
    const runs = this.#runs(entry) && !after;
    const name = entry.description ?? t.tracker.unnamed;
    const start = format.time(from, zone);
    const span = runs ? t.period.since(start) : t.period.span(start, format.time(to, zone));
    const seconds = (to - from) / 1000;
    const whole = before || after ? t.time.partOf(format.duration(entry.duration_seconds)) : null;
    return html`<li class="entry-row ${look} ${runs ? 'is-running' : ''}" .style=${style} data-entry=${entry.id}>
      <span class="entry-time"
        >${before ? html`<span title=${t.time.begunBefore}>…</span>` : nothing}${span}${after ? html`<span title=${t.time.goesOn}>…</span>` : nothing}</span
      >
      <span class="entry-about">
        <button
          type="button"
          class="entry-name ${entry.description ? '' : 'is-none'}"
          aria-label=${t.time.edit(name)}
          @click=${() => this.#edit(entry)}
        >
          ${name}
        </button>
        <span class="entry-of">
          ${project ? html`<span class="entry-project"><i class="chip"></i>${project.title}</span>` : nothing}
          ${entry.tags.map((tag) => html`<span class="entry-tag">${tag}</span>`)}
          ${entry.billable ? html`<span class="entry-bill" title=${t.time.billable}>${icon('cash-coin')}<span class="visually-hidden">${t.time.billable}</span></span>` : nothing}
          ${overlaps ? html`<span class="entry-overlap">${icon('exclamation-triangle')} ${t.time.overlaps}</span>` : nothing}
        </span>
      </span>
      <span class="entry-length">
        <data value=${seconds}
          >${runs ? html`<almanac-running .tracker=${this.ctx.tracker}></almanac-running>` : format.duration(seconds)}</data
        >
        ${whole ? html`<small>${whole}</small>` : nothing}
      </span>
      <span class="entry-tools">${this.#tools(entry, name)}</span>
    </li>`;
  }

  /**
   * @param {Entry} entry
   * @param {string} name
   */
  #tools(entry, name) {
    const runs = this.#runs(entry);
    const act = () => this.#try(async () => void (runs ? await this.ctx.tracker.stop() : await this.#again(entry)));
    const label = runs ? t.tracker.stopThis(name) : t.time.continueThis(name);
    return html`<button
        type="button"
        class="icon-button"
        aria-label=${label}
        title=${runs ? t.tracker.stop : t.time.continue}
        @click=${act}
      >
        ${icon(runs ? 'stop-fill' : 'play-fill')}
      </button>
      ${menu({
        label: t.time.acts(name),
        face: icon('three-dots'),
        items: [
          { icon: 'pencil', text: t.time.editThis, act: () => this.#edit(entry) },
          ...(runs ? [] : [{ icon: 'copy', text: t.time.duplicate, act: () => this.#duplicate(entry) }]),
          { icon: 'trash3', text: t.time.remove, act: () => this.#remove(entry), grave: true },
        ],
      })}`;
  }

  /** @param {Entry} entry */
  #edit(entry) {
    openEntry(this.ctx, { undos: this.undos, entry });
  }

  /** Another like it: its times are the first thing that is changed. @param {Entry} entry */
  #duplicate(entry) {
    openEntry(this.ctx, { undos: this.undos, like: entry });
  }

  /** @param {Entry} entry */
  async #again(entry) {
    warned(this.ctx, await this.ctx.tracker.restart(entry));
  }

  /** @param {Entry} entry */
  #remove({ id }) {
    this.undos.defer(id, t.time.removed, async () => {
      await this.ctx.api.send('DELETE', `/time-entries/${id}`, undefined, { keepalive: true });
      tell('time_entry.updated');
    });
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }
}
