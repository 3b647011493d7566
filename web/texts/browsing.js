// Words of browsing.

import { plural } from '../texts.js';

export * from './usage.js';

export const browsing = {
  title: 'Browsing',
  range: (/** @type {number} */ days) => `${days} days`,
  before: (/** @type {number} */ days) => `the ${days} days before`,
  time: 'In the browser',
  twice: (/** @type {string} */ time) => `${time} of it in two browsers at once`,
  averageNote: 'in the browser',
  visits: 'Visits',
  visitsNote: 'a page came to the front',
  visitsOf: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'visit', 'visits')}`,
  sites: (/** @type {string} */ count, /** @type {number} */ n) => `on ${count} ${plural(n, 'site', 'sites')}`,
  days: 'Day by day',
  weeks: 'Week by week',
  daysNote: 'time in the browser',
  onAverage: (/** @type {string} */ time) => `${time} on average`,
  events: 'Events',
  hours: 'Hours of the week',
  hoursNote: 'time in the browser',
  hoursLabel: 'Hour of the week',
  domains: 'Sites',
  domainsNote: 'by their time in front',
  domain: 'Site',
  host: 'Host',
  search: 'Search sites',
  noDomain: 'No site of that name here.',
  allDomains: (/** @type {string} */ count) => `Show ${count} sites`,
  open: (/** @type {string} */ name, /** @type {string} */ time, /** @type {string} */ visits) =>
    `${name}, ${time}, ${visits}: show its hosts`,
  hostsOf: (/** @type {string} */ name) => `Hosts of ${name}`,
  types: 'What browsers told',
  typesNote: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'event', 'events')}`,
  type: 'Type',
  allTypes: (/** @type {string} */ count) => `All ${count} types`,
  typeNames: /** @type {Record<string, string>} */ ({
    TAB_ACTIVATED: 'Tab brought to the front',
    TAB_UPDATED: 'Page or title changed',
    TAB_CREATED: 'Tab opened',
    TAB_REMOVED: 'Tab closed',
    WINDOW_FOCUSED: 'Window brought to the front',
    WINDOW_BLURRED: 'Window left',
    NAVIGATION: 'Page gone to',
    IDLE: 'Nobody there',
    ACTIVE: 'Somebody there again',
    HEARTBEAT: 'Sign of life',
  }),
  empty: 'No browser reports to your account yet',
  emptyText: (/** @type {string} */ server) =>
    `Install a browser extension that can report to Almanac, give it the address ${server} and a code from Devices; its pages appear here.`,
  emptyButton: 'Add a device',
  emptyHere: 'Nothing browsed in these days',
  emptyHereText: (/** @type {number} */ days) => `No browser reported anything in the last ${days} days.`,
  emptyHereButton: (/** @type {number} */ days) => `Show ${days} days`,
};
