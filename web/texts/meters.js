// Words of meters and their readings.

import { plural } from '../texts.js';

export * from './household.js';

export const meter = {
  add: 'Add a meter',
  addTitle: 'A new meter',
  editTitle: 'Change the meter',
  name: 'Name',
  nameHelp: 'For example where it hangs: Cellar.',
  type: 'What it counts',
  unit: 'Unit',
  digits: 'Digits before the point',
  digitsHelp: 'Optional, 1 to 9. With them it is known for sure when the register goes past its end.',
  digitsWrong: '1 to 9 digits.',
  added: (/** @type {string} */ name) => `${name} added.`,
  changed: (/** @type {string} */ name) => `${name}: changed.`,
  edit: 'Change',
  remove: 'Delete',
  removeTitle: (/** @type {string} */ name) => `Delete ${name} and all it counted?`,
  removeText: (/** @type {string} */ readings) =>
    `${readings}, its imported intervals and all its consumption will be gone. This cannot be taken back.`,
  typeName: (/** @type {string} */ name) => `Type ${name} to confirm`,
  removed: (/** @type {string} */ name) => `${name} and what it counted are gone.`,
  empty: 'No meter yet',
  emptyText: 'Add one to enter what its register shows; Almanac counts what was consumed in between.',
  more: 'Show more meters',
  about: (/** @type {string} */ name) => `What to do with ${name}`,
  last: 'Last reading',
  never: 'never read',
  from: (/** @type {string} */ dates) => `consumption ${dates}`,
  noConsumption: 'no consumption yet',
  back: 'All meters',
  records: (/** @type {string} */ type) => `Records of ${type}`,
  gone: 'There is no such meter',
  goneText: 'It may have been deleted.',
  suspects: (/** @type {string} */ count, /** @type {number} */ n) =>
    `${count} ${plural(n, 'reading does', 'readings do')} not count: see below why, and what to do.`,
};

export const reading = {
  enter: 'Reading',
  enterLong: 'Enter a reading',
  title: 'What the meter shows',
  editTitle: 'Change the reading',
  meter: 'Meter',
  field: 'Reading',
  when: 'Read',
  zone: (/** @type {string} */ zone) => `In ${zone}.`,
  note: 'Note',
  last: (/** @type {string} */ amount, /** @type {string} */ when) => `Last: ${amount}, ${when}.`,
  first: 'It is the first: from now on differences count.',
  since: (/** @type {string} */ amount, /** @type {string} */ perDay) =>
    perDay ? `${amount} since, ${perDay} a day.` : `${amount} since.`,
  between: 'It comes before the newest reading: it counts between those around it.',
  lower: (/** @type {string} */ last) => `That is lower than the last, ${last}. What is it?`,
  kinds: {
    reading: 'It went past its end and began at zero again',
    reset: 'It was set back to zero',
  },
  exchanged: 'It was exchanged for another',
  added: (/** @type {string} */ amount) => `Reading ${amount} added.`,
  changed: 'Reading changed.',
  removed: (/** @type {string} */ amount) => `Reading ${amount} deleted.`,
  readings: 'Readings',
  count: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'reading', 'readings')}`,
  none: 'No reading yet',
  noneText: 'Enter what its register shows today; from the second reading on, what was consumed between them counts.',
  noneFile: 'Its consumption comes from imported files.',
  more: 'Show more readings',
  status: /** @type {Record<string, string>} */ ({
    first: 'first',
    counted: 'counted',
    rollover: 'went past its end',
    suspect: 'does not count',
  }),
  of: /** @type {Record<string, string>} */ ({ exchange: 'exchange', reset: 'set to zero' }),
  exchangeOf: (/** @type {string} */ old, /** @type {string} */ fresh) => `${old}, the new one from ${fresh}`,
  consumed: (/** @type {string} */ amount) => `+ ${amount}`,
  edit: (/** @type {string} */ what) => `Change the reading ${what}`,
  remove: (/** @type {string} */ what) => `Delete the reading ${what}`,
  isReset: 'It was set to zero',
  isExchange: 'It was exchanged',
  change: 'Change',
  future: 'It has not been read yet.',
  wrong: 'This is not a time.',
};

export const exchange = {
  open: 'Exchange',
  title: 'The meter was exchanged',
  text: 'What the old one showed at last, and what the new one began with. Nothing is lost in between.',
  old: 'Old meter, at last',
  fresh: 'New meter, at first',
  done: 'Exchange noted.',
};
