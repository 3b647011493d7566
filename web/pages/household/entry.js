// Entering what was consumed: the amount, and a press. Type and unit are those of the last time; the day is today.

import { Form } from '../../components/form.js';
import { icon } from '../../components/icon.js';
import * as format from '../../format.js';
import { html, live, nothing } from '../../html.js';
import { newId } from '../../ids.js';
import { tell } from '../../news.js';
import * as preferences from '../../preferences.js';
import * as t from '../../texts/household.js';
import { addDays, isDate } from '../../zone.js';
import { ICONS, TYPES, UNITS, readAmount, unitChoices } from './units.js';

/**
 * @typedef {import('../../api-types.d.ts').Consumption} Consumption
 * @typedef {import('../../api-types.d.ts').ConsumptionType} Type
 */

const LONGEST_NOTE = 500;

/** The type that was entered last, and its unit. */
export function remembered() {
  const { type, units } = preferences.household();
  const known = TYPES.find((one) => one === type) ?? TYPES[0];
  return { type: known, unit: unitOf(known, units[known]) };
}

/** @param {Type} type @param {string | undefined} unit */
const unitOf = (type, unit) => (unit && UNITS[type].includes(unit) ? unit : UNITS[type][0]);

/** @param {Pick<Consumption, 'consumption_type' | 'amount' | 'unit'>} record */
const amountOf = (record) => format.amount(Number(record.amount), record.unit);
const nameOf = (/** @type {string} */ type) => t.household.types[type];

/**
 * The sheet, for a new record or to change one.
 * @param {import('../../main.js').Context} ctx
 * @param {object} around
 * @param {string} around.today
 * @param {import('../../components/undo.js').Undos} around.undos
 * @param {Consumption} [around.record]
 */
export function openEntry(ctx, { today, undos, record }) {
  let { type, unit } = record ? { type: record.consumption_type, unit: record.unit } : remembered();
  let date = record?.consumption_date ?? today;
  let typed = record ? String(record.amount) : '';
  const id = newId();
  /** @type {Form} */
  const form = new Form(ctx, 'entry', async (values) => {
    const read = readAmount(values.amount);
    if ('problem' in read) return (form.wrong.amount = read.problem);
    if (!isDate(date)) return (form.wrong.consumption_date = t.form.notADate);
    const { amount } = read;
    const sent = { consumption_type: type, amount, unit, consumption_date: date, description: values.description };
    if (record) await change(ctx, undos, record, sent);
    else await add(ctx, undos, { id, ...sent });
    preferences.setHousehold({ type, units: { ...preferences.household().units, [type]: unit } });
    tell('consumption.updated');
    ctx.dialogs.close();
    return undefined;
  });
  const draw = (/** @type {() => void} */ act) => () => {
    act();
    ctx.update();
  };
  const choose = (/** @type {Type} */ chosen) =>
    draw(() => {
      type = chosen;
      unit = chosen === record?.consumption_type ? record.unit : unitOf(chosen, preferences.household().units[chosen]);
    });
  ctx.dialogs.open({
    title: record ? t.household.editTitle : t.household.entryTitle,
    sheet: true,
    body: () =>
      html`<form class="entry" @submit=${form.submit} novalidate>
        <fieldset class="entry-types">
          <legend class="visually-hidden">${t.household.type}</legend>
          ${TYPES.map(
            (one) =>
              html`<label class="entry-type is-${one}">
                <input
                  type="radio"
                  name="consumption_type"
                  value=${one}
                  .checked=${live(one === type)}
                  @change=${choose(one)}
                />
                ${icon(ICONS[one])} <span>${nameOf(one)}</span>
              </label>`,
          )}
        </fieldset>
        <div class="entry-amount">
          ${form.field({
            name: 'amount',
            label: t.household.amount,
            value: typed,
            inputmode: 'decimal',
            maxlength: 24,
            required: true,
            focus: true,
            help: understood(typed, unit),
            typed: (value) => draw(() => (typed = value))(),
          })}
          ${form.select({
            name: 'unit',
            label: t.household.unit,
            value: unit,
            choices: unitChoices(type),
            chosen: (value) => draw(() => (unit = value))(),
          })}
        </div>
        <div class="entry-date">
          <div class="field">
            <label class="form-label" for="entry-date">${t.household.date}</label>
            <input
              id="entry-date"
              name="consumption_date"
              type="date"
              class="form-control ${form.wrong.consumption_date ? 'is-invalid' : ''}"
              aria-invalid=${form.wrong.consumption_date ? 'true' : 'false'}
              aria-describedby="entry-date-wrong"
              .value=${live(date)}
              @change=${(/** @type {Event} */ event) =>
                draw(() => (date = /** @type {HTMLInputElement} */ (event.target).value))()}
            />
            <p id="entry-date-wrong" class="problem" role="alert">${form.wrong.consumption_date ?? ''}</p>
          </div>
          <div class="seg" role="group" aria-label=${t.household.whichDay}>
            ${[
              [today, t.household.today],
              [addDays(today, -1), t.household.yesterday],
            ].map(
              ([day, text]) =>
                html`<button
                  type="button"
                  class="seg-item"
                  aria-pressed=${day === date ? 'true' : 'false'}
                  @click=${draw(() => (date = day))}
                >
                  ${text}
                </button>`,
            )}
          </div>
        </div>
        ${form.field({
          name: 'description',
          label: t.household.description,
          value: record?.description ?? '',
          maxlength: LONGEST_NOTE,
          help: t.household.descriptionHelp,
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
 * How an amount was understood, where there are two ways to read it.
 * @param {string} typed
 * @param {string} unit
 */
function understood(typed, unit) {
  const read = readAmount(typed);
  if ('problem' in read || !/[.,]\d{3}/.test(typed)) return nothing;
  return t.household.understood(format.amount(Number(read.amount), unit));
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {import('../../components/undo.js').Undos} undos
 * @param {object} record
 */
async function add(ctx, undos, record) {
  /** @type {Consumption} */
  const kept = await ctx.api.send('POST', '/consumption', record);
  undos.offer(t.household.added(nameOf(kept.consumption_type), amountOf(kept)), async () => {
    await ctx.api.send('DELETE', `/consumption/${kept.id}`);
    tell('consumption.updated');
  });
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {import('../../components/undo.js').Undos} undos
 * @param {Consumption} record as it was
 * @param {object} sent
 */
async function change(ctx, undos, record, sent) {
  const path = `/consumption/${record.id}`;
  await ctx.api.send('PATCH', path, sent);
  const { consumption_type, amount, unit, consumption_date, description } = record;
  undos.offer(t.household.changed(nameOf(consumption_type)), async () => {
    // An empty text takes the note away.
    const before = { consumption_type, amount, unit, consumption_date, description: description ?? '' };
    await ctx.api.send('PATCH', path, before);
    tell('consumption.updated');
  });
}

/**
 * Deletes a record once its toast is gone.
 * @param {import('../../main.js').Context} ctx
 * @param {import('../../components/undo.js').Undos} undos
 * @param {Consumption} record
 * @param {() => void} gone
 */
export function removeRecord(ctx, undos, record, gone) {
  undos.defer(record.id, t.household.removed(nameOf(record.consumption_type), amountOf(record)), async () => {
    await ctx.api.send('DELETE', `/consumption/${record.id}`, undefined, { keepalive: true });
    gone();
    tell('consumption.updated');
  });
}
