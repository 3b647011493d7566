// Words of the report of time entries.

export * from './time.js';

export const timeReport = {
  by: /** @type {Record<string, string>} */ ({
    project: 'By project',
    client: 'By client',
    tag: 'By tag',
    day: 'By day',
    week: 'By week',
    month: 'By month',
  }),
  none: /** @type {Record<string, string>} */ ({
    project: 'No project',
    client: 'No client',
    tag: 'No tag',
  }),
  byLabel: 'Put together',
  andLabel: 'And then',
  alone: 'and nothing else',
  and: (/** @type {string} */ by) => `and ${by.toLowerCase()}`,
  titleOfTwo: (/** @type {string} */ by, /** @type {string} */ and) => `${by} and ${and.toLowerCase()}`,
  rounding: 'Rounding',
  exact: 'Exact',
  roundings: /** @type {Record<string, (minutes: string) => string>} */ ({
    up: (minutes) => `Each entry up to ${minutes} min`,
    nearest: (minutes) => `Each entry to the nearest ${minutes} min`,
    down: (minutes) => `Each entry down to ${minutes} min`,
  }),
  share: 'Share',
  all: 'All',
  tagsNote: 'An entry with several tags counts for each of them: they may add up to more than the whole.',
  print: 'Print',
  timesheet: (/** @type {string} */ name) => (name ? `Timesheet of ${name}` : 'Timesheet'),
  empty: 'No entries on these dates',
  emptyText: 'Reports are made of the entries that you start or add.',
};
