// What a page shows instead of figures: nothing yet, nothing at all, or what went wrong and how to go on.

import { ApiError, OfflineError } from '../answers.js';
import * as format from '../format.js';
import { html, nothing } from '../html.js';
import * as t from '../texts.js';
import { icon } from './icon.js';

/**
 * @param {unknown} error
 * @param {() => void} retry
 */
export function errorState(error, retry) {
  const offline = error instanceof OfflineError;
  const title = offline ? t.states.offlineTitle : t.states.errorTitle;
  const text = offline ? t.states.offlineText : explain(error);
  const request = error instanceof ApiError && error.requestId ? error.requestId : null;
  return html`<div class="state" role="alert">
    ${icon(offline ? 'wifi-off' : 'exclamation-triangle')}
    <h2>${title}</h2>
    <p>${text}</p>
    ${request ? html`<p class="note wrap">${t.states.requestId(request)}</p>` : nothing}
    <button type="button" class="btn btn-primary" @click=${retry}>${icon('arrow-clockwise')} ${t.states.retry}</button>
  </div>`;
}

/**
 * What went wrong, in the server's words where it said something.
 * @param {unknown} error
 */
export function explain(error) {
  if (error instanceof OfflineError) return t.states.offlineTitle;
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 429 && error.retryAfter) return t.states.tooOften(format.wait(error.retryAfter));
  if (error.status === 503 || error.status === 429) return t.states.busy;
  if (t.problems[error.code]) return t.problems[error.code];
  const fields = error.fields.map((field) => explainField(field));
  return fields.length > 0 ? fields.join(' ') : error.message;
}

/**
 * What is wrong with one field.
 * @param {{field: string, message: string, code?: string}} field
 */
export function explainField({ field, message, code = '' }) {
  return t.problems[code] ?? `${field} ${message}.`;
}

/**
 * @param {{icon: string, title: string, text: string, button: string, href?: string, act?: () => void}} state
 */
export function emptyState({ icon: name, title, text, href, act, button }) {
  return html`<div class="state">
    ${icon(name)}
    <h2>${title}</h2>
    <p>${text}</p>
    ${
      href
        ? html`<a class="btn btn-primary" href=${href}>${button}</a>`
        : html`<button type="button" class="btn btn-primary" @click=${act}>${button}</button>`
    }
  </div>`;
}

/** Grey shapes where figures will stand, of their size, so that nothing jumps when they come. */
export function skeletonPage() {
  const card = (/** @type {string} */ size, /** @type {string} */ height) =>
    html`<section class="card ${size} ${height}" aria-hidden="true">
      <div class="bone bone-title"></div>
      <div class="bone bone-body"></div>
    </section>`;
  return html`<div class="grid" aria-busy="true">
    <p class="visually-hidden" role="status">${t.states.loading}</p>
    ${card('s4', 'sk-figure')}${card('s4', 'sk-figure')}${card('s4', 'sk-figure')}${card('s12', 'sk-timeline')}
    ${card('s7', 'sk-list')}${card('s5', 'sk-list')}
  </div>`;
}

/** The same for a list. */
export function skeletonList() {
  const entry = html`<div class="card sk-device" aria-hidden="true"><div class="bone bone-title"></div></div>`;
  return html`<div aria-busy="true">
    <p class="visually-hidden" role="status">${t.states.loading}</p>
    ${entry}${entry}${entry}
  </div>`;
}
