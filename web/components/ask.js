// A question before an act that changes something.

import { html, nothing } from '../html.js';
import * as t from '../texts.js';
import { explain } from './states.js';

/**
 * A dialog that asks before it acts, and stays open when the act fails.
 * @param {import('../main.js').Context} ctx
 * @param {object} question
 * @param {string} question.title
 * @param {string[]} [question.text]
 * @param {{label: string, value: string, ready: (value: string) => boolean}} [question.field]
 * @param {string} [question.password] asks for it too, by this label
 * @param {string} question.button
 * @param {boolean} [question.grave]
 * @param {(value: string, password: string) => Promise<string | null>} question.act says what it has done; null
 *   when it shows something in the question's place
 */
export function ask(ctx, { title, text = [], field, password, button, grave = false, act }) {
  let value = field?.value ?? '';
  let secret = '';
  let busy = false;
  let problem = '';
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    busy = true;
    problem = '';
    ctx.update();
    try {
      const done = await act(value, secret);
      if (done === null) return;
      ctx.dialogs.close();
      ctx.toasts.say(done);
    } catch (error) {
      problem = explain(error);
    }
    busy = false;
    ctx.update();
  };
  const typed = (/** @type {InputEvent} */ event) => {
    value = /** @type {HTMLInputElement} */ (event.target).value;
    ctx.update();
  };
  const typedSecret = (/** @type {InputEvent} */ event) => {
    secret = /** @type {HTMLInputElement} */ (event.target).value;
    ctx.update();
  };
  const ready = () => !busy && (!field || field.ready(value)) && (!password || secret !== '');
  ctx.dialogs.open({
    title,
    body: () =>
      html`<form @submit=${submit}>
        ${text.filter(Boolean).map((line) => html`<p>${line}</p>`)}
        ${
          field
            ? html`<label class="form-label wrap" for="ask-field">${field.label}</label>
                <input
                  id="ask-field"
                  class="form-control"
                  data-autofocus
                  maxlength="200"
                  autocomplete="off"
                  .value=${value}
                  @input=${typed}
                />`
            : nothing
        }
        ${
          password
            ? html`<label class="form-label ask-next" for="ask-password">${password}</label>
                <input
                  id="ask-password"
                  type="password"
                  class="form-control"
                  autocomplete="current-password"
                  .value=${secret}
                  @input=${typedSecret}
                />`
            : nothing
        }
        <p class="problem" role="alert">${problem}</p>
        <footer class="dialog-foot">
          <button type="button" class="btn btn-quiet" ?data-autofocus=${!field} @click=${() => ctx.dialogs.close()}>
            ${t.dialog.cancel}
          </button>
          <button type="submit" class="btn ${grave ? 'btn-grave' : 'btn-primary'}" ?disabled=${!ready()}>
            ${button}
          </button>
        </footer>
      </form>`,
  });
}
