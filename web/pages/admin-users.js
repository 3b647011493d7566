// For admins: the people on the server, and what may be done with their accounts.

import { ask } from '../components/ask.js';
import { copyable } from '../components/copyable.js';
import { icon } from '../components/icon.js';
import { menu } from '../components/menu.js';
import { moreButton } from '../components/more.js';
import { searchField } from '../components/search-field.js';
import { explain } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { ListPage } from '../listing.js';
import * as t from '../texts/admin.js';
import { sections } from './admin/sections.js';

/**
 * @typedef {import('../api-types.d.ts').AdminUser} User
 * @extends {ListPage<User>}
 */
export class AdminUsersPage extends ListPage {
  section = 'admin';
  title = t.admin.title;
  #filter = { query: '', role: '', status: '' };

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, '/admin/users', 'users');
  }

  header() {
    return sections('users');
  }

  /** @param {Partial<{query: string, role: string, status: string}>} change */
  #find(change) {
    this.#filter = { ...this.#filter, ...change };
    this.list.query = this.#filter;
    return this.load();
  }

  /** @param {User[]} items */
  filled(items) {
    const { total } = this.list;
    return html`<div class="finder">
        ${searchField(t.admin.searchUsers, (query) => this.#find({ query }))}
        ${this.#select(t.admin.role, 'role', t.admin.anyRole, t.admin.roles)}
        ${this.#select(t.admin.status, 'status', t.admin.anyStatus, t.admin.statuses)}
        <span class="note" role="status">${t.admin.found(format.number(total), total)}</span>
      </div>
      ${items.length === 0 ? html`<p class="note">${t.admin.nobody}</p>` : nothing}
      <ul class="devices">
        ${repeat(
          items,
          (user) => user.id,
          (user) => this.#row(user),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, t.admin.more)}`;
  }

  /**
   * @param {string} label
   * @param {'role' | 'status'} name
   * @param {string} any
   * @param {Record<string, string>} choices
   */
  #select(label, name, any, choices) {
    const changed = (/** @type {Event} */ event) =>
      this.#find({ [name]: /** @type {HTMLSelectElement} */ (event.target).value });
    return html`<span class="pick">
      <select class="form-select" aria-label=${label} @change=${changed}>
        <option value="">${any}</option>
        ${Object.entries(choices).map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select>
    </span>`;
  }

  /** @param {User} user */
  #row(user) {
    const now = this.ctx.now();
    const own = user.id === this.ctx.api.account?.id;
    const seen = user.last_seen_at ? t.admin.seen(format.ago(Date.parse(user.last_seen_at), now)) : t.admin.neverSeen;
    return html`<li class="card device user ${user.is_active ? '' : 'is-revoked'}" data-user=${user.username}>
      <span class="device-icon">${icon(user.role === 'admin' ? 'shield-lock' : 'person')}</span>
      <div class="device-about">
        <h2>
          ${user.username} ${user.name && user.name !== user.username ? html`<small>${user.name}</small>` : nothing}
          ${own ? html`<span class="badge-soft">${t.admin.you}</span>` : nothing}
          ${user.role === 'admin' ? html`<span class="badge-soft">${t.admin.adminBadge}</span>` : nothing}
          ${user.is_active ? nothing : html`<span class="badge-soft badge-bad">${t.admin.disabled}</span>`}
        </h2>
        <p class="note">
          ${user.email} · ${t.admin.userFigures(format.number(user.device_count), user.device_count)} ·
          ${t.counts.sessions(format.number(user.session_count), user.session_count)} · ${seen}
        </p>
      </div>
      ${menu({ label: t.admin.acts(user.username), face: icon('three-dots'), items: this.#acts(user) })}
    </li>`;
  }

  /**
   * @param {User} user
   * @returns {import('../components/menu.js').Item[]}
   */
  #acts(user) {
    const name = user.username;
    const admin = user.role === 'admin';
    return [
      { text: t.admin.resetLink, act: () => this.#resetLink(user) },
      admin
        ? {
            text: t.admin.makeUser,
            act: () => this.#change(user, { role: 'user' }, t.admin.makeUserTitle(name), t.admin.makeUserText),
          }
        : {
            text: t.admin.makeAdmin,
            act: () => this.#change(user, { role: 'admin' }, t.admin.makeAdminTitle(name), t.admin.makeAdminText),
          },
      user.is_active
        ? {
            text: t.admin.disable,
            act: () => this.#change(user, { is_active: false }, t.admin.disableTitle(name), t.admin.disableText),
          }
        : { text: t.admin.enable, act: () => this.#enable(user) },
      { text: t.admin.remove, grave: true, act: () => this.#remove(user) },
    ];
  }

  /**
   * @param {User} user
   * @param {{role?: 'user' | 'admin', is_active?: boolean}} change
   * @param {string} title
   * @param {string} text
   */
  #change(user, change, title, text) {
    ask(this.ctx, {
      title,
      text: [text],
      button: change.role === 'admin' ? t.admin.makeAdmin : change.role === 'user' ? t.admin.makeUser : t.admin.disable,
      grave: change.role !== 'admin',
      act: async () => {
        await this.ctx.api.send('PATCH', `/admin/users/${user.id}`, change);
        // Who gave their own admin role away finds these pages gone.
        if (user.id === this.ctx.api.account?.id) await this.ctx.api.me().catch(() => {});
        await this.load();
        return change.role
          ? t.admin.roleChanged(user.username, t.admin.roles[change.role])
          : t.admin.disabledNow(user.username);
      },
    });
  }

  /** @param {User} user */
  async #enable(user) {
    try {
      await this.ctx.api.send('PATCH', `/admin/users/${user.id}`, { is_active: true });
      await this.load();
      this.ctx.toasts.say(t.admin.enabledNow(user.username));
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }

  /** @param {User} user */
  #remove(user) {
    ask(this.ctx, {
      title: t.admin.removeTitle(user.username),
      text: [t.admin.removeText],
      field: {
        label: t.admin.removeName(user.username),
        value: '',
        ready: (value) => value.trim() === user.username,
      },
      button: t.admin.remove,
      grave: true,
      act: async () => {
        await this.ctx.api.send('DELETE', `/admin/users/${user.id}`);
        await this.load();
        return t.admin.removed(user.username);
      },
    });
  }

  /** @param {User} user */
  #resetLink(user) {
    ask(this.ctx, {
      title: t.admin.resetTitle(user.username),
      text: [t.admin.resetText],
      button: t.admin.resetMake,
      act: async () => {
        const link = await this.ctx.api.send('POST', `/admin/users/${user.id}/reset-link`);
        this.#handOver(user, link);
        return null;
      },
    });
  }

  /**
   * @param {User} user
   * @param {import('../api-types.d.ts').ResetLink} link
   */
  #handOver(user, link) {
    const until = format.dateTime(Date.parse(link.expires_at), this.ctx.zone());
    this.ctx.dialogs.open({
      title: t.admin.resetTitle(user.username),
      body: () =>
        html`<p>${t.admin.resetReady(until)}</p>
          ${copyable(this.ctx, t.admin.link, location.origin + link.url_path)}`,
    });
  }
}
