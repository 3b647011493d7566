// Words of how files of the household are imported.

import { plural } from '../texts.js';
import { file } from './import.js';

export * from './import.js';
export * from './meters.js';

export const householdFile = {
  ...file,
  text: 'A CSV file of a utility, a smart meter, another program, or of Almanac. First it is only read: you see what Almanac makes of it, and nothing is kept.',
  kindsTitle: 'What it may hold',
  kinds: /** @type {Record<string, string>} */ ({
    records: 'Amounts by date',
    intervals: 'Intervals',
    readings: 'Readings',
  }),
  kindsText: /** @type {Record<string, string>} */ ({
    records: 'an amount a day, as bills and apps tell it',
    intervals: 'what was consumed in each minute, quarter of an hour or hour: these show the hours of the day',
    readings: 'what a register showed, and when',
  }),
  days: (/** @type {string} */ count, /** @type {number} */ n, /** @type {string} */ what) =>
    `${count} ${plural(n, 'day', 'days')} of ${what}`,
  overlaps: (/** @type {string} */ days, /** @type {number} */ n) =>
    `${days} ${plural(n, 'is', 'are')} here already, from a meter or other records: what is the same is counted twice.`,
  undoText: 'All that it added goes, edited records too. The file can be imported again.',
};
