// What a session of the timeline is, in a box for the eye and in a sentence for the ear.

import { appName } from '../app-names.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import * as t from '../texts/usage.js';

/**
 * @typedef {import('./timeline-layout.js').Session} Session
 * @typedef {import('./timeline.js').Data} Data
 */

/**
 * What a session is called: its app, or what the focus was for.
 * @param {Session} session
 */
export function nameOf(session) {
  if (session.entry) return session.title ?? session.entry.project ?? t.tracker.unnamed;
  return session.focus ? (session.title ?? t.nav.focus) : appName(session.app);
}

/**
 * @param {Session} session
 * @param {Data} data
 */
export function tip(session, { zone, several, colourOf, lanes }) {
  const time = (/** @type {string} */ instant) =>
    several ? format.dayAndTime(Date.parse(instant), zone) : format.time(Date.parse(instant), zone, 'second');
  if (session.focus) return focusTip(session, time);
  if (session.entry) return entryTip(session, session.entry, time);
  const name = appName(session.app);
  return html`<div class="tl-tip-app"><i class="chip c${colourOf(session.app)}"></i><b>${name}</b></div>
    ${name === session.app ? nothing : html`<div class="note wrap">${session.app}</div>`}
    ${session.title ? html`<div class="wrap">${session.title}</div>` : nothing}
    ${session.url ? html`<div class="note wrap">${session.url}</div>` : nothing}
    <div>
      ${time(session.started_at)} – ${time(session.ended_at)}<b class="ms-2"
        >${format.duration(session.duration_seconds)}</b
      >
    </div>
    <div class="note">${lanes.find((lane) => lane.id === session.device_id)?.name}</div>`;
}

/**
 * @param {Session} session
 * @param {(instant: string) => string} time
 */
function focusTip(session, time) {
  const state = session.focus ?? 'completed';
  const end = state === 'running' ? t.timeline.now : time(session.ended_at);
  return html`<div class="tl-tip-app">
      <i class="chip chip-focus is-${state}"></i><b class="wrap">${nameOf(session)}</b>
    </div>
    <div>${time(session.started_at)} – ${end}<b class="ms-2">${format.duration(session.duration_seconds)}</b></div>
    <div class="note">${t.nav.focus}, ${t.timer.state[state]}</div>`;
}

/**
 * @param {Session} session
 * @param {import('./timeline-layout.js').TimeSegment} entry
 * @param {(instant: string) => string} time
 */
function entryTip(session, { colour, project, running }, time) {
  const own = colour.startsWith('#');
  const end = running ? t.timeline.now : time(session.ended_at);
  return html`<div class="tl-tip-app">
      <i class="chip ${own ? '' : `c${colour}`}" .style=${own ? `--colour: ${colour}` : ''}></i
      ><b class="wrap">${nameOf(session)}</b>
    </div>
    ${project ? html`<div class="wrap">${project}</div>` : nothing}
    <div>${time(session.started_at)} – ${end}<b class="ms-2">${format.duration(session.duration_seconds)}</b></div>
    <div class="note">${t.timeline.entry}</div>`;
}

/**
 * @param {import('./timeline-layout.js').Row} row
 * @param {number} index
 * @param {string} zone
 */
export function sentence(row, index, zone) {
  const session = row.sessions[index];
  const gap = index > 0 ? (row.starts[index] - row.ends[index - 1]) / 1000 : 0;
  return [
    gap > 60 ? t.timeline.gap(format.spokenDuration(gap)) : '',
    session.focus ? t.nav.focus : session.entry ? t.timeline.entry : appName(session.app),
    session.title ?? '',
    session.entry?.project ?? '',
    t.period.span(format.time(row.starts[index], zone), format.time(row.ends[index], zone)),
    format.spokenDuration(session.duration_seconds),
    session.focus ? t.timer.state[session.focus] : '',
  ]
    .filter(Boolean)
    .join(', ');
}
