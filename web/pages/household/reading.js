// Entering what a meter shows: the figure, and a press. What it comes to since the last time is said while it is typed.

import { Form } from '../../components/form.js';
import * as format from '../../format.js';
import { html, live, nothing } from '../../html.js';
import { newId } from '../../ids.js';
import { tell } from '../../news.js';
import * as preferences from '../../preferences.js';
import * as t from '../../texts/meters.js';
import { DAY, clockAt, instantOf } from '../../zone.js';
import { readAmount } from './units.js';

/**
 * @typedef {import('../../api-types.d.ts').Meter} Meter
 * @typedef {import('../../api-types.d.ts').Reading} Reading
 * @typedef {import('../../components/undo.js').Undos} Undos
 */

const words = t.reading;

/** The wall clock's form in a field. */
const CLOCK = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** The meter that was read last, of these. @param {Meter[]} meters */
export function meterRead(meters) {
  const { meter } = preferences.household();
  return meters.find(({ id }) => id === meter) ?? meters[0];
}

/**
 * What has been typed, against the last reading.
 * @param {Meter} meter
 * @param {string} typed
 * @param {number} at when it was read
 * @returns {{kind: 'first' | 'between' | 'since' | 'lower' | 'nothing', text: string}}
 */
function against(meter, typed, at) {
  const { last_reading: last, unit } = meter;
  if (!last) return { kind: 'first', text: words.first };
  const read = readAmount(typed);
  if ('problem' in read) return { kind: 'nothing', text: '' };
  if (at < Date.parse(last.read_at)) return { kind: 'between', text: words.between };
  const by = (Math.round(Number(read.amount) * 1000) - Math.round(Number(last.reading) * 1000)) / 1000;
  if (by < 0) return { kind: 'lower', text: words.lower(format.amount(Number(last.reading), unit)) };
  const days = (at - Date.parse(last.read_at)) / DAY;
  const perDay = days >= 1 ? format.quantity(by / days, unit) : '';
  return { kind: 'since', text: words.since(format.amount(by, unit), perDay) };
}

/**
 * The sheet for a new reading.
 * @param {import('../../main.js').Context} ctx
 * @param {object} around
 * @param {Meter[]} around.meters which may be read
 * @param {Meter} around.meter which is
 * @param {Undos} around.undos
 */
export function openReading(ctx, { meters, meter: first, undos }) {
  const zone = ctx.zone();
  const begun = clockAt(zone, ctx.now());
  const id = newId();
  let meter = first;
  let typed = '';
  let when = begun;
  let kind = 'reading';
  // A time that was not touched is the moment of saving, not of opening.
  const at = () => (when === begun ? ctx.now() : instantOf(zone, when));
  const draw = (/** @type {() => void} */ act) => {
    act();
    ctx.update();
  };
  /** @type {Form} */
  const form = new Form(ctx, 'reading', async (values) => {
    const read = readAmount(values.reading);
    if ('problem' in read) return (form.wrong.reading = read.problem);
    if (!CLOCK.test(when)) return (form.wrong.read_at = words.wrong);
    if (at() > ctx.now()) return (form.wrong.read_at = words.future);
    const lower = against(meter, values.reading, at()).kind === 'lower';
    const sent = { id, read_at: new Date(at()).toISOString(), reading: read.amount, kind: lower ? kind : 'reading' };
    await add(ctx, undos, meter, sent);
    preferences.setHousehold({ meter: meter.id });
    return ctx.dialogs.close();
  });
  ctx.dialogs.open({
    title: words.title,
    sheet: true,
    body: () => {
      const said = against(meter, typed, at());
      const last = meter.last_reading;
      return html`<form class="entry" @submit=${form.submit} novalidate>
        ${
          meters.length > 1
            ? form.select({
                name: 'meter',
                label: words.meter,
                value: meter.id,
                choices: meters.map((one) => [one.id, one.name]),
                chosen: (value) => draw(() => (meter = meters.find((one) => one.id === value) ?? meter)),
              })
            : html`<p class="entry-meter wrap">${meter.name}</p>`
        }
        <div class="entry-reading">
          ${form.field({
            name: 'reading',
            label: `${words.field}, ${format.unit(meter.unit)}`,
            inputmode: 'decimal',
            maxlength: 24,
            required: true,
            focus: true,
            typed: (value) => draw(() => (typed = value)),
          })}
        </div>
        ${last ? html`<p class="note">${words.last(format.amount(Number(last.reading), meter.unit), format.ago(Date.parse(last.read_at), ctx.now()))}</p>` : nothing}
        <p class="entry-said ${said.kind === 'lower' ? 'is-lower' : ''}" role="status">${said.text}</p>
        ${
          said.kind === 'lower'
            ? html`<fieldset class="entry-kinds">
                <legend class="visually-hidden">${said.text}</legend>
                ${Object.entries(words.kinds).map(
                  ([one, text]) =>
                    html`<label class="choice">
                      <input
                        type="radio"
                        class="form-check-input"
                        name="kind"
                        value=${one}
                        .checked=${live(one === kind)}
                        @change=${() => draw(() => (kind = one))}
                      />
                      <span>${text}</span>
                    </label>`,
                )}
                <button type="button" class="btn btn-quiet" @click=${() => openExchange(ctx, { meter, undos })}>
                  ${words.exchanged}
                </button>
              </fieldset>`
            : nothing
        }
        ${timeField(form, when, zone, (value) => draw(() => (when = value)))} ${form.said()} ${foot(ctx, form)}
      </form>`;
    },
  });
}

