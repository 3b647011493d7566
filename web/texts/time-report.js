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
  filter: {
    title: 'Filter',
    clear: 'Clear the filter',
    labels: { project: 'Of project', client: 'Of client', tag: 'With tag', billable: 'Billable or not' },
    all: { project: 'All projects', client: 'All clients', tag: 'All tags', billable: 'Billable or not' },
    billables: /** @type {Record<string, string>} */ ({ true: 'Billable', false: 'Not billable' }),
    projectGone: 'A project that is gone',
    said: {
      project: (/** @type {string} */ name) => `project ${name}`,
      client: (/** @type {string} */ name) => `client ${name}`,
      tag: (/** @type {string} */ name) => `tag ${name}`,
    },
    some: 'entries of the filter',
    noneText: 'There may be some that the filter leaves out.',
  },
};
