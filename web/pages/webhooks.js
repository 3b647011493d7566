// Webhooks: endpoints that other programs deliver to, with their addresses, and secrets that are shown once.

import { ask } from '../components/ask.js';
import { copyable } from '../components/copyable.js';
import { Form } from '../components/form.js';
import { icon } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { emptyState } from '../components/states.js';
import * as format from '../format.js';
import { html, repeat } from '../html.js';
import { ListPage } from '../listing.js';
import * as t from '../texts/webhooks.js';
import { sections } from './settings/sections.js';

/**
 * @typedef {import('../api-types.d.ts').WebhookEndpoint} Endpoint
 * @extends {ListPage<Endpoint>}
 */
export class WebhooksPage extends ListPage {
  section = 'settings';
  title = t.settings.title;
  hears = /** @type {const} */ (['webhook.received']);

  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, '/webhook-endpoints', 'webhook_endpoints');
  }

  header() {
    return html`${sections('webhooks')}
      <span class="grow"></span>
      <button type="button" class="btn btn-primary" @click=${() => this.#make()}>
        ${icon('plus-lg')} ${t.webhooks.add}
      </button>`;
  }

  /** @param {Endpoint[]} items */
  filled(items) {
    if (items.length === 0)
      return emptyState({
        icon: 'link-45deg',
        title: t.webhooks.empty,
        text: t.webhooks.emptyText,
        act: () => this.#make(),
        button: t.webhooks.add,
      });
    return html`<p class="note lead-note">${t.webhooks.intro}</p>
      <ul class="devices">
        ${repeat(
          items,
          ({ id }) => id,
          (endpoint) => this.#row(endpoint),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, t.webhooks.more)}`;
  }

  /** @param {Endpoint} endpoint */
  #row({ id, name, scheme, url, last_received_at: last }) {
    const received = last ? t.webhooks.last(format.ago(Date.parse(last), this.ctx.now())) : t.webhooks.never;
    return html`<li class="card device" data-endpoint=${id}>
      <span class="device-icon">${icon('link-45deg')}</span>
      <div class="device-about">
        <h2>${name}</h2>
        <p class="note">${t.webhooks.schemes[scheme]} · ${received}</p>
        <p class="note wrap">${location.origin}${url}</p>
      </div>
      <div class="device-tools">
        <a class="btn btn-quiet" href="/settings/webhooks/${id}" aria-label="${t.webhooks.deliveries}: ${name}"
          >${t.webhooks.deliveries}</a
        >
        <button
          type="button"
          class="btn btn-quiet btn-bad"
          aria-label="${t.webhooks.remove}: ${name}"
          @click=${() => this.#remove(id, name)}
        >
          ${t.webhooks.remove}
        </button>
      </div>
    </li>`;
  }

  #make() {
    const { ctx } = this;
    const form = new Form(ctx, 'endpoint', async ({ name, scheme }) => {
      const made = await ctx.api.send('POST', '/webhook-endpoints', { name: name.trim(), scheme });
      this.#show(made);
      await this.load();
    });
    ctx.dialogs.open({
      title: t.webhooks.addTitle,
      body: () =>
        html`<form novalidate @submit=${form.submit}>
          ${form.field({ name: 'name', label: t.webhooks.name, required: true, maxlength: 100, focus: true })}
          ${form.select({
            name: 'scheme',
            label: t.webhooks.scheme,
            value: 'standard',
            choices: Object.entries(t.webhooks.schemes),
          })}
          ${form.said()}
          <footer class="dialog-foot">
            <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
            ${form.button(t.webhooks.add)}
          </footer>
        </form>`,
    });
  }

  /** The secret is shown this once.
   * @param {Endpoint & {secret: string}} made */
  #show({ name, url, secret }) {
    this.ctx.dialogs.open({
      title: name,
      body: () =>
        html`<p>${t.webhooks.ready}</p>
          <p class="form-label">${t.webhooks.address}</p>
          ${copyable(this.ctx, t.webhooks.address, location.origin + url)}
          <p class="form-label ask-next">${t.webhooks.secret}</p>
          ${copyable(this.ctx, t.webhooks.secret, secret)}`,
    });
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #remove(id, name) {
    ask(this.ctx, {
      title: t.webhooks.removeTitle(name),
      text: [t.webhooks.removeText],
      button: t.webhooks.remove,
      grave: true,
      act: async () => {
        await this.ctx.api.send('DELETE', `/webhook-endpoints/${id}`);
        await this.load();
        return t.webhooks.removed(name);
      },
    });
  }
}
