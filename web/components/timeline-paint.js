// Draws a timeline on a canvas: tracks, segments, ticks, clock changes, the present.

import { COLOURS } from '../colours.js';
import * as format from '../format.js';
import * as t from '../texts/usage.js';
import { DAY, HOUR, MINUTE, clockChanges, ticks, wallClock } from '../zone.js';
import { firstEndingAfter, tickStep } from './timeline-layout.js';
import { nameOf } from './timeline-tip.js';

/** @typedef {import('./timeline-layout.js').View} View */

/** Pixels. */
export const LANE = { height: 30, first: 24, row: 9, gap: 2, space: 18, label: 24 };
export const AXIS = 26;

/**
 * @param {CSSStyleDeclaration} style
 */
export function readPalette(style) {
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    segments: Array.from({ length: COLOURS }, (_, index) => colour(`--c${index}`)),
    ink: colour('--ink'),
    label: colour('--ink-3'),
    track: colour('--track'),
    unlived: colour('--unlived'),
    line: colour('--line'),
    on: colour('--on-segment'),
    accent: colour('--accent'),
    onAccent: colour('--accent-ink'),
    warn: colour('--warn'),
    surface: colour('--surface'),
    font: style.fontFamily,
  };
}

/**
 * Where the lanes lie, from the top.
 * @param {import('./timeline-layout.js').Lane[]} lanes
 * @param {boolean} labelsAbove
 */
export function measure(lanes, labelsAbove) {
  let top = labelsAbove ? 0 : 6;
  const places = lanes.map((lane) => {
    if (labelsAbove) top += LANE.label;
    const place = { top, height: 0, rows: rowsOf(lane.rows.length, top) };
    const last = place.rows[place.rows.length - 1];
    place.height = last.top + last.height - top;
    top += place.height + (labelsAbove ? 8 : LANE.space);
    return place;
  });
  return { places, height: top + AXIS, axisTop: top };
}

/**
 * The first row is what was mostly in front; what overlapped it lies thin below.
 * @param {number} count
 * @param {number} top
 */
function rowsOf(count, top) {
  if (count === 1) return [{ top, height: LANE.height }];
  return Array.from({ length: count }, (_, index) =>
    index === 0
      ? { top, height: LANE.first }
      : { top: top + LANE.first + LANE.gap + (index - 1) * (LANE.row + LANE.gap), height: LANE.row },
  );
}

/**
 * The row at a height, or one that is nearly there.
 * @param {ReturnType<typeof measure>} measured
 * @param {number} y from the top
 * @returns {{lane: number, row: number} | null}
 */
export function rowAt({ places }, y) {
  const lane = places.findIndex(({ top, height }) => y >= top - 4 && y < top + height + 4);
  if (lane < 0) return null;
  const { rows } = places[lane];
  const below = rows.findIndex(({ top, height }) => y < top + height + 1);
  return { lane, row: below < 0 ? rows.length - 1 : below };
}

/**
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {object} scene
 * @param {import('./timeline-layout.js').Lane[]} scene.lanes
 * @param {ReturnType<typeof measure>} scene.places
 * @param {View} scene.view
 * @param {View} scene.bounds
 * @param {number} scene.width
 * @param {string} scene.zone
 * @param {number} scene.now
 * @param {string | null} scene.highlight the app to show, all others fade
 * @param {import('./timeline-layout.js').Spot | null} scene.active
 * @param {ReturnType<typeof readPalette>} scene.palette
 */
