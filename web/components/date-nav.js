// The way through time: before, now, after, a date, a day or its week; and which device.

import * as format from '../format.js';
import { html, live, nothing } from '../html.js';
import { navigate } from '../router.js';
import * as t from '../texts.js';
import { addDays, isDate } from '../zone.js';
import { icon } from './icon.js';

/**
 * Where a period lives.
 * @param {'day' | 'week'} kind
 * @param {string | null} date
 * @param {string | null} device
 */
export function addressOf(kind, date, device) {
  const path = kind === 'week' ? (date ? `/week/${date}` : '/week') : date ? `/day/${date}` : '/today';
  return device ? `${path}?${new URLSearchParams({ device })}` : path;
}

/**
 * @param {object} where
 * @param {'day' | 'week'} where.kind
 * @param {string | null} where.date the day, or the first day of the week; null while unknown
 * @param {boolean} where.current whether it is today or this week
 * @param {string | null} where.device
 * @param {{device_id: string, name: string}[]} where.devices
 */
export function dateNav({ kind, date, current, device, devices }) {
  const week = kind === 'week';
  const before = date && addressOf(kind, addDays(date, week ? -7 : -1), device);
  const after = date && !current ? addressOf(kind, addDays(date, week ? 7 : 1), device) : null;
  const chosen = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    navigate(addressOf(kind, current ? null : date, value || null));
  };
  return html`${
      devices.length > 1 || device
        ? html`<div class="pick">
            <select
              id="device-filter"
              class="form-select"
              aria-label=${t.period.device}
              .value=${live(device ?? '')}
              @change=${chosen}
            >
              <option value="" ?selected=${!device}>${t.period.allDevices}</option>
              ${devices.map(
                (one) =>
                  html`<option value=${one.device_id} ?selected=${one.device_id === device}>${one.name}</option>`,
              )}
            </select>
          </div>`
        : nothing
    }
    <div class="seg" role="group" aria-label=${t.period.label}>
      <a
        class="seg-item"
        href=${addressOf('day', current ? null : date, device)}
        aria-current=${week ? nothing : 'true'}
        >${t.period.day}</a
      >
      <a
        class="seg-item"
        href=${addressOf('week', current ? null : date, device)}
        aria-current=${week ? 'true' : nothing}
        >${t.period.week}</a
      >
    </div>
    ${steps({
      label: week ? t.period.week : t.period.day,
      before: { href: before, label: week ? t.period.weekBefore : t.period.dayBefore },
      now: { href: addressOf(kind, null, device), text: week ? t.period.thisWeek : t.period.today, current },
      after: { href: after, label: week ? t.period.weekAfter : t.period.dayAfter },
    })}
    ${datePicker(date, (value) => navigate(addressOf(kind, value, device)))}`;
}

/**
 * A button that opens the browser's own date picker.
 * @param {string | null} date
 * @param {(date: string) => void} choose
 */
export function datePicker(date, choose) {
  const picked = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    if (isDate(value)) choose(value);
  };
  return html`<span class="pick-date">
    <button type="button" class="icon-button" aria-label=${t.period.pick} title=${t.period.pick} @click=${pickDate}>
      ${icon('calendar3')}
    </button>
    <input
      id="date-picker"
      type="date"
      tabindex="-1"
      aria-label=${t.period.pick}
      .value=${live(date ?? '')}
      @change=${picked}
    />
  </span>`;
}

/**
 * Before, now, after.
 * @param {object} where
 * @param {string} where.label
 * @param {{href: string | null, label: string}} where.before
 * @param {{href: string, text: string, current: boolean}} where.now
 * @param {{href: string | null, label: string}} where.after
 */
export function steps({ label, before, now, after }) {
  const step = (/** @type {{href: string | null, label: string}} */ to, /** @type {string} */ name) =>
    to.href
      ? html`<a class="seg-item seg-icon" href=${to.href} aria-label=${to.label}>${icon(name)}</a>`
      : html`<span class="seg-item seg-icon" aria-disabled="true" role="link" aria-label=${to.label}
          >${icon(name)}</span
        >`;
  return html`<div class="seg" role="group" aria-label=${label}>
    ${step(before, 'chevron-left')}
    <a class="seg-item" href=${now.href} aria-current=${now.current ? 'date' : nothing}>${now.text}</a>
    ${step(after, 'chevron-right')}
  </div>`;
}

/**
 * The zone of the account, where it is not this browser's, or where its days are special.
 * @param {{timezone: string, day_start: string}} calendar
 * @param {string} browser the browser's zone
 * @param {number} instant
 */
export function calendarNote({ timezone, day_start: start }, browser, instant) {
  const parts = [];
  if (timezone !== browser) {
    const offset = format.offset(timezone, instant);
    parts.push(offset === timezone ? timezone : t.period.zoneNote(timezone, offset));
  }
  if (start !== '00:00') parts.push(t.period.dayStarts(format.clockTime(start)));
  if (parts.length === 0) return nothing;
  return html`<span class="zone" title=${t.period.zoneHelp}>${parts.join(' · ')}</span>`;
}

/** Opens the browser's own date picker. */
export function pickDate() {
  const input = document.querySelector('#date-picker');
  if (input instanceof HTMLInputElement) input.showPicker();
}
