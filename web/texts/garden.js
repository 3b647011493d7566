// Words of the garden.

import { plural } from '../texts.js';

export * from './focus.js';

export const garden = {
  title: 'Garden',
  kind: 'garden',
  instructions: 'Left and right arrow keys go from plant to plant by time, Home and End to the first and the last.',
  kinds: { day: 'Day', month: 'Month', year: 'Year' },
  now: { day: 'Today', month: 'This month', year: 'This year' },
  before: { day: 'Day before', month: 'Month before', year: 'Year before' },
  after: { day: 'Day after', month: 'Month after', year: 'Year after' },
  plants: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'plant', 'plants')}`,
  newest: (/** @type {string} */ have, /** @type {string} */ all) => `the newest ${have} of ${all} plants`,
  withered: (/** @type {string} */ count) => `${count} withered`,
  none: 'no plants',
  state: { grown: 'fully grown', withered: 'withered' },
  stage: (/** @type {number} */ stage) => `grown ${stage} of 5`,
  planted: 'Planted',
  empty: {
    day: 'Nothing was planted on this day.',
    month: 'Nothing was planted in this month.',
    year: 'Nothing was planted in this year.',
  },
  emptyNow: {
    day: 'The ground is ready. A focus session plants something today.',
    month: 'The ground is ready. A focus session plants the first of this month.',
    year: 'The ground is ready. A focus session plants the first of this year.',
  },
  emptyButton: 'Start a session',
  shelf: 'What may be planted',
  unlocked: (/** @type {string} */ open, /** @type {string} */ all) => `${open} of ${all} unlocked`,
  next: (/** @type {string} */ name, /** @type {number} */ level) => `${name} from level ${level} on`,
  here: (/** @type {string} */ count, /** @type {number} */ n) => (n > 0 ? `${count} here` : 'none here'),
};
