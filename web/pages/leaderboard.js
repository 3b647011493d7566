// The leaderboard: four boards of those who let themselves be seen, and where one stands oneself.

import { icon } from '../components/icon.js';
import { emptyState, errorState, skeletonList } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import * as t from '../texts/leaderboard.js';
import { Turns } from '../turns.js';

/**
 * @typedef {'xp' | 'focus-time' | 'streak' | 'sessions'} BoardName
 * @typedef {'all' | 'month' | 'week'} BoardPeriod
 *
 * @typedef {import('../api-types.d.ts').Leaderboard} Board
 * @typedef {Board['leaderboard'][number]} Row
 */

export const BOARDS = /** @type {const} */ (['xp', 'focus-time', 'streak', 'sessions']);
const PERIODS = /** @type {const} */ (['all', 'month', 'week']);
/** Boards that are kept for a month and a week too. */
const PERIODIC = new Set(['focus-time', 'sessions']);
const LIMIT = 50;

/** @type {Record<BoardName, {icon: string, value: (row: Row) => number, show: (value: number) => string}>} */
const kinds = {
  xp: {
    icon: 'trophy',
    value: (row) => row.xp_points ?? 0,
    show: (value) => t.leaderboard.points(format.number(value), value),
  },
  'focus-time': {
    icon: 'stopwatch',
    value: (row) => row.total_focus_min ?? 0,
    show: (value) => format.duration(value * 60),
  },
  streak: {
    icon: 'calendar3',
    value: (row) => row.best_streak ?? 0,
    show: (value) => t.leaderboard.days(format.number(value), value),
  },
  sessions: {
    icon: 'check2',
    value: (row) => row.total_sessions ?? 0,
    show: (value) => t.counts.sessions(format.number(value), value),
  },
};

/**
 * @param {BoardName} board
 * @param {BoardPeriod} period
 */
function addressOf(board, period) {
  const path = board === 'xp' ? '/leaderboard' : `/leaderboard/${board}`;
  return period === 'all' || !PERIODIC.has(board) ? path : `${path}?period=${period}`;
}

export class LeaderboardPage {
  section = 'leaderboard';
  title = t.leaderboard.title;
  /** @type {Board | null} */
  #board = null;
  /** @type {unknown} */
  #error = null;
  /** What everybody's focus adds up to. @type {import('../api-types.d.ts').FocusSummary | null} */
  #together = null;
  #closed = false;
  #turns = new Turns();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{board: string, period: string | null}} which
   */
  constructor(ctx, { board, period }) {
    this.ctx = ctx;
    this.board = BOARDS.find((one) => one === board) ?? 'xp';
    this.period = PERIODIC.has(this.board) ? (PERIODS.find((one) => one === period) ?? 'all') : 'all';
    this.release = subscribe(['session.completed', 'session.deleted', 'account.updated'], () => this.load());
  }

  close() {
    this.#closed = true;
    this.release();
  }

