// Time by day, week or month, each bar made of its projects.

import { Bars } from '../../components/bars.js';
import { chartCard } from '../../components/card.js';
import { durationCell } from '../../components/table.js';
import * as format from '../../format.js';
import { html } from '../../html.js';
import { paint } from '../../projects.js';
import { scaleTop } from '../../scale.js';
import * as t from '../../texts/time.js';
import { addDays } from '../../zone.js';

/**
 * @typedef {import('../../api-types.d.ts').TimeReport} Report
 * @typedef {import('../../api-types.d.ts').ReportGroup} Group
 * @typedef {import('../../span.js').Span} Span
 */

/** Projects that have a name below the picture. */
const NAMED = 8;
const MONTHS = 12;

export class TimeChart {
  /** @param {import('../../main.js').Context} ctx */
  constructor(ctx) {
    this.ctx = ctx;
    this.bars = new Bars(ctx, t.time.chart);
  }

  /**
   * @param {Span} span
   * @param {Report} report by day, week or month, and project
   * @param {(date: string) => void} [open]
   */
  view(span, report, open) {
    const slots = slotsOf(span, report.groups);
    const projects = projectsOf(report.groups);
    const top = scaleTop(Math.max(...slots.map(({ seconds }) => seconds)));
    const worked = slots.filter(({ seconds }) => seconds > 0).length;
    const mean = worked > 0 ? report.total_seconds / worked : 0;
    const nameOf = (/** @type {string} */ key) => slotName(span, key);
    return chartCard(this.ctx, {
      id: 'time-chart',
      title: t.time.by[span.group],
      note: t.time.byNote,
      size: 's12 bars-card time-bars',
      file: `almanac-time-${span.first}`,
      data: () => ({
        head: [
          { text: t.time.periods[span.group], csv: t.columns.date },
          { text: t.time.project },
          { text: t.time.time, csv: t.columns.seconds, number: true },
        ],
        rows: slots.flatMap(({ key, groups }) =>
          groups.map((one) => ({
            cells: [{ value: key, show: nameOf(key) }, one.name ?? t.time.noProject, durationCell(one.seconds)],
          })),
        ),
      }),
      chart: () =>
        html`${this.bars.view(
            slots.map(({ key, seconds, groups, current }, index) => ({
              value: seconds,
              name: nameOf(key),
              tick: tickOf(span, key, index, slots.length),
              said: html`<b>${seconds > 0 ? format.duration(seconds) : t.time.nothing}</b>`,
              spoken: [nameOf(key), ...groups.map((one) => spoken(one))].join(', '),
              current,
              parts: projects.flatMap((project) => {
                const one = groups.find((group) => group.key === project.key);
                return one ? [{ value: one.seconds, ...this.#paint(project) }] : [];
              }),
            })),
            {
              top,
              topText: format.duration(top),
              said: worked > 0 ? t.time.onAverage[span.group](format.duration(mean)) : t.time.nothing,
              open: open && ((index) => open(slots[index].key)),
            },
          )}
          <p class="legend note" aria-hidden="true">
            ${projects.slice(0, NAMED).map((one) => {
              const { look, style } = this.#paint(one);
              return html`<span class=${look} .style=${style}
                ><i class="chip"></i>${one.name ?? t.time.noProject}</span
              >`;
            })}
            ${projects.length > NAMED ? html`<span>${t.time.moreProjects(projects.length - NAMED)}</span>` : ''}
          </p>`,
    });
  }

  /** @param {Group} group */
  #paint({ key, name, color }) {
    return paint(this.ctx.colours, key ? { title: name ?? '', color } : null);
  }
}

/** @param {Group} group */
const spoken = ({ name, seconds }) => `${name ?? t.time.noProject} ${format.spokenDuration(seconds)}`;

/**
 * The projects of all groups, the longest first.
 * @param {Group[]} groups
 */
function projectsOf(groups) {
  /** @type {Map<string | null | undefined, Group>} */
  const all = new Map();
  for (const one of groups.flatMap((group) => group.groups ?? [])) {
    const known = all.get(one.key);
    all.set(one.key, { ...one, seconds: one.seconds + (known?.seconds ?? 0) });
  }
  return [...all.values()].sort((one, other) => other.seconds - one.seconds);
}

/**
 * A place for each day, week or month of the span, also where nothing was done.
 * @param {Span} span
 * @param {Group[]} groups
 */
function slotsOf({ first, last, until, running, group }, groups) {
  /** @type {string[]} */
  const keys = [];
  if (group === 'month') {
    const [year, month] = first.split('-').map(Number);
    for (let index = 0; ; index += 1) {
      const key = new Date(Date.UTC(year, month - 1 + index, 1)).toISOString().slice(0, 7);
      if (key > last.slice(0, 7) || index > MONTHS * 100) break;
      keys.push(key);
    }
  } else if (group === 'week') keys.push(...weeksOf(groups, first, last));
  else for (let date = first; date <= last; date = addDays(date, 1)) keys.push(date);
  return keys.map((key, index) => {
    const found = groups.find((one) => one.key === key);
    const current = running && key <= until && (keys[index + 1] ?? '~') > until;
    return { key, seconds: found?.seconds ?? 0, groups: found?.groups ?? [], current };
  });
}

/**
 * The first days of weeks, as the account has them: those that the groups tell, and those between.
 * @param {Group[]} groups
 * @param {string} first
 * @param {string} last
 */
function weeksOf(groups, first, last) {
  let start = groups[0]?.key ?? first;
  while (start > first) start = addDays(start, -7);
  const weeks = [];
  for (; start <= last; start = addDays(start, 7)) weeks.push(start);
  return weeks;
}

/** @param {Span} span @param {string} key */
function slotName({ group }, key) {
  if (group === 'month') return format.month(`${key}-01`, 'long');
  return group === 'week' ? format.dateRange(key, addDays(key, 6)) : format.date(key, 'long');
}

/** @param {Span} span @param {string} key @param {number} index @param {number} count */
function tickOf({ group }, key, index, count) {
  if (group === 'month') return count <= 24 || index % 6 === 0 ? format.month(`${key}-01`, 'short') : '';
  const step = count <= 16 ? 1 : Math.ceil(count / 8);
  if (index % step !== 0) return '';
  if (group === 'week') return format.shortDate(key);
  return count <= 7 ? format.date(key, 'short') : format.dayOfMonth(key);
}