export function paint(context, scene) {
  const { view, bounds, width, places, palette, now } = scene;
  const perMs = width / (view.to - view.from);
  const x = (/** @type {number} */ instant) => (instant - view.from) * perMs;
  context.clearRect(0, 0, width, places.height);

  paintTracks(context, scene, x);
  paintTicks(context, scene, x);
  scene.lanes.forEach((lane, index) => paintLane(context, scene, lane, index, x));
  paintClockChanges(context, scene, x);

  if (now > view.from && now < view.to && now < bounds.to) {
    context.fillStyle = palette.accent;
    context.fillRect(Math.round(x(now)) - 1, 0, 2, places.axisTop);
  }
  // Where in the whole the view is, once it is not all of it.
  if (view.to - view.from < (bounds.to - bounds.from) * 0.999) {
    const whole = bounds.to - bounds.from;
    context.fillStyle = palette.line;
    context.fillRect(0, places.height - 3, width, 3);
    context.fillStyle = palette.label;
    const part = Math.max(((view.to - view.from) / whole) * width, 12);
    context.fillRect(Math.min(((view.from - bounds.from) / whole) * width, width - part), places.height - 3, part, 3);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Parameters<typeof paint>[1]} scene
 * @param {(instant: number) => number} x
 */
function paintTracks(context, { lanes, places, view, now, width, palette }, x) {
  lanes.forEach((_, index) => {
    const { top, height } = places.places[index];
    context.fillStyle = palette.track;
    context.beginPath();
    context.roundRect(0, top, width, height, 6);
    context.fill();
    if (now < view.to) {
      // Not lived yet: hatched, so that it is not taken for a gap.
      context.save();
      context.beginPath();
      context.roundRect(0, top, width, height, 6);
      context.clip();
      context.strokeStyle = palette.unlived;
      context.lineWidth = 2;
      const start = Math.max(x(now), 0);
      context.beginPath();
      context.rect(start, top, width - start, height);
      context.clip();
      context.beginPath();
      for (let at = Math.floor((start - height) / 9) * 9; at < width; at += 9) {
        context.moveTo(at, top + height);
        context.lineTo(at + height, top);
      }
      context.stroke();
      context.restore();
    }
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Parameters<typeof paint>[1]} scene
 * @param {import('./timeline-layout.js').Lane} lane
 * @param {number} laneIndex
 * @param {(instant: number) => number} x
 */
function paintLane(context, scene, lane, laneIndex, x) {
  const { view, places, palette, highlight, active, width } = scene;
  lane.rows.forEach((row, rowIndex) => {
    const { top, height } = places.places[laneIndex].rows[rowIndex];
    for (let index = firstEndingAfter(row, view.from); index < row.starts.length; index += 1) {
      if (row.starts[index] >= view.to) break;
      const left = Math.max(x(row.starts[index]), -8);
      const right = Math.min(x(row.ends[index]), width + 8);
      const size = right - left;
      const session = row.sessions[index];
      context.globalAlpha = highlight === null || session.app === highlight ? 1 : 0.18;
      if (session.focus) {
        paintFocus(context, session, { left, top, size: Math.max(size, 2), height }, palette);
        continue;
      }
      const colour = session.entry?.colour ?? String(row.colours[index]);
      context.fillStyle = colour.startsWith('#') ? colour : palette.segments[Number(colour)];
      if (size < 5) {
        context.fillRect(left, top, Math.max(size, 0.75), height);
        continue;
      }
      context.beginPath();
      context.roundRect(left + 0.5, top, size - 1, height, 3);
      context.fill();
      if (size > 52 && height > 14)
        label(context, session, Math.max(left, 0), Math.min(right, width), top, height, {
          ...palette,
          on: colour.startsWith('#') ? inkOn(colour) : palette.on,
        });
    }
    context.globalAlpha = 1;
    if (active?.lane === laneIndex && active.row === rowIndex && active.index < row.starts.length) {
      const left = x(row.starts[active.index]);
      const size = Math.max(x(row.ends[active.index]) - left, 2);
      context.strokeStyle = palette.ink;
      context.lineWidth = 2;
      context.beginPath();
      context.roundRect(left - 1, top - 2, size + 2, height + 4, 4);
      context.stroke();
    }
  });
}

/**
 * A focus session: whole where it was seen through, hatched where it was given up, open to the right while it runs.
 * @param {CanvasRenderingContext2D} context
 * @param {import('./timeline-layout.js').Session} session
 * @param {{left: number, top: number, size: number, height: number}} box
 * @param {ReturnType<typeof readPalette>} palette
 */
function paintFocus(context, session, { left, top, size, height }, palette) {
  const edge = Math.min(1, size / 4);
  context.save();
  context.beginPath();
  if (session.focus === 'running') context.roundRect(left, top, size, height, [8, 0, 0, 8]);
  else context.roundRect(left + edge / 2, top, Math.max(size - edge, 1), height, Math.min(8, size / 2));
  if (session.focus === 'abandoned') {
    context.fillStyle = palette.surface;
    context.fill();
    context.clip();
    context.strokeStyle = palette.accent;
    context.lineWidth = 1.5;
    context.stroke();
    context.beginPath();
    for (let at = left - height; at < left + size; at += 6) {
      context.moveTo(at, top + height);
      context.lineTo(at + height, top);
    }
    context.globalAlpha *= 0.55;
    context.stroke();
  } else {
    context.fillStyle = palette.accent;
    context.fill();
  }
  context.restore();
  if (session.focus !== 'abandoned' && size > 52)
    label(context, session, Math.max(left, 0), left + size, top, height, { ...palette, on: palette.onAccent });
}

/** What can be read on a colour that somebody chose: dark on a light one. @param {string} colour #rrggbb */
function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#10140f' : '#fff';
}

/**
 * The app's name inside a segment that is wide enough.
 * @param {CanvasRenderingContext2D} context
 * @param {import('./timeline-layout.js').Session} session
 * @param {number} left
 * @param {number} right
 * @param {number} top
 * @param {number} height
 * @param {ReturnType<typeof readPalette>} palette
 */
function label(context, session, left, right, top, height, palette) {
  const room = right - left - 14;
  if (room < 34) return;
  context.font = `500 12px ${palette.font}`;
  let text = nameOf(session).slice(0, 60);
  while (text.length > 2 && context.measureText(text).width > room) {
    text = `${text.slice(0, Math.max(1, Math.floor(text.length * 0.8) - 1)).replace(/…$/, '')}…`;
  }
  context.fillStyle = palette.on;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillText(text, left + 7, top + height / 2 + 0.5);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Parameters<typeof paint>[1]} scene
 * @param {(instant: number) => number} x
 */
function paintTicks(context, { view, bounds, width, places, palette, zone }, x) {
  const { step, kind } = tickStep(view.to - view.from, width, 58);
  context.font = `400 12px ${palette.font}`;
  context.textBaseline = 'top';
  const several = bounds.to - bounds.from > 26 * HOUR;
  let free = -Infinity;
  for (const instant of ticks(zone, view.from, view.to, step)) {
    const at = x(instant);
    context.fillStyle = palette.line;
    context.fillRect(Math.round(at), 0, 1, places.axisTop);
    const midnight = several && wallClock(zone, instant) % DAY === 0;
    const text = format.tick(instant, zone, midnight ? 'day' : kind);
    const size = context.measureText(text).width;
    const left = Math.min(Math.max(at - size / 2, 0), width - size);
    // Around a clock change two labels can meet: the later one gives way.
    if (left < free) continue;
    context.fillStyle = palette.label;
    context.textAlign = 'left';
    context.fillText(text, left, places.axisTop + 5);
    free = left + size + 10;
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Parameters<typeof paint>[1]} scene
 * @param {(instant: number) => number} x
 */
function paintClockChanges(context, { view, bounds, width, places, palette, zone }, x) {
  for (const { at, jump } of clockChanges(zone, bounds.from, bounds.to)) {
    if (at < view.from || at > view.to) continue;
    const left = Math.round(x(at));
    context.strokeStyle = palette.warn;
    context.lineWidth = 1.5;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(left + 0.5, 0);
    context.lineTo(left + 0.5, places.axisTop);
    context.stroke();
    context.setLineDash([]);
    const by = format.duration(Math.abs(jump) / 1000);
    const text = jump > 0 ? t.timeline.clockForward(by) : t.timeline.clockBack(by);
    context.font = `600 11px ${palette.font}`;
    const size = context.measureText(text).width + 10;
    const side = left + size + 4 > width ? left - size - 3 : left + 3;
    const top = places.axisTop - 17;
    context.fillStyle = palette.surface;
    context.beginPath();
    context.roundRect(side, top, size, 16, 4);
    context.fill();
    context.fillStyle = palette.warn;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillText(text, side + 5, top + 8.5);
  }
}

/** How near the pointer must be to a thin segment, in milliseconds.
 * @param {View} view
 * @param {number} width
 */
export function slack(view, width) {
  return Math.min(((view.to - view.from) / Math.max(width, 1)) * 3, 5 * MINUTE);
}
