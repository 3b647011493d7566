// A form that says what is wrong beside the field that is, and sends once at a time.

import { ApiError } from '../answers.js';
import { html, live, nothing } from '../html.js';
import * as t from '../texts.js';
import { icon } from './icon.js';
import { explain, explainField } from './states.js';

/** Problems that are told by the whole answer and belong to one field.
 * @type {Record<string, string>} */
const belongsTo = {
  USERNAME_TAKEN: 'username',
  EMAIL_TAKEN: 'email',
  INVITE_NEEDED: 'invite_code',
  INVITE_INVALID: 'invite_code',
};

/**
 * @typedef {object} Field
 * @property {string} name also its id, after the form's
 * @property {string} label
 * @property {string} [type]
 * @property {string} [value]
 * @property {string} [autocomplete]
 * @property {unknown} [help]
 * @property {boolean} [required]
 * @property {number} [maxlength]
 * @property {string} [inputmode]
 * @property {boolean} [focus] whether it is where typing begins
 * @property {(value: string) => void} [typed] hears what is typed
 * @property {string[]} [offers] what it may be, among others
 */

export class Form {
  busy = false;
  problem = '';
  /** What is wrong, by field. @type {Record<string, string>} */
  wrong = {};
  /** Passwords that are shown. @type {Set<string>} */
  #shown = new Set();

  /**
   * @param {import('../main.js').Context} ctx
   * @param {string} id
   * @param {(values: Record<string, string>, form: HTMLFormElement) => Promise<unknown>} act
   * @param {(error: unknown) => string} [say] what a failure is called
   */
  constructor(ctx, id, act, say = explain) {
    this.ctx = ctx;
    this.id = id;
    this.act = act;
    this.say = say;
  }

  submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (this.busy) return;
    const form = /** @type {HTMLFormElement} */ (event.target);
    const values = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
    this.problem = '';
    this.wrong = {};
    for (const input of form.querySelectorAll('input')) {
      if (input.required && input.value.trim() === '') this.wrong[input.name] = t.form.missing;
    }
    if (Object.keys(this.wrong).length === 0) await this.#send(values, form);
    this.ctx.update();
    // The field is marked when the page is drawn, which is after this.
    if (Object.keys(this.wrong).length > 0) {
      queueMicrotask(() => /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid="true"]'))?.focus());
    }
  };

  /**
   * @param {Record<string, string>} values
   * @param {HTMLFormElement} form
   */
  async #send(values, form) {
    this.busy = true;
    this.ctx.update();
    try {
      await this.act(values, form);
    } catch (error) {
      this.#failed(error, form);
    }
    this.busy = false;
  }

  /**
   * @param {unknown} error
   * @param {HTMLFormElement} form
   */
  #failed(error, form) {
    const fields = error instanceof ApiError ? error.fields : [];
    const known = fields.filter(({ field }) => form.elements.namedItem(field));
    for (const field of known) this.wrong[field.field] = explainField(field);
    if (known.length > 0 && known.length === fields.length) return;
    const name = error instanceof ApiError ? belongsTo[error.code] : undefined;
    // An invitation's field may not be there yet: it appears with the problem.
    if (name) this.wrong[name] = this.say(error);
    else this.problem = this.say(error);
  }

  /** @param {Field} field */
  field(field) {
    const { name, label, type = 'text', value = '', autocomplete = 'off', help, required = false } = field;
    const { maxlength = 254, inputmode, focus = false, typed, offers } = field;
    const id = `${this.id}-${name}`;
    const wrong = this.wrong[name];
    const secret = type === 'password';
    const shown = this.#shown.has(name);
    const toggle = () => {
      if (!this.#shown.delete(name)) this.#shown.add(name);
      this.ctx.update();
    };
    const word = shown ? t.form.hidePassword : t.form.showPassword;
    return html`<div class="field">
      <label class="form-label" for=${id}>${label}</label>
      <span class="field-box">
        <input
          id=${id}
          name=${name}
          class="form-control ${wrong ? 'is-invalid' : ''}"
          type=${secret && shown ? 'text' : type}
          autocomplete=${autocomplete}
          autocapitalize="off"
          spellcheck="false"
          inputmode=${inputmode ?? nothing}
          ?data-autofocus=${focus}
          maxlength=${maxlength}
          list=${offers ? `${id}-offers` : nothing}
          aria-describedby="${id}-wrong ${id}-help"
          aria-invalid=${wrong ? 'true' : 'false'}
          .defaultValue=${value}
          ?required=${required}
          @input=${(/** @type {Event} */ event) => typed?.(/** @type {HTMLInputElement} */ (event.target).value)}
        />
        ${offers ? html`<datalist id="${id}-offers">${offers.map((one) => html`<option value=${one}></option>`)}</datalist>` : nothing}
        ${
          secret
            ? html`<button
                type="button"
                class="icon-button field-show"
                aria-label=${word}
                title=${word}
                aria-pressed=${shown}
                @click=${toggle}
              >
                ${icon(shown ? 'eye-slash' : 'eye')}
              </button>`
            : nothing
        }
      </span>
      <p id="${id}-wrong" class="problem" role="alert">${wrong ?? ''}</p>
      <p id="${id}-help" class="note">${help ?? ''}</p>
    </div>`;
  }

  /**
   * One of a few.
   * @param {object} field
   * @param {string} field.name
   * @param {string} field.label
   * @param {string} field.value
   * @param {[string, string][]} field.choices each value, and what it is called
   * @param {(value: string) => void} [field.chosen]
   */
  select({ name, label, value, choices, chosen }) {
    const id = `${this.id}-${name}`;
    const wrong = this.wrong[name];
    return html`<div class="field">
      <label class="form-label" for=${id}>${label}</label>
      <select
        id=${id}
        name=${name}
        class="form-select ${wrong ? 'is-invalid' : ''}"
        aria-describedby="${id}-wrong"
        aria-invalid=${wrong ? 'true' : 'false'}
        .value=${live(value)}
        @change=${(/** @type {Event} */ event) => chosen?.(/** @type {HTMLSelectElement} */ (event.target).value)}
      >
        ${choices.map(([one, text]) => html`<option value=${one} ?selected=${one === value}>${text}</option>`)}
      </select>
      <p id="${id}-wrong" class="problem" role="alert">${wrong ?? ''}</p>
    </div>`;
  }

  /** What is wrong with the whole. */
  said() {
    return html`<p class="problem" role="alert">${this.problem}</p>`;
  }

  /**
   * @param {string} text
   * @param {string} [busy] while it is sent
   */
  button(text, busy = text) {
    return html`<button type="submit" class="btn btn-primary" ?disabled=${this.busy}>
      ${this.busy ? busy : text}
    </button>`;
  }
}
