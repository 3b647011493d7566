// The whole account as a file: saved, and taken in by an account that has nothing yet.

import { ApiError, errorOf } from '../../answers.js';
import { icon } from '../../components/icon.js';
import { explain } from '../../components/states.js';
import { save } from '../../csv.js';
import * as format from '../../format.js';
import { html, nothing } from '../../html.js';
import * as t from '../../texts/settings.js';
import { upload } from '../../upload.js';

/**
 * @typedef {import('../../api-types.d.ts').RestoreReport} Report
 *
 * @typedef {object} Run a file on its way
 * @property {File} file
 * @property {AbortController} abort
 * @property {number} sent 0 to 1
 * @property {number} part of the file that has been read, 0 to 1
 */

const words = t.settings.archive;

export class ArchiveCard {
  #saving = false;
  #problem = '';
  /** @type {Run | null} */
  #run = null;
  /** @type {Report | null} */
  #report = null;

  /**
   * @param {import('../../main.js').Context} ctx
   * @param {() => void} restored what to do when the account is another's
   */
  constructor(ctx, restored) {
    this.ctx = ctx;
    this.restored = restored;
  }

  close() {
    this.#run?.abort.abort();
  }

  /** @param {string} username */
  view(username) {
    return html`<section class="card archive-card" aria-labelledby="archive-title">
      <h2 id="archive-title">${words.title}</h2>
      <div class="setting">
        <p>${words.saveTitle}<span class="note d-block">${words.saveNote}</span></p>
        <button type="button" class="btn btn-quiet" ?disabled=${this.#saving} @click=${() => this.#save(username)}>
          ${icon('download')} ${this.#saving ? words.saving : words.save}
        </button>
      </div>
      <p class="problem" role="alert">${this.#problem}</p>
      ${this.#run ? this.#running(this.#run) : this.#choose()}
      <div role="status">${this.#report ? done(this.#report) : nothing}</div>
    </section>`;
  }

  #choose() {
    const chosen = (/** @type {Event} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      const file = input.files?.[0];
      // The same file can be chosen again.
      input.value = '';
      if (file) this.#restore(file);
    };
    return html`<div class="setting">
      <p>${words.restoreTitle}<span class="note d-block">${words.restoreNote}</span></p>
      <label class="drop">
        <input type="file" id="archive-file" accept=".gz,.ndjson,application/gzip" @change=${chosen} />
        ${icon('upload')} <b>${words.restore}</b>
      </label>
    </div>`;
  }

  /** @param {Run} run */
  #running({ file, abort, sent, part }) {
    const done = sent < 1 ? sent : part;
    return html`<div>
      <p class="wrap">${file.name} <span class="note">${format.bytes(file.size)}</span></p>
      <span
        class="progress-line"
        role="progressbar"
        aria-label=${words.progress}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(done * 100)}
        .style=${`--part: ${done}`}
      ></span>
      <p>
        ${sent < 1 ? words.sending(format.percent(sent)) : words.reading(format.percent(part))}
        <span class="note">${words.stay}</span>
      </p>
      <button type="button" class="btn btn-quiet" @click=${() => abort.abort()}>${words.cancel}</button>
    </div>`;
  }

  /** @param {string} username */
  async #save(username) {
    this.#saving = true;
    this.#problem = '';
    this.ctx.update();
    try {
      save(`almanac-${username}.ndjson.gz`, await this.ctx.api.file('/export', {}));
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#saving = false;
    this.ctx.update();
  }

  /** @param {File} file */
  async #restore(file) {
    /** @type {Run} */
    const run = { file, abort: new AbortController(), sent: 0, part: 0 };
    const is = (/** @type {Partial<Run>} */ change) => {
      Object.assign(run, change);
      this.ctx.update();
    };
    this.#run = run;
    this.#report = null;
    this.#problem = '';
    /** @type {unknown} */
    let failure = null;
    this.ctx.update();
    try {
      await upload(this.ctx.api, '/import', file, {
        query: {},
        type: file.name.endsWith('.gz') ? 'application/gzip' : 'application/x-ndjson',
        signal: run.abort.signal,
        sent: (sent) => is({ sent }),
        line: (line) => {
          if (line.progress) {
            const { bytes, of } = line.progress;
            is({ sent: 1, part: of > 0 ? bytes / of : 0 });
          }
          if (line.report) this.#report = line.report;
          if (line.error) failure = errorOf(line.error, { status: line.error.status_code });
        },
      });
      if (!failure && !this.#report) failure = new ApiError(200, 'BROKE_OFF', words.brokeOff);
    } catch (error) {
      failure = error;
    }
    this.#run = null;
    if (run.abort.signal.aborted) this.#problem = words.cancelled;
    else if (failure) this.#problem = explain(failure);
    else this.restored();
    this.ctx.update();
  }
}

/** @param {Report} report */
function done(report) {
  const counts = /** @type {Record<string, number>} */ (report.counts);
  const some = Object.entries(words.kinds).filter(([kind]) => counts[kind] > 0);
  return html`<p>${icon('check2-circle')} ${words.done}</p>
    <ul class="note">
      ${some.map(([kind, text]) => html`<li>${text}: ${format.number(counts[kind])}</li>`)}
    </ul>`;
}
