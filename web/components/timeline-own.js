// Lanes of a day that are no device's: focus sessions, and time entries in the colours of their projects.

import * as format from '../format.js';
import * as t from '../texts/usage.js';

/**
 * @typedef {import('../api-types.d.ts').FocusSession} FocusSession
 * @typedef {import('../api-types.d.ts').TimeEntry} Entry
 * @typedef {import('../api-types.d.ts').Project} Project
 * @typedef {import('./timeline-layout.js').Session} Session
 *
 * @typedef {object} OwnLane
 * @property {{id: string, name: string, note: string}} lane
 * @property {boolean} runs whether one of them reaches to now
 * @property {(now: number) => Session[]} segments
 */

/** No device has such an id. */
const FOCUS = 'focus';
const TIME = 'time';

/**
 * @param {FocusSession[]} sessions
 * @returns {OwnLane[]} none where there is nothing in it
 */
export function focusLane(sessions) {
  if (sessions.length === 0) return [];
  const minutes = sessions.reduce((sum, session) => sum + (session.completed ? session.focus_min : 0), 0);
  const done = sessions.filter((session) => session.completed).length;
  const note = minutes > 0 ? format.duration(minutes * 60) : t.counts.sessions(format.number(done), done);
  return [
    {
      lane: { id: FOCUS, name: t.nav.focus, note },
      runs: sessions.some((session) => !session.ended_at),
      segments: (now) =>
        sessions.map((session) => ({
          ...segment(FOCUS, session.id, session.label, session.started_at, session.ended_at, now),
          focus: session.completed ? 'completed' : session.abandoned ? 'abandoned' : 'running',
        })),
    },
  ];
}

/**
 * @param {Entry[]} entries
 * @param {{from: number, to: number}} bounds the day
 * @param {import('../projects.js').Projects} projects
 * @param {import('../colours.js').Colours} colours
 * @returns {OwnLane[]}
 */
export function timeLane(entries, { from, to }, projects, colours) {
  if (entries.length === 0) return [];
  const end = (/** @type {Entry} */ { end_time: at }) => (at ? Date.parse(at) : Infinity);
  const ended = entries.filter((entry) => entry.end_time);
  const sum = ended.reduce(
    (all, entry) => all + Math.min(end(entry), to) - Math.max(Date.parse(entry.start_time), from),
    0,
  );
  const note = ended.length > 0 ? format.duration(sum / 1000) : t.timeline.now;
  return [
    {
      lane: { id: TIME, name: t.nav.time, note },
      runs: ended.length < entries.length,
      segments: (now) =>
        entries.map((entry) => {
          const project = projects.of(entry.project_id);
          const colour = project ? (project.color ?? String(colours.of(project.title))) : '9';
          return {
            ...segment(TIME, entry.id, entry.description, entry.start_time, entry.end_time, now),
            entry: { colour, project: project?.title ?? null, running: !entry.end_time },
          };
        }),
    },
  ];
}

/**
 * As the timeline draws it; what runs reaches to now.
 * @param {string} lane
 * @param {string} id
 * @param {string | null | undefined} title
 * @param {string} from
 * @param {string | null | undefined} to
 * @param {number} now
 * @returns {Session}
 */
function segment(lane, id, title, from, to, now) {
  const start = Date.parse(from);
  const end = to ? Date.parse(to) : Math.max(now, start);
  return /** @type {Session} */ ({
    id,
    device_id: lane,
    app: lane,
    kind: 'app',
    title,
    started_at: from,
    ended_at: new Date(end).toISOString(),
    duration_seconds: (end - start) / 1000,
  });
}
