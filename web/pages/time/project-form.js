// The form of a project: to add one, or to change it.

import { COLOURS } from '../../colours.js';
import { Form } from '../../components/form.js';
import { html } from '../../html.js';
import { tell } from '../../news.js';
import * as t from '../../texts/time.js';
import { readAmount } from '../household/units.js';

/** @typedef {import('../../api-types.d.ts').Project} Project */

const words = t.projects;
const OWN = 'own';

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Project} [project] the one to change
 */
export function openProject(ctx, project) {
  const { projects } = ctx.tracker;
  const colour = project?.color ?? (project ? '' : fewest(projects.all ?? []));
  let own = colour.startsWith('#') ? colour : '#1f7a8c';
  let chosen = colour.startsWith('#') ? OWN : colour;
  /** @type {Form} */
  const form = new Form(ctx, 'project', async (values) => {
    const rate = values.hourly_rate.trim() === '' ? { amount: null } : readAmount(values.hourly_rate);
    if ('problem' in rate) return (form.wrong.hourly_rate = rate.problem);
    const sent = {
      title: values.title,
      client: values.client,
      description: values.description,
      color: chosen === OWN ? own : chosen || null,
      hourly_rate: rate.amount,
    };
    if (project) await ctx.api.send('PATCH', `/projects/${project.id}`, sent);
    else await ctx.api.send('POST', '/projects', sent);
    tell('project.updated');
    ctx.dialogs.close();
    ctx.toasts.say(project ? words.saved(values.title) : words.added(values.title));
    return undefined;
  });
  const choose = (/** @type {string} */ value) => () => {
    chosen = value;
    ctx.update();
  };
  const mixed = (/** @type {Event} */ event) => {
    own = /** @type {HTMLInputElement} */ (event.target).value;
    choose(OWN)();
  };
  const colourOf = (/** @type {string} */ value, /** @type {string} */ name, /** @type {string} */ look) =>
    html`<label class="colour ${look}" title=${name}>
      <input
        type="radio"
        name="color"
        value=${value}
        aria-label=${name}
        .checked=${chosen === value}
        @change=${choose(value)}
      /><i></i>
    </label>`;
  ctx.dialogs.open({
    title: project ? words.editTitle : words.add,
    body: () =>
      html`<form @submit=${form.submit} novalidate>
        ${form.field({ name: 'title', label: words.title, value: project?.title, maxlength: 200, required: true, focus: true })}
        <div class="form-grid">
          ${form.field({
            name: 'client',
            label: words.client,
            value: project?.client ?? '',
            maxlength: 200,
            offers: projects.clients,
          })}
          ${form.field({
            name: 'hourly_rate',
            label: words.rate,
            value: typeof project?.hourly_rate === 'number' ? String(project.hourly_rate) : '',
            inputmode: 'decimal',
            maxlength: 24,
            help: words.rateHelp,
          })}
        </div>
        <fieldset class="colours">
          <legend class="form-label">${words.colour}</legend>
          ${Array.from({ length: COLOURS }, (_, index) => colourOf(String(index), words.colourOf(index + 1), `c${index}`))}
          ${colourOf(OWN, words.ownColour, 'colour-own')}
          <input type="color" aria-label=${words.mix} title=${words.mix} .value=${own} @input=${mixed} />
        </fieldset>
        ${form.field({ name: 'description', label: words.description, value: project?.description ?? '', maxlength: 2000 })}
        ${form.said()}
        <footer class="dialog-foot">
          <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
          ${form.button(t.time.save)}
        </footer>
      </form>`,
  });
}

/** The colour of the palette that fewest projects have. @param {Project[]} projects */
function fewest(projects) {
  const count = (/** @type {string} */ colour) => projects.filter(({ color }) => color === colour).length;
  const all = Array.from({ length: COLOURS }, (_, index) => String(index));
  return all.reduce((best, colour) => (count(colour) < count(best) ? colour : best));
}
