// Invite codes: which there are, and new ones, whose code is shown once.

import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { Listing } from '../listing.js';
import * as t from '../texts/admin.js';
import { ask } from './ask.js';
import { copyable } from './copyable.js';
import { Form } from './form.js';
import { icon } from './icon.js';
import { moreButton } from './more.js';

/** @typedef {import('../api-types.d.ts').Invite} Invite */

const DAY = 86_400_000;
const USES = [1, 5, 25, 100];
const DAYS = [1, 7, 30, 365];

export class InvitesCard {
  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    /** @type {Listing<Invite>} */
    this.list = new Listing(ctx.api, '/admin/invites', 'invites');
  }

  async load() {
    await this.list.load();
    if (this.list.error) throw this.list.error;
  }

  view() {
    const invites = this.list.items ?? [];
    return html`<section class="card s7 start" aria-labelledby="invites-title">
      <header class="card-head">
        <h2 id="invites-title">${t.admin.invites} <small>${t.admin.invitesNote}</small></h2>
        <div class="card-tools">
          <button type="button" class="tool" @click=${() => this.#make()}>
            ${icon('plus-lg')}<span>${t.admin.inviteNew}</span>
          </button>
        </div>
      </header>
      ${invites.length === 0 ? html`<p class="note">${t.admin.invitesNone}</p>` : nothing}
      <ul class="places">
        ${repeat(
          invites,
          (invite) => invite.id,
          (invite) => this.#row(invite),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, t.admin.more)}
    </section>`;
  }

  /** @param {Invite} invite */
  #row(invite) {
    const now = this.ctx.now();
    const ends = invite.expires_at ? Date.parse(invite.expires_at) : Infinity;
    const when = Number.isFinite(ends) ? format.ago(ends, now) : '';
    const parts = [
      t.admin.inviteUsed(invite.uses, invite.max_uses),
      when && (ends > now ? t.admin.inviteUntil(when) : t.admin.inviteGone(when)),
      t.admin.inviteMade(format.ago(Date.parse(invite.created_at), now), invite.created_by?.username ?? null),
    ];
    const name = invite.note ?? t.admin.inviteCode;
    return html`<li class="place" data-invite=${invite.id}>
      <div class="device-about">
        <h3>${name}</h3>
        <p class="note">${parts.filter(Boolean).join(' · ')}</p>
      </div>
      <button
        type="button"
        class="btn btn-quiet"
        aria-label="${t.admin.inviteRemove}: ${name}"
        @click=${() => this.#remove(invite, name)}
      >
        ${t.admin.inviteRemove}
      </button>
    </li>`;
  }

  #make() {
    const { ctx } = this;
    const form = new Form(ctx, 'invite', async ({ note, uses, days }) => {
      const invite = await ctx.api.send('POST', '/admin/invites', {
        max_uses: Number(uses),
        expires_at: new Date(ctx.now() + Number(days) * DAY).toISOString(),
        ...(note.trim() ? { note: note.trim() } : {}),
      });
      this.#show(invite.code);
      await this.load();
    });
    ctx.dialogs.open({
      title: t.admin.inviteNew,
      body: () =>
        html`<form novalidate @submit=${form.submit}>
          ${form.field({ name: 'note', label: t.admin.inviteNote, help: t.admin.inviteNoteHelp, maxlength: 100 })}
          <div class="form-grid">
            ${select('invite-uses', 'uses', t.admin.inviteUses, USES, t.admin.inviteUsesOf, 1)}
            ${select('invite-days', 'days', t.admin.inviteDays, DAYS, t.admin.inviteDaysOf, 7)}
          </div>
          ${form.said()}
          <footer class="dialog-foot">
            <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
            ${form.button(t.admin.inviteMake)}
          </footer>
        </form>`,
    });
  }

  /** @param {string} code */
  #show(code) {
    const link = `${location.origin}/register#${new URLSearchParams({ invite: code })}`;
    this.ctx.dialogs.open({
      title: t.admin.inviteCode,
      body: () =>
        html`<p>${t.admin.inviteReady}</p>
          <p><b class="code">${code}</b></p>
          ${copyable(this.ctx, t.admin.link, link)}`,
    });
  }

  /**
   * @param {Invite} invite
   * @param {string} name
   */
  #remove(invite, name) {
    ask(this.ctx, {
      title: `${t.admin.inviteRemove}: ${name}`,
      text: [t.admin.inviteRemoveText],
      button: t.admin.inviteRemove,
      grave: true,
      act: async () => {
        await this.ctx.api.send('DELETE', `/admin/invites/${invite.id}`);
        await this.load();
        return t.admin.inviteRemoved;
      },
    });
  }
}

/**
 * @param {string} id
 * @param {string} name
 * @param {string} label
 * @param {number[]} choices
 * @param {(choice: number) => string} say
 * @param {number} chosen
 */
function select(id, name, label, choices, say, chosen) {
  return html`<div class="field">
    <label class="form-label" for=${id}>${label}</label>
    <select id=${id} name=${name} class="form-select">
      ${choices.map((choice) => html`<option value=${choice} ?selected=${choice === chosen}>${say(choice)}</option>`)}
    </select>
  </div>`;
}
