// Before anything can be read: how to open the account, and a field for the key.

import { ApiError } from '../api.js';
import { explain } from '../components/states.js';
import { html, nothing } from '../html.js';
import { deviceKeyIn } from '../pairing-link.js';
import { t } from '../texts.js';

export class PairingPage {
  section = 'pairing';
  title = t.pairing.title;
  #busy = false;
  /** @type {string | null} */
  #problem;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {{ended?: boolean, problem?: unknown}} [why]
   */
  constructor(ctx, { ended = false, problem } = {}) {
    this.ctx = ctx;
    this.#problem = problem ? say(problem) : ended ? t.pairing.ended : null;
  }

  load() {}
  close() {}

  header() {
    return nothing;
  }

  view() {
    return html`<section class="card pairing">
      <h2>${t.pairing.title}</h2>
      <p>${t.pairing.intro}</p>
      <h3>${t.pairing.how}</h3>
      <ol>
        <li>${t.pairing.step1}</li>
        <li>${t.pairing.step2}</li>
      </ol>
      <form @submit=${(/** @type {SubmitEvent} */ event) => this.#submit(event)} novalidate>
        <label class="form-label" for="pairing-key">${t.pairing.field}</label>
        <div class="pairing-row">
          <input
            id="pairing-key"
            name="key"
            class="form-control ${this.#problem ? 'is-invalid' : ''}"
            autocomplete="off"
            spellcheck="false"
            autocapitalize="off"
            aria-describedby="pairing-problem pairing-kept"
            aria-invalid=${this.#problem ? 'true' : 'false'}
            required
          />
          <button type="submit" class="btn btn-primary" ?disabled=${this.#busy}>
            ${this.#busy ? t.pairing.opening : t.pairing.open}
          </button>
        </div>
        <p id="pairing-problem" class="problem" role="alert">${this.#problem ?? nothing}</p>
      </form>
      <p id="pairing-kept" class="note">${t.pairing.kept}</p>
    </section>`;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const key = deviceKeyIn(String(new FormData(form).get('key') ?? ''));
    if (!key) {
      this.#problem = t.pairing.short;
      this.ctx.update();
      form.querySelector('input')?.focus();
      return;
    }
    this.#busy = true;
    this.#problem = null;
    this.ctx.update();
    try {
      await this.ctx.api.pair(key);
    } catch (error) {
      this.#problem = say(error);
    }
    this.#busy = false;
    this.ctx.update();
  }
}

/** @param {unknown} error */
function say(error) {
  if (error instanceof ApiError && error.code === 'DEVICE_REVOKED') return t.pairing.refused;
  if (error instanceof ApiError && error.status === 401) return t.pairing.unknown;
  return explain(error);
}
