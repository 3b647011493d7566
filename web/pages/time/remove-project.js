// Deleting a project asks what becomes of its entries.

import { explain } from '../../components/states.js';
import { html, nothing } from '../../html.js';
import { tell } from '../../news.js';
import * as t from '../../texts/time.js';
import * as format from '../../format.js';

const words = t.projects;

/**
 * @param {import('../../main.js').Context} ctx
 * @param {import('../../api-types.d.ts').Project} project
 */
export function removeProject(ctx, project) {
  const { id, title, entry_count: count } = project;
  const others = ctx.tracker.projects.all?.filter((one) => one.id !== id) ?? [];
  let move = false;
  let to = others[0]?.id ?? '';
  let busy = false;
  let problem = '';
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    ctx.update();
    try {
      await ctx.api.send('DELETE', `/projects/${id}${move ? `?${new URLSearchParams({ entries: 'move', to })}` : ''}`);
      ctx.dialogs.close();
      ctx.toasts.say(words.removed(title));
      tell('project.updated');
      tell('time_entry.updated');
    } catch (error) {
      problem = explain(error);
    }
    busy = false;
    ctx.update();
  };
  const choice = (/** @type {boolean} */ value, /** @type {string} */ text) =>
    html`<label class="choice">
      <input
        type="radio"
        name="entries"
        class="form-check-input"
        .checked=${move === value}
        @change=${() => {
          move = value;
          ctx.update();
        }}
      />
      <span>${text}</span>
    </label>`;
  const picked = (/** @type {Event} */ event) => {
    to = /** @type {HTMLSelectElement} */ (event.target).value;
    move = true;
    ctx.update();
  };
  ctx.dialogs.open({
    title: words.removeTitle(title),
    body: () =>
      html`<form @submit=${submit}>
        ${
          count === 0
            ? html`<p>${words.noEntries}</p>`
            : html`<fieldset class="choices">
                <legend>${words.whatOf(format.number(count), count)}</legend>
                ${choice(false, words.keep)} ${others.length > 0 ? choice(true, words.move) : nothing}
                ${
                  others.length > 0
                    ? html`<select class="form-select" aria-label=${words.moveTo} .value=${to} @change=${picked}>
                        ${others.map((one) => html`<option value=${one.id} ?selected=${one.id === to}>${one.title}</option>`)}
                      </select>`
                    : nothing
                }
              </fieldset>`
        }
        <p class="problem" role="alert">${problem}</p>
        <footer class="dialog-foot">
          <button type="button" class="btn btn-quiet" data-autofocus @click=${() => ctx.dialogs.close()}>
            ${t.dialog.cancel}
          </button>
          <button type="submit" class="btn btn-grave" ?disabled=${busy}>${words.remove}</button>
        </footer>
      </form>`,
  });
}
