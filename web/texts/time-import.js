// Words of how files of time entries are imported.

import { plural } from '../texts.js';
import { file } from './import.js';

export * from './import.js';
export * from './time.js';

export const timeFile = {
  ...file,
  text: 'A CSV file that Toggl Track, Clockify, Kimai or Almanac wrote. First it is only read: you see what Almanac makes of it, and nothing is kept.',
  kindsTitle: 'What it may be',
  kinds: /** @type {Record<string, string>} */ ({
    toggl: 'Toggl Track',
    clockify: 'Clockify',
    kimai: 'Kimai',
    entries: 'Time entries',
  }),
  kindsText: /** @type {Record<string, string>} */ ({
    toggl: 'the detailed report, saved as CSV',
    clockify: 'the detailed report, saved as CSV',
    kimai: 'the list of your times, saved as CSV',
    entries: 'what was exported here',
  }),
  overlaps: (/** @type {string} */ count, /** @type {number} */ n) =>
    `${count} ${plural(n, 'entry begins', 'entries begin')} while another goes on.`,
  isNew: 'new',
  undoText:
    'All that it added goes, changed entries too, and projects that it made and nothing else uses. The file can be imported again.',
};