/**
 * A reading is changed: its figure, its time, what it is.
 * @param {import('../../main.js').Context} ctx
 * @param {object} around
 * @param {Meter} around.meter
 * @param {Reading} around.reading
 * @param {Undos} around.undos
 */
export function openReadingEdit(ctx, { meter, reading, undos }) {
  if (reading.kind === 'exchange') return openExchange(ctx, { meter, reading, undos });
  const zone = ctx.zone();
  const begun = clockAt(zone, Date.parse(reading.read_at));
  let when = begun;
  /** @type {Form} */
  const form = new Form(ctx, 'reading', async (values) => {
    const read = readAmount(values.reading);
    if ('problem' in read) return (form.wrong.reading = read.problem);
    if (!CLOCK.test(when)) return (form.wrong.read_at = words.wrong);
    await change(ctx, undos, meter, reading, {
      reading: read.amount,
      // The field has no seconds: who does not touch it keeps them.
      ...(when === begun ? {} : { read_at: new Date(instantOf(zone, when)).toISOString() }),
    });
    return ctx.dialogs.close();
  });
  return ctx.dialogs.open({
    title: words.editTitle,
    sheet: true,
    body: () =>
      html`<form class="entry" @submit=${form.submit} novalidate>
        <div class="entry-reading">
          ${form.field({
            name: 'reading',
            label: `${words.field}, ${format.unit(meter.unit)}`,
            value: String(reading.reading),
            inputmode: 'decimal',
            maxlength: 24,
            required: true,
            focus: true,
          })}
        </div>
        ${timeField(form, when, zone, (value) => {
          when = value;
          ctx.update();
        })}
        ${form.said()} ${foot(ctx, form)}
      </form>`,
  });
}

/**
 * The meter was exchanged: what the old one showed at last, and what the new one began with.
 * @param {import('../../main.js').Context} ctx
 * @param {object} around
 * @param {Meter} around.meter
 * @param {Undos} around.undos
 * @param {Reading} [around.reading] which tells of it already, or is to
 */
