// Deliveries to an endpoint: what has become of each, what it said, and once more.

import { icon } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { explain } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { ListPage } from '../listing.js';
import * as t from '../texts/webhooks.js';
import { sections } from './settings/sections.js';

/** The look of a status. */
const LOOKS = { done: '', failed: 'badge-bad', unhandled: 'badge-none' };

/**
 * @typedef {import('../api-types.d.ts').WebhookDelivery} Delivery
 * @extends {ListPage<Delivery>}
 */
export class WebhookDeliveriesPage extends ListPage {
  section = 'settings';
  title = t.settings.title;
  hears = /** @type {const} */ (['webhook.received']);
  /** @type {Set<string>} */
  #busy = new Set();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} endpoint
   */
  constructor(ctx, endpoint) {
    super(ctx, `/webhook-endpoints/${endpoint}/deliveries`, 'deliveries');
  }

  header() {
    return sections('webhooks');
  }

  /** @param {Delivery[]} items */
  filled(items) {
    const chosen = (/** @type {Event} */ event) => {
      this.list.query = { status: /** @type {HTMLSelectElement} */ (event.target).value };
      this.load();
    };
    return html`<div class="finder">
        <a class="btn btn-quiet" href="/settings/webhooks">${icon('chevron-left')} ${t.webhooks.back}</a>
        <span class="pick">
          <select class="form-select" aria-label=${t.webhooks.status} @change=${chosen}>
            <option value="">${t.webhooks.anyStatus}</option>
            ${Object.entries(t.webhooks.statuses).map(([status, text]) => html`<option value=${status}>${text}</option>`)}
          </select>
        </span>
        <span class="note" role="status">${t.webhooks.countOf(format.number(this.list.total), this.list.total)}</span>
      </div>
      ${items.length === 0 ? html`<p class="note">${t.webhooks.nothing}</p>` : nothing}
      <ul class="devices">
        ${repeat(
          items,
          ({ id }) => id,
          (delivery) => this.#row(delivery),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, t.webhooks.moreDeliveries)}`;
  }

  /** @param {Delivery} delivery */
  #row(delivery) {
    const { id, type, status, message, received_at: received } = delivery;
    const at = Date.parse(received);
    return html`<li class="card device" data-delivery=${id}>
      <div class="device-about">
        <h2>
          ${type ?? t.webhooks.noType} <span class="badge-soft ${LOOKS[status]}">${t.webhooks.statuses[status]}</span>
        </h2>
        ${message ? html`<p class="wrap">${message}</p>` : nothing}
        <p class="note wrap">
          <time datetime=${received} title=${format.dateTime(at, this.ctx.zone())}
            >${format.ago(at, this.ctx.now())}</time
          >
          · ${id}
        </p>
      </div>
      <div class="device-tools">
        <button
          type="button"
          class="btn btn-quiet"
          aria-label="${t.webhooks.show}: ${id}"
          @click=${() => this.#show(delivery)}
        >
          ${t.webhooks.show}
        </button>
        <button
          type="button"
          class="btn btn-quiet"
          aria-label="${t.webhooks.replay}: ${id}"
          ?disabled=${this.#busy.has(id)}
          @click=${() => this.#replay(delivery)}
        >
          ${icon('arrow-repeat')} ${t.webhooks.replay}
        </button>
      </div>
    </li>`;
  }

  /** @param {Delivery} delivery */
  #path({ id }) {
    return `${this.list.path}/${encodeURIComponent(id)}`;
  }

  /** @param {Delivery} delivery */
  async #show(delivery) {
    try {
      const { body } = await this.ctx.api.get(this.#path(delivery));
      this.ctx.dialogs.open({
        title: delivery.type ?? t.webhooks.noType,
        wide: true,
        body: () => html`<pre class="sent" tabindex="0" data-autofocus>${readable(body)}</pre>`,
      });
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
  }

  /** @param {Delivery} delivery */
  async #replay(delivery) {
    this.#busy.add(delivery.id);
    this.ctx.update();
    try {
      const { status } = await this.ctx.api.send('POST', `${this.#path(delivery)}/replay`);
      this.ctx.toasts.say(t.webhooks.replayed(t.webhooks.statuses[/** @type {'done'} */ (status)]));
      await this.load();
    } catch (error) {
      this.ctx.toasts.say(explain(error));
    }
    this.#busy.delete(delivery.id);
    this.ctx.update();
  }
}

/** A body as it is read best: JSON a line a field, anything else as it came.
 * @param {string} body */
function readable(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
