// Words of webhooks.

import { plural } from '../texts.js';

export * from './settings.js';

export const webhooks = {
  title: 'Webhooks',
  intro: 'Other programs deliver here: time entries, consumption, usage, notifications, pushes to a repository.',
  add: 'Add an endpoint',
  addTitle: 'An endpoint for another program',
  name: 'What delivers here',
  scheme: 'How it signs',
  schemes: {
    standard: 'Standard Webhooks',
    github: 'GitHub',
    'secret-header': 'The secret in a header',
  },
  ready: 'Enter both where the other program sends from. The secret is shown this once.',
  address: 'Address',
  secret: 'Secret',
  last: (/** @type {string} */ ago) => `last delivery ${ago}`,
  never: 'nothing delivered yet',
  deliveries: 'Deliveries',
  remove: 'Delete',
  removeTitle: (/** @type {string} */ name) => `Delete ${name}?`,
  removeText:
    'Its address answers no more, and the list of its deliveries goes. What they have made stays. This cannot be taken back.',
  removed: (/** @type {string} */ name) => `${name} is deleted.`,
  empty: 'No program delivers here yet',
  emptyText: 'An endpoint is an address and a secret for a program that reports by itself.',
  more: 'Show more endpoints',
  back: 'Endpoints',
  status: 'What has become of it',
  anyStatus: 'All deliveries',
  statuses: { done: 'Done', failed: 'Failed', unhandled: 'Nothing to do' },
  countOf: (/** @type {string} */ count, /** @type {number} */ n) => `${count} ${plural(n, 'delivery', 'deliveries')}`,
  nothing: 'Nothing like this was delivered.',
  noType: 'Without a type',
  show: 'Show',
  replay: 'Replay',
  replayed: (/** @type {string} */ status) => `Replayed: ${status.toLowerCase()}.`,
  moreDeliveries: 'Show more deliveries',
};