  async load() {
    const query = { limit: LIMIT, period: PERIODIC.has(this.board) ? this.period : null };
    const isNew = this.#turns.begin();
    const together = this.ctx.api.get('/stats/summary').catch(() => this.#together);
    try {
      const board = await this.ctx.api.get(`/leaderboard/${this.board}`, { query });
      if (!isNew()) return;
      this.#board = board;
      this.#error = null;
    } catch (error) {
      if (!this.#board) this.#error = error;
    }
    this.#together = await together;
    if (!this.#closed) this.ctx.update();
  }

  poll() {
    return this.load();
  }

  header() {
    if (!PERIODIC.has(this.board)) return html`<span class="grow"></span>`;
    return html`<span class="grow"></span>
      <div class="seg" role="group" aria-label=${t.period.label}>
        ${PERIODS.map(
          (one) =>
            html`<a
              class="seg-item"
              href=${addressOf(this.board, one)}
              aria-current=${one === this.period ? 'true' : nothing}
              >${t.leaderboard.periods[one]}</a
            >`,
        )}
      </div>`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return false;
    const next = BOARDS[BOARDS.indexOf(this.board) + step];
    if (next) navigate(addressOf(next, this.period));
    return Boolean(next);
  }

  view() {
    return html`<nav class="boards" aria-label=${t.leaderboard.boards}>
        ${BOARDS.map(
          (one) =>
            html`<a href=${addressOf(one, this.period)} aria-current=${one === this.board ? 'page' : nothing}
              >${icon(kinds[one].icon)}<span>${t.leaderboard.names[one]}</span></a
            >`,
        )}
      </nav>
      ${this.#content()}`;
  }

  #content() {
    const board = this.#board;
    if (this.#error) return errorState(this.#error, () => this.load());
    if (!board) return skeletonList();
    if (board.leaderboard.length === 0) {
      return html`${this.#hidden()}${emptyState({
        icon: 'trophy',
        title: t.leaderboard.empty[this.period],
        text: t.leaderboard.emptyText,
        href: '/focus',
        button: t.leaderboard.emptyButton,
      })}`;
    }
    return html`${this.#hidden()}
      <div class="grid">${this.#table(board)} ${this.#sums()}</div>`;
  }

  /** What everybody's focus adds up to. */
  #sums() {
    const sums = this.#together;
    if (!sums) return nothing;
    const line = (/** @type {string} */ what, /** @type {number} */ value, /** @type {string} */ shown) =>
      html`<div>
        <dt>${what}</dt>
        <dd><data value=${value}>${shown}</data></dd>
      </div>`;
    const { names, ...words } = t.leaderboard;
    return html`<section class="card s4 together" aria-labelledby="together-title">
      <h2 id="together-title">${words.together}</h2>
      <dl>
        ${line(names['focus-time'], sums.total_focus_min, format.duration(sums.total_focus_min * 60))}
        ${line(names.sessions, sums.total_sessions, format.number(sums.total_sessions))}
        ${line(words.everybody, sums.total_users, format.number(sums.total_users))}
        ${line(words.activeToday, sums.active_users_today, format.number(sums.active_users_today))}
      </dl>
    </section>`;
  }

  /** Who is not seen by others is told so, and where to change it. */
  #hidden() {
    const { account } = this.ctx.api;
    if (!account || account.settings.public_profile) return nothing;
    return html`<p class="board-hint">
      ${icon('eye-slash')} <span>${t.leaderboard.hidden} <a href="/settings">${t.leaderboard.hiddenLink}</a></span>
    </p>`;
  }

  /** @param {Board} board */
  #table(board) {
    const { value, show } = kinds[this.board];
    const mine = board.current_user.user_id;
    const among = board.leaderboard.some((row) => row.user_id === mine);
    const top = Math.max(...board.leaderboard.map(value), 1);
    const row = (/** @type {Row} */ one, /** @type {string} */ more = '') =>
      html`<tr class="${one.user_id === mine ? 'is-me' : ''} ${more}">
        <td class="board-rank">${rank(one.rank)}</td>
        <th scope="row" class="board-name">
          <span class="wrap">${one.username}</span>
          ${one.user_id === mine ? html`<span class="badge-soft">${t.leaderboard.you}</span>` : nothing}
        </th>
        <td class="board-level note">${t.leaderboard.level(one.lvl)}</td>
        <td class="board-value">
          <span class="board-bar" .style=${`--part: ${value(one) / top}`}></span>
          <data value=${value(one)}>${show(value(one))}</data>
        </td>
      </tr>`;
    return html`<section class="card s8 board" aria-labelledby="board-title">
      <h2 id="board-title">${t.leaderboard.names[this.board]} <small>${this.#note(board)}</small></h2>
      <table>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">${t.leaderboard.rank}</th>
            <th scope="col">${t.leaderboard.who}</th>
            <th scope="col">${t.leaderboard.levels}</th>
            <th scope="col">${t.leaderboard.names[this.board]}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            board.leaderboard,
            (one) => one.user_id,
            (one) => row(one),
          )}
          ${among ? nothing : row(board.current_user, 'is-apart')}
        </tbody>
      </table>
    </section>`;
  }

  /** @param {Board} board */
  #note({ total_users: total, current_user_rank: mine }) {
    const people = t.leaderboard.people(format.number(total), total);
    return mine ? `${people}, ${t.leaderboard.yours(format.number(mine))}` : people;
  }
}

/** The first three stand out, by more than their colour. @param {number} place */
function rank(place) {
  return place <= 3
    ? html`<span class="medal medal-${place}">${place}</span>`
    : html`<span>${format.number(place)}</span>`;
}
