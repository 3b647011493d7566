// The form of an entry: to change one, to add one, or to add one like another.

import { Form } from '../../components/form.js';
import { html, nothing } from '../../html.js';
import { newId } from '../../ids.js';
import { tell } from '../../news.js';
import * as t from '../../texts/time.js';
import { MINUTE, clockAt, instantOf } from '../../zone.js';

/** @typedef {import('../../api-types.d.ts').TimeEntry} Entry */

const USUAL = 60 * MINUTE;

/**
 * @param {import('../../main.js').Context} ctx
 * @param {object} around
 * @param {import('../../components/undo.js').Undos} around.undos
 * @param {Entry} [around.entry] the one to change
 * @param {Entry} [around.like] the one it begins as
 */
export async function openEntry(ctx, { undos, entry, like = entry }) {
  // Times are given in the account's zone: whoever is quick waits until it is known.
  if (!ctx.api.account) await ctx.api.me().catch(() => null);
  const zone = ctx.zone();
  const { projects } = ctx.tracker;
  const end = Math.floor(ctx.now() / (5 * MINUTE)) * 5 * MINUTE;
  const runs = entry !== undefined && !entry.end_time;
  const began = clockAt(zone, like ? Date.parse(like.start_time) : end - USUAL);
  const ended = like?.end_time ? clockAt(zone, Date.parse(like.end_time)) : runs ? '' : clockAt(zone, end);
  const id = newId();
  /** @type {Form} */
  const form = new Form(ctx, 'entry', async (values) => {
    /** What was left as it is keeps its seconds. @param {string} clock @param {string} was */
    const told = (clock, was) => (clock === was ? undefined : new Date(instantOf(zone, clock)).toISOString());
    const sent = {
      description: values.description.trim(),
      project_id: values.project_id || null,
      tags: values.tags.split(',').filter((tag) => tag.trim() !== ''),
      billable: values.billable === 'on',
    };
    if (!entry) {
      const [start_time, end_time] = [told(values.start_time, ''), told(values.end_time, '')];
      added(ctx, undos, await ctx.api.send('POST', '/time-entries', { id, ...sent, start_time, end_time }));
    } else {
      const times = { start_time: told(values.start_time, began), end_time: told(values.end_time, ended) };
      await change(ctx, undos, entry, { ...sent, ...times });
    }
    tell('time_entry.updated');
    ctx.dialogs.close();
  });
  const time = (
    /** @type {string} */ name,
    /** @type {string} */ label,
    /** @type {string} */ value,
    /** @type {boolean} */ required,
  ) => form.field({ name, label, value, type: 'datetime-local', required });
  const offered = projects.all?.filter((one) => !one.archived || one.id === like?.project_id) ?? [];
  ctx.dialogs.open({
    title: entry ? t.time.editTitle : t.time.addTitle,
    body: () =>
      html`<form @submit=${form.submit} novalidate>
        ${form.field({
          name: 'description',
          label: t.time.description,
          value: like?.description ?? '',
          maxlength: 3000,
          focus: true,
        })}
        ${form.select({
          name: 'project_id',
          label: t.time.project,
          value: like?.project_id ?? '',
          choices: [
            ['', t.time.noProject],
            ...offered.map((one) => /** @type {[string, string]} */ ([one.id, one.title])),
          ],
        })}
        <div class="form-grid">
          ${time('start_time', t.time.from, began, true)} ${time('end_time', t.time.to, ended, !runs)}
        </div>
        <p class="note add-zone">${t.period.timesIn(zone)} ${runs ? t.time.stopsByEnd : nothing}</p>
        ${form.field({
          name: 'tags',
          label: t.time.tags,
          value: like?.tags.join(', ') ?? '',
          maxlength: 5000,
          help: t.time.tagsHelp,
        })}
        <div class="setting form-switch">
          <label for="entry-billable">${t.time.billable}</label>
          <input
            id="entry-billable"
            name="billable"
            type="checkbox"
            role="switch"
            class="form-check-input"
            .defaultChecked=${like?.billable ?? false}
          />
        </div>
        ${form.said()}
        <footer class="dialog-foot">
          <button type="button" class="btn btn-quiet" @click=${() => ctx.dialogs.close()}>${t.dialog.cancel}</button>
          ${form.button(entry ? t.time.save : t.time.add)}
        </footer>
      </form>`,
  });
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {import('../../components/undo.js').Undos} undos
 * @param {Entry} entry
 */
function added(ctx, undos, entry) {
  warned(ctx, entry);
  undos.offer(t.time.addedOne, async () => {
    await ctx.api.send('DELETE', `/time-entries/${entry.id}`);
    tell('time_entry.updated');
  });
}

/**
 * @param {import('../../main.js').Context} ctx
 * @param {import('../../components/undo.js').Undos} undos
 * @param {Entry} entry as it was
 * @param {object} sent
 */
async function change(ctx, undos, entry, sent) {
  const path = `/time-entries/${entry.id}`;
  const after = await ctx.api.send('PATCH', path, sent);
  warned(ctx, after);
  // One that was stopped by it does not run again.
  if (!entry.end_time && after.end_time) return;
  undos.offer(t.time.changed, async () => {
    const { project_id = null, description, start_time, end_time, tags, billable } = entry;
    // An empty text takes the description away.
    const before = { project_id, description: description ?? '', start_time, end_time, tags, billable };
    await ctx.api.send('PATCH', path, before);
    tell('time_entry.updated');
  });
}

/**
 * Says what an entry overlaps, where the account wants to know.
 * @param {import('../../main.js').Context} ctx
 * @param {Entry} entry
 */
export function warned(ctx, { warnings }) {
  const others = warnings?.find(({ code }) => code === 'OVERLAPS')?.entry_ids.length ?? 0;
  if (others > 0) ctx.toasts.say(t.time.overlapsNow(others));
}
