// What pages that import files have in common: a file is read and shown first, what it does not say is asked, and an import
// can be undone as a whole.

import { ApiError } from '../answers.js';
import { ask } from '../components/ask.js';
import { icon } from '../components/icon.js';
import { moreButton } from '../components/more.js';
import { explain } from '../components/states.js';
import * as format from '../format.js';
import { html, nothing, repeat } from '../html.js';
import { Listing } from '../listing.js';
import { subscribe, tell } from '../news.js';
import * as t from '../texts/import.js';
import { questions, questionsOf } from './import/questions.js';
import { outcome } from './import/report.js';
import { ImportRun } from './import/run.js';

/**
 * @typedef {import('../api-types.d.ts').ImportedFile} ImportedFile
 * @typedef {import('./import/run.js').Given} Given
 * @typedef {import('./import/questions.js').Question} Question
 *
 * @typedef {object} Spoken what is said of such files alone
 * @property {string} text
 * @property {string} kindsTitle
 * @property {Record<string, string>} kinds
 * @property {Record<string, string>} kindsText
 * @property {string} undoText
 *
 * @typedef {object} Report what every import tells
 * @property {string | null} [import_id]
 * @property {number} imported
 * @property {number} [changed]
 * @property {number} duplicates
 * @property {string | null} [first_date]
 * @property {string | null} [last_date]
 */

/**
 * @template {Report} T
 * @typedef {object} Kind what files are imported
 * @property {string} section
 * @property {string} path of the API
 * @property {import('../news.js').Happening} changes what has happened when one was imported
 * @property {typeof t.file & Spoken} words
 * @property {() => unknown} top what stands above the page
 * @property {(report: T, name: string) => unknown} tells
 * @property {(report: T, given: Given, again: (given: Given) => void) => unknown} otherwise how it may be read too
 * @property {(question: Question, given: Given) => [string, string][]} choicesOf
 * @property {(first: string, last: string) => string} see where what was imported can be seen
 */

/**
 * @template T
 * @typedef {object} Step where one is
 * @property {'choose' | 'running' | 'asks' | 'preview' | 'done'} name
 * @property {string} [problem]
 * @property {ImportRun<T>} [run]
 * @property {Question[]} [asked]
 * @property {T} [report]
 */

/** @template {Report} T */
export class ImportPage {
  title = t.file.page;
  /** @type {Step<T>} */
  #step = { name: 'choose' };
  /** @type {File | null} */
  #file = null;
  /** @type {Given} */
  #given = {};
  #over = false;
  #closed = false;

  /**
   * @param {import('../main.js').Context} ctx
   * @param {Kind<T>} kind
   */
  constructor(ctx, kind) {
    this.ctx = ctx;
    this.kind = kind;
    this.words = kind.words;
    /** @type {Listing<ImportedFile>} */
    this.list = new Listing(ctx.api, `${kind.path}/imports`, 'imports');
    this.release = subscribe([kind.changes], () => this.load());
  }

  get section() {
    return this.kind.section;
  }

  close() {
    this.#closed = true;
    this.#step.run?.cancel();
    this.release();
  }

  async load() {
    await this.list.reload();
    if (!this.#closed) this.ctx.update();
  }

  poll() {
    return this.load();
  }

  header() {
    return html`<span class="grow"></span>`;
  }

  /** @param {Step<T>} step */
  #go(step) {
    this.#step = step;
    this.ctx.update();
    // Who listens, or has the page enlarged, is taken along.
    if (step.name !== 'running' && step.name !== 'choose')
      queueMicrotask(() => queueMicrotask(() => document.getElementById('import-step')?.focus()));
  }