export function openExchange(ctx, { meter, undos, reading }) {
  const zone = ctx.zone();
  const begun = clockAt(zone, reading ? Date.parse(reading.read_at) : ctx.now());
  const known = reading?.kind === 'exchange';
  const id = newId();
  let when = begun;
  /** @type {Form} */
  const form = new Form(ctx, 'exchange', async (values) => {
    const [old, fresh] = [readAmount(values.reading), readAmount(values.new_reading || '0')];
    if ('problem' in old) form.wrong.reading = old.problem;
    if ('problem' in fresh) form.wrong.new_reading = fresh.problem;
    if (!CLOCK.test(when)) form.wrong.read_at = words.wrong;
    if ('problem' in old || 'problem' in fresh || form.wrong.read_at) return undefined;
    const read = when === begun ? (reading?.read_at ?? ctx.now()) : instantOf(zone, when);
    const sent = {
      kind: 'exchange',
      read_at: new Date(read).toISOString(),
      reading: old.amount,
      new_reading: fresh.amount,
    };
    if (reading) await change(ctx, undos, meter, reading, sent);
    else await add(ctx, undos, meter, { id, ...sent }, t.exchange.done);
    return ctx.dialogs.close();
  });
  const amount = (
    /** @type {string} */ name,
    /** @type {string} */ label,
    /** @type {string} */ value,
    focus = false,
  ) => form.field({ name, label, value, inputmode: 'decimal', maxlength: 24, focus, required: name === 'reading' });
  const { old, fresh, title, text } = t.exchange;
  ctx.dialogs.open({
    title,
    sheet: true,
    body: () =>
      html`<form class="entry" @submit=${form.submit} novalidate>
        <p class="note">${text}</p>
        <div class="form-grid">
          ${amount('reading', `${old}, ${format.unit(meter.unit)}`, known ? String(reading.reading) : '', true)}
          ${amount(
            'new_reading',
            `${fresh}, ${format.unit(meter.unit)}`,
            known ? String(reading.new_reading ?? 0) : String(reading?.reading ?? 0),
          )}
        </div>
        ${timeField(form, when, zone, (value) => {
          when = value;
          ctx.update();
        })}
        ${form.said()} ${foot(ctx, form)}
      </form>`,
  });
}

/**
 * When it was read, in the account's zone.
 * @param {Form} form
 * @param {string} when
 * @param {string} zone
 * @param {(value: string) => void} changed
 */
function timeField(form, when, zone, changed) {
  return form.field({
    name: 'read_at',
    label: words.when,
    value: when,
    type: 'datetime-local',
    required: true,
    help: words.zone(zone),
    typed: changed,
  });
}

/** @param {import('../../main.js').Context} ctx @param {Form} form */
function foot(ctx, form) {
  return html`<footer class="dialog-foot">
    <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
    ${form.button(t.household.save)}
  </footer>`;
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Undos} undos
 * @param {Meter} meter
 * @param {object} sent
 * @param {string} [said]
 */
async function add(ctx, undos, meter, sent, said) {
  const path = `/meters/${meter.id}/readings`;
  /** @type {Reading} */
  const kept = await ctx.api.send('POST', path, sent);
  tell('consumption.updated');
  undos.offer(said ?? words.added(format.amount(Number(kept.reading), meter.unit)), async () => {
    await ctx.api.send('DELETE', `${path}/${kept.id}`);
    tell('consumption.updated');
  });
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {Undos} undos
 * @param {Meter} meter
 * @param {Reading} reading as it was
 * @param {object} sent
 */
export async function change(ctx, undos, meter, reading, sent) {
  const path = `/meters/${meter.id}/readings/${reading.id}`;
  await ctx.api.send('PATCH', path, sent);
  tell('consumption.updated');
  const { read_at, kind, note } = reading;
  const before = { read_at, reading: reading.reading, kind, note, new_reading: reading.new_reading };
  undos.offer(words.changed, async () => {
    await ctx.api.send('PUT', path, before);
    tell('consumption.updated');
  });
}

/**
 * Deletes a reading once its toast is gone.
 * @param {import('../../main.js').Context} ctx
 * @param {Undos} undos
 * @param {Meter} meter
 * @param {Reading} reading
 */
export function removeReading(ctx, undos, meter, reading) {
  undos.defer(reading.id, words.removed(format.amount(Number(reading.reading), meter.unit)), async () => {
    await ctx.api.send('DELETE', `/meters/${meter.id}/readings/${reading.id}`, undefined, { keepalive: true });
    tell('consumption.updated');
  });
}
