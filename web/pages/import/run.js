// One file on its way: sent, read by the server, and what became of it.

import { ApiError, errorOf } from '../../answers.js';
import * as t from '../../texts/import.js';
import { upload } from '../../upload.js';

/**
 * @typedef {object} Given what the file does not say, or is to be taken otherwise
 * @property {string} [date_order]
 * @property {string} [decimal]
 * @property {string} [consumption_type]
 * @property {string} [unit]
 * @property {string} [tz]
 * @property {string} [meter]
 *
 * @typedef {object} Progress
 * @property {number} sent 0 to 1
 * @property {number} part of the file that has been read, 0 to 1
 * @property {number} rows
 */

/** @template Report */
export class ImportRun {
  /** @type {Progress} */
  progress = { sent: 0, part: 0, rows: 0 };
  #abort = new AbortController();

  /**
   * @param {import('../../main.js').Context} ctx
   * @param {string} path where such files go
   * @param {File} file
   * @param {Given} given
   * @param {boolean} dry
   */
  constructor(ctx, path, file, given, dry) {
    this.ctx = ctx;
    this.path = path;
    this.file = file;
    this.given = given;
    this.dry = dry;
  }

  cancel() {
    this.#abort.abort();
  }

  /** @returns {Promise<Report>} */
  async run() {
    /** @type {Report | null} */
    let report = null;
    /** @type {unknown} */
    let failure = null;
    await upload(this.ctx.api, `${this.path}/import`, this.file, {
      query: { ...this.given, dry_run: this.dry, file_name: this.file.name.slice(0, 255) },
      signal: this.#abort.signal,
      sent: (part) => this.#is({ sent: part }),
      line: (line) => {
        if (line.progress) {
          const { bytes, of, rows } = line.progress;
          this.#is({ sent: 1, part: of > 0 ? bytes / of : 0, rows });
        }
        if (line.report) report = line.report;
        if (line.error) failure = errorOf(line.error, { status: line.error.status ?? 422 });
      },
    });
    if (failure) throw failure;
    if (!report) throw new ApiError(200, 'BROKE_OFF', t.file.brokeOff);
    return report;
  }

  /** @param {Partial<Progress>} change */
  #is(change) {
    this.progress = { ...this.progress, ...change };
    this.ctx.update();
  }
}