  /** @param {File | undefined} file */
  #take(file) {
    if (!file) return;
    this.#file = file;
    this.#given = {};
    this.#run(true);
  }

  #another = () => {
    this.#file = null;
    this.#go({ name: 'choose' });
  };

  /** @param {boolean} dry */
  async #run(dry) {
    const file = this.#file;
    if (!file) return;
    /** @type {ImportRun<T>} */
    const run = new ImportRun(this.ctx, this.kind.path, file, this.#given, dry);
    this.#go({ name: 'running', run });
    try {
      const report = await run.run();
      if (this.#closed) return;
      this.#go({ name: dry ? 'preview' : 'done', report });
      if (!dry) tell(this.kind.changes);
    } catch (error) {
      if (!this.#closed) this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof DOMException && error.name === 'AbortError')
      return this.#go({ name: 'choose', problem: this.words.cancelled });
    const asked = questionsOf(error);
    if (asked.length > 0) return this.#go({ name: 'asks', asked });
    const problem = error instanceof ApiError && error.status === 413 ? this.words.tooLarge : explain(error);
    return this.#go({ name: 'choose', problem });
  }

  view() {
    return html`${this.kind.top()}
      <div class="import">${this.#card()} ${this.#history()}</div>`;
  }

  #card() {
    const { name, run, asked, report } = this.#step;
    if (name === 'running' && run) return this.#running(run);
    if (name === 'preview' && report) return this.#preview(report);
    if (name === 'done' && report) return this.#done(report);
    if (name === 'asks' && asked) {
      const answer = (/** @type {Given} */ given) => {
        this.#given = given;
        this.#run(true);
      };
      const { choicesOf } = this.kind;
      return questions(this.ctx, { questions: asked, given: this.#given, choicesOf, answer, leave: this.#another });
    }
    return this.#choose();
  }

  #choose() {
    const drop = (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      this.#over = false;
      this.#take(event.dataTransfer?.files[0]);
      this.ctx.update();
    };
    const over = (/** @type {boolean} */ is) => (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      if (this.#over === is) return;
      this.#over = is;
      this.ctx.update();
    };
    const chosen = (/** @type {Event} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      this.#take(input.files?.[0]);
      // The same file can be chosen again.
      input.value = '';
    };
    const { problem } = this.#step;
    return html`<section class="card import-card" aria-labelledby="import-title">
      <h2 id="import-title">${this.words.title}</h2>
      <p class="note">${this.words.text}</p>
      <p class="problem" role="alert">${problem ?? ''}</p>
      <label
        class="drop ${this.#over ? 'is-over' : ''}"
        @dragover=${over(true)}
        @dragleave=${over(false)}
        @drop=${drop}
      >
        <input
          type="file"
          id="import-file"
          accept=".csv,.txt,.tsv,.gz,text/csv,text/plain,application/gzip"
          @change=${chosen}
        />
        ${icon('upload')} <b>${this.words.choose}</b> <span class="note">${this.words.drop}</span>
      </label>
      <h3>${this.words.kindsTitle}</h3>
      <ul class="import-kinds">
        ${Object.entries(this.words.kinds).map(
          ([kind, text]) => html`<li><b>${text}</b>: <span class="note">${this.words.kindsText[kind]}</span></li>`,
        )}
      </ul>
    </section>`;
  }

  /** @param {ImportRun<T>} run */
  #running(run) {
    const { sent, part, rows } = run.progress;
    const sending = sent < 1;
    const done = sending ? sent : part;
    const reads = run.dry ? this.words.reading : this.words.keeping;
    const said = sending ? this.words.sending(format.percent(sent)) : reads(format.number(rows));
    return html`<section class="card import-card" aria-labelledby="import-title">
      <h2 id="import-title" class="wrap">${run.file.name} <small>${format.bytes(run.file.size)}</small></h2>
      <span
        class="progress-line"
        role="progressbar"
        aria-label=${this.words.progress}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(done * 100)}
        .style=${`--part: ${done}`}
      ></span>
      <p>${said} <span class="note">${this.words.stay}</span></p>
      <footer class="dialog-foot">
        <button type="button" class="btn btn-quiet" @click=${() => run.cancel()}>${this.words.cancel}</button>
      </footer>
    </section>`;
  }

  /** @param {T} report */
  #preview(report) {
    const file = /** @type {File} */ (this.#file);
    const fresh = report.imported + (report.changed ?? 0);
    const again = (/** @type {Given} */ given) => {
      this.#given = given;
      this.#run(true);
    };
    return html`<section class="card import-card" aria-labelledby="import-step">
      <h2 id="import-step" tabindex="-1" class="wrap">
        ${this.words.preview} <small>${file.name}, ${format.bytes(file.size)}. ${this.words.previewNote}</small>
      </h2>
      ${this.kind.tells(report, file.name)} ${this.kind.otherwise(report, this.#given, again)}
      ${fresh === 0 ? html`<p class="note">${this.words.nothingNew}</p>` : nothing}
      <footer class="dialog-foot">
        <button type="button" class="btn btn-quiet" @click=${this.#another}>${this.words.another}</button>
        <button type="button" class="btn btn-primary" ?disabled=${fresh === 0} @click=${() => this.#run(false)}>
          ${this.words.import(format.number(fresh), fresh)}
        </button>
      </footer>
    </section>`;
  }

  /** @param {T} report */
  #done(report) {
    const { import_id: id, first_date: first, last_date: last } = report;
    const name = this.#file?.name ?? this.words.unnamed;
    return html`<section class="card import-card" aria-labelledby="import-step">
      <h2 id="import-step" tabindex="-1" class="wrap">
        ${icon('check2-circle')} ${this.words.done} <small>${name}</small>
      </h2>
      ${this.kind.tells(report, name)}
      <footer class="dialog-foot">
        ${
          id
            ? html`<button type="button" class="btn btn-quiet" @click=${() => this.#undo(id, name)}>
                ${icon('arrow-counterclockwise')} ${this.words.undo}
              </button>`
            : nothing
        }
        <button type="button" class="btn btn-quiet" @click=${this.#another}>${this.words.another}</button>
        ${
          first && last
            ? html`<a class="btn btn-primary" href=${this.kind.see(first, last)}>${this.words.see}</a>`
            : nothing
        }
      </footer>
    </section>`;
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #undo(id, name) {
    ask(this.ctx, {
      title: this.words.undoTitle(name),
      text: [this.words.undoText],
      button: this.words.undo,
      grave: true,
      act: async () => {
        await this.ctx.api.send('DELETE', `${this.kind.path}/imports/${id}`);
        if (this.#step.report?.import_id === id) this.#another();
        tell(this.kind.changes);
        return this.words.undone(name);
      },
    });
  }

  #history() {
    const { items, error } = this.list;
    if (error) return html`<p role="alert">${explain(error)}</p>`;
    if (!items || items.length === 0) return nothing;
    return html`<section class="card import-card" aria-labelledby="import-history">
      <h2 id="import-history">${this.words.history}</h2>
      <ul class="places">
        ${repeat(
          items,
          ({ id }) => id,
          (one) => this.#entry(one),
        )}
      </ul>
      ${moreButton(this.ctx, this.list, this.words.historyMore)}
    </section>`;
  }

  /** @param {ImportedFile} file */
  #entry(file) {
    const { id, kind, rejected, created_at: at, undone_at: undone, first_date: first, last_date: last } = file;
    const name = file.file_name ?? this.words.unnamed;
    const now = this.ctx.now();
    return html`<li class="place ${undone ? 'is-undone' : ''}" data-import=${id}>
      <div class="device-about">
        <h3 class="wrap">
          ${name}
          ${undone ? html`<span class="badge-soft">${this.words.undoneAt(format.ago(Date.parse(undone), now))}</span>` : nothing}
        </h3>
        <p class="note">
          ${[
            format.ago(Date.parse(at), now),
            this.words.kinds[kind],
            outcome(file),
            rejected > 0 ? this.words.rejectedShort(format.number(rejected)) : '',
            first && last ? format.dateRange(first, last) : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      ${
        undone
          ? nothing
          : html`<button type="button" class="btn btn-quiet" @click=${() => this.#undo(id, name)}>
              ${t.undo.button}
            </button>`
      }
    </li>`;
  }
}
