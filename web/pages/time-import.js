// Importing files of other programs that track time.

import * as t from '../texts/time-import.js';
import { ImportPage } from './import-page.js';
import { importReport, readOtherwise } from './time/import-report.js';
import { sections } from './time/sections.js';

const words = t.timeFile;

/** @extends {ImportPage<import('../api-types.d.ts').TimeImportReport>} */
export class TimeImportPage extends ImportPage {
  /** @param {import('../main.js').Context} ctx */
  constructor(ctx) {
    super(ctx, {
      section: 'time',
      path: '/time-entries',
      changes: 'time_entry.updated',
      words,
      top: () => sections('import'),
      tells: (report, name) => importReport(ctx, report, name),
      otherwise: (_, given, again) => readOtherwise(ctx, given, again),
      // Nothing else is asked of such files.
      choicesOf: () => Object.entries(words.dateOrders),
      see: (first, last) => `/time/report/dates/${first}/${last}`,
    });
  }
}
