// Every session there was, newest first: named anew in its place, deleted with a way back, saved as CSV.

import { icon } from '../../components/icon.js';
import { moreButton } from '../../components/more.js';
import { explain } from '../../components/states.js';
import { Undos } from '../../components/undo.js';
import { download } from '../../csv.js';
import * as format from '../../format.js';
import { html, nothing, repeat } from '../../html.js';
import { tell } from '../../news.js';
import * as t from '../../texts/focus.js';
import { clockAt } from '../../zone.js';
import { addSession } from './add-session.js';

/** @typedef {import('../../api-types.d.ts').FocusSession} Session */

const PAGE = 1000;
/** Sessions shown before more are asked for, and with each asking. */
const FIRST = 12;
const STEP = 50;

export class History {
  /** The one whose label is being changed. @type {string | null} */
  #editing = null;
  #exporting = false;
  #limit = FIRST;

  /**
   * @param {import('../../main.js').Context} ctx
   * @param {import('../../listing.js').Listing<Session>} list
   */
  constructor(ctx, list) {
    this.ctx = ctx;
    this.list = list;
    this.undos = new Undos(ctx);
  }

  close() {
    this.undos.close();
  }

  view() {
    const { items, total, error } = this.list;
    const shown = (items ?? []).filter(({ id }) => !this.undos.waits(id));
    const count = Math.max(0, total - this.undos.waiting);
    return html`<section class="card s12 history-card" aria-labelledby="history-title">
      <header class="card-head">
        <h2 id="history-title">${t.focus.history} <small>${t.counts.sessions(format.number(count), count)}</small></h2>
        <div class="card-tools">
          <button type="button" class="tool" @click=${() => addSession(this.ctx)}>
            ${icon('plus-lg')}<span>${t.focus.add}</span>
          </button>
          <button
            type="button"
            class="tool"
            aria-label=${t.focus.exportLong}
            ?disabled=${this.#exporting}
            @click=${() => this.#export()}
          >
            ${icon('download')}<span>${this.#exporting ? t.focus.exporting : t.focus.export}</span>
          </button>
        </div>
      </header>
      ${error ? html`<p role="alert">${explain(error)}</p>` : nothing}
      ${shown.length === 0 && !error ? html`<p class="note">${t.focus.historyNone}</p>` : this.#days(shown.slice(0, this.#limit))}
      ${this.#more(shown.length)}
    </section>`;
  }

  /** First what is here already, then what the server has.
   * @param {number} have */
  #more(have) {
    if (have <= this.#limit) return moreButton(this.ctx, this.list, t.focus.showMore);
    const more = () => {
      this.#limit += STEP;
      this.ctx.update();
    };
    return html`<button type="button" class="btn btn-quiet" @click=${more}>${t.focus.showMore}</button>`;
  }

