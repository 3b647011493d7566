// A meter: its name, what it counts and in what, how many digits it has.

import { ask } from '../../components/ask.js';
import { Form } from '../../components/form.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import { newId } from '../../ids.js';
import { tell } from '../../news.js';
import * as t from '../../texts/meters.js';
import { remembered } from './entry.js';
import { TYPES, UNITS, unitChoices } from './units.js';

/**
 * @typedef {import('../../api-types.d.ts').Meter} Meter
 * @typedef {import('../../api-types.d.ts').ConsumptionType} Type
 */

/**
 * The form for a new meter, or to change one.
 * @param {import('../../main.js').Context} ctx
 * @param {Meter | null} meter
 * @param {(meter: Meter) => unknown} done
 */
export function openMeterForm(ctx, meter, done) {
  /** @type {Type} */
  let type = meter?.consumption_type ?? remembered().type;
  let unit = meter?.unit ?? UNITS[type][0];
  const id = newId();
  /** @type {Form} */
  const form = new Form(ctx, 'meter', async (values) => {
    const digits = values.digits.trim() === '' ? null : Number(values.digits);
    if (digits !== null && !(Number.isInteger(digits) && digits >= 1 && digits <= 9))
      return (form.wrong.digits = t.meter.digitsWrong);
    const sent = { name: values.name.trim(), consumption_type: type, unit, digits };
    /** @type {Meter} */
    const kept = meter
      ? await ctx.api.send('PUT', `/meters/${meter.id}`, sent)
      : await ctx.api.send('POST', '/meters', { id, ...sent });
    tell('consumption.updated');
    ctx.dialogs.close();
    ctx.toasts.say(meter ? t.meter.changed(kept.name) : t.meter.added(kept.name));
    return done(kept);
  });
  const draw = (/** @type {() => void} */ act) => {
    act();
    ctx.update();
  };
  ctx.dialogs.open({
    title: meter ? t.meter.editTitle : t.meter.addTitle,
    sheet: true,
    body: () =>
      html`<form @submit=${form.submit} novalidate>
        ${form.field({
          name: 'name',
          label: t.meter.name,
          value: meter?.name ?? '',
          maxlength: 100,
          required: true,
          focus: true,
          help: t.meter.nameHelp,
        })}
        <div class="form-grid">
          ${
            meter
              ? nothing
              : form.select({
                  name: 'consumption_type',
                  label: t.meter.type,
                  value: type,
                  choices: TYPES.map((one) => [one, t.household.types[one]]),
                  chosen: (value) =>
                    draw(() => {
                      type = TYPES.find((one) => one === value) ?? type;
                      [unit] = UNITS[type];
                    }),
                })
          }
          ${form.select({
            name: 'unit',
            label: t.meter.unit,
            value: unit,
            choices: unitChoices(type),
            chosen: (value) => draw(() => (unit = value)),
          })}
        </div>
        ${form.field({
          name: 'digits',
          label: t.meter.digits,
          value: String(meter?.digits ?? ''),
          inputmode: 'numeric',
          maxlength: 1,
          help: t.meter.digitsHelp,
        })}
        ${form.said()}
        <footer class="dialog-foot">
          <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
          ${form.button(t.household.save)}
        </footer>
      </form>`,
  });
}

/**
 * Asks by name before a meter goes with all it counted.
 * @param {import('../../main.js').Context} ctx
 * @param {Meter} meter
 * @param {() => unknown} done
 */
export function askToRemove(ctx, meter, done) {
  const { name, readings } = meter;
  ask(ctx, {
    title: t.meter.removeTitle(name),
    text: [t.meter.removeText(t.reading.count(format.number(readings), readings))],
    field: { label: t.meter.typeName(name), value: '', ready: (value) => value.trim() === name.trim() },
    button: t.meter.remove,
    grave: true,
    act: async () => {
      await ctx.api.send('DELETE', `/meters/${meter.id}`);
      done();
      tell('consumption.updated');
      return t.meter.removed(name);
    },
  });
}
