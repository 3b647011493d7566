// The leaderboard: four boards of those who let themselves be seen, and where one stands oneself.

import { icon } from '../components/icon.js';
import { emptyState, errorState, skeletonList } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { subscribe } from '../news.js';
import { navigate } from '../router.js';
import { t } from '../texts.js';

/**
 * @typedef {'xp' | 'focus-time' | 'streak' | 'sessions'} BoardName
 * @typedef {'all' | 'month' | 'week'} BoardPeriod
 *
 * @typedef {object} Row
 * @property {number} rank
 * @property {string} user_id
 * @property {string} username
 * @property {number} lvl
 * @property {number} [xp_points]
 * @property {number} [total_focus_min]
 * @property {number} [best_streak]
 * @property {number} [total_sessions]
 *
 * @typedef {object} Board
 * @property {Row[]} leaderboard
 * @property {number | null} current_user_rank
 * @property {number} total_users
 * @property {Row | null} [current_user]
 * @property {BoardPeriod} [period]
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
    show: (value) => t.focus.countOf(format.number(value), value),
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
  #closed = false;

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
    try {
      this.#board = await this.ctx.api.get(`/leaderboard/${this.board}`, { query });
      this.#error = null;
    } catch (error) {
      if (!this.#board) this.#error = error;
    }
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
    if (board.leaderboard.length === 0 && !board.current_user) {
      return html`${this.#hidden()}${emptyState({
        icon: 'trophy',
        title: t.leaderboard.empty[this.period],
        text: t.leaderboard.emptyText,
        href: '/focus',
        button: t.garden.emptyButton,
      })}`;
    }
    return html`${this.#hidden()} ${this.#table(board)}`;
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
    const mine = this.ctx.api.account?.id ?? board.current_user?.user_id;
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
    return html`<section class="card board" aria-labelledby="board-title">
      <h2 id="board-title">${t.leaderboard.names[this.board]} <small>${this.#note(board)}</small></h2>
      <table>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">${t.leaderboard.rank}</th>
            <th scope="col">${t.leaderboard.who}</th>
            <th scope="col">${t.focus.level}</th>
            <th scope="col">${t.leaderboard.names[this.board]}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            board.leaderboard,
            (one) => one.user_id,
            (one) => row(one),
          )}
          ${among || !board.current_user ? nothing : row(board.current_user, 'is-apart')}
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