  /** @param {Session[]} sessions */
  #days(sessions) {
    const zone = this.ctx.zone();
    const days = Map.groupBy(sessions, ({ started_at: at }) => clockAt(zone, Date.parse(at)).slice(0, 10));
    return html`<ol class="history">
      ${repeat(
        days,
        ([date]) => date,
        ([date, ones]) =>
          html`<li>
            <h3 class="history-day">${format.date(date, 'full')}</h3>
            <ul>
              ${repeat(
                ones,
                ({ id }) => id,
                (one) => this.#row(one, zone),
              )}
            </ul>
          </li>`,
      )}
    </ol>`;
  }

  /**
   * @param {Session} session
   * @param {string} zone
   */
  #row(session, zone) {
    const state = stateOf(session);
    const from = format.time(Date.parse(session.started_at), zone);
    const to = session.ended_at ? format.time(Date.parse(session.ended_at), zone) : '';
    const name = session.label ?? t.focus.noLabel;
    return html`<li class="session is-${state}" data-session=${session.id}>
      <span class="session-time">${to ? t.period.span(from, to) : t.period.since(from)}</span>
      ${this.#editing === session.id ? this.#editor(session) : this.#label(session, name)}
      <span class="session-state">${stateIcon(state)} ${t.timer.state[state]}</span>
      <data class="session-length" value=${session.focus_min}>${t.focus.minutes(session.focus_min)}</data>
      ${
        state === 'running'
          ? html`<span class="session-tool"></span>`
          : html`<button
              type="button"
              class="icon-button session-tool"
              aria-label=${t.focus.remove(`${name}, ${from}`)}
              title=${t.focus.removeThis}
              @click=${() => this.#remove(session)}
            >
              ${icon('trash3')}
            </button>`
      }
    </li>`;
  }

  /**
   * @param {Session} session
   * @param {string} name
   */
  #label(session, name) {
    const edit = () => {
      this.#editing = session.id;
      this.ctx.update();
      queueMicrotask(() => document.getElementById('session-label')?.focus());
    };
    return html`<button
      type="button"
      class="session-label ${session.label ? '' : 'is-none'}"
      aria-label=${t.focus.editLabel(name)}
      @click=${edit}
    >
      <span>${name}</span>${icon('pencil')}
    </button>`;
  }

  /** @param {Session} session */
  #editor(session) {
    const done = (/** @type {string | null} */ value) => {
      if (this.#editing !== session.id) return;
      this.#editing = null;
      this.ctx.update();
      if (value !== null && value.trim() !== (session.label ?? '')) this.#rename(session, value.trim());
    };
    const pressed = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault();
      done(event.key === 'Enter' ? /** @type {HTMLInputElement} */ (event.target).value : null);
      queueMicrotask(() => {
        const row = document.querySelector(`[data-session="${session.id}"] .session-label`);
        /** @type {HTMLElement | null} */ (row)?.focus();
      });
    };
    return html`<input
      id="session-label"
      class="form-control"
      maxlength="200"
      aria-label=${t.focus.labelField}
      .value=${session.label ?? ''}
      @keydown=${pressed}
      @blur=${(/** @type {FocusEvent} */ event) => done(/** @type {HTMLInputElement} */ (event.target).value)}
    />`;
  }

  /**
   * @param {Session} session
   * @param {string} label
   */
  async #rename(session, label) {
    try {
      const after = await this.ctx.api.send('PATCH', `/sessions/${session.id}`, { label });
      this.list.replace((one) => (one.id === after.id ? after : one));
      tell('session.updated');
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
    this.ctx.update();
  }

  /** @param {Session} session */
  #remove({ id }) {
    this.undos.defer(id, t.focus.removed, async () => {
      await this.ctx.api.send('DELETE', `/sessions/${id}`, undefined, { keepalive: true });
      this.list.remove((one) => one.id === id);
      tell('session.deleted');
    });
  }

  /** All of it, not only what the page shows. */
  async #export() {
    this.#exporting = true;
    this.ctx.update();
    try {
      /** @type {Session[]} */
      const all = [];
      /** @type {string | null | undefined} */
      let cursor = null;
      do {
        /** @type {import('../../api-types.d.ts').FocusSessionList} */
        const page = await this.ctx.api.get('/sessions', { query: { limit: PAGE, cursor } });
        all.push(...page.sessions);
        cursor = page.next_cursor;
      } while (cursor);
      const { minutes, planned, label, state } = t.focus.columns;
      download(
        'almanac-focus.csv',
        [t.columns.from, t.columns.to, minutes, planned, label, state],
        all.map((one) => [
          one.started_at,
          one.ended_at,
          one.focus_min,
          one.duration_min,
          one.label,
          t.timer.state[stateOf(one)],
        ]),
      );
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
    this.#exporting = false;
    this.ctx.update();
  }
}

/** @param {Session} session */
export function stateOf(session) {
  return session.completed ? 'completed' : session.abandoned ? 'abandoned' : 'running';
}

/** @param {'completed' | 'abandoned' | 'running'} state */
function stateIcon(state) {
  return icon({ completed: 'check2', abandoned: 'x-lg', running: 'stopwatch' }[state]);
}
