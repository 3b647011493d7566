// Browsers in the tests: what they report, and what it comes to.

import { randomUUID } from 'node:crypto';

/**
 * Visits of one browser, each a page that is in front until the next.
 * @param {import('./account.mjs').Account} account
 * @param {{access_token: string} | null} device none: the person's own token
 * @param {{at: string | number, url?: string, title?: string, type?: string}[]} visits
 */
export async function addVisits(account, device, visits) {
  const events = visits.map(({ at, url, title, type = 'TAB_ACTIVATED' }) => ({
    _id: randomUUID(),
    v: 1,
    type,
    ts: new Date(at).getTime(),
    payload: { tabId: 1, windowId: 1, url, title },
  }));
  const answer = await account.call('POST', '/events/sync', {
    token: device?.access_token ?? account.token,
    body: { events },
  });
  if (answer.rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(answer.rejected[0])}`);
}

/**
 * Half an hour of a day: 10 minutes of one site, 6 of another on two hosts, 4 of a file.
 * @param {import('./account.mjs').Account} account
 * @param {{access_token: string} | null} device
 * @param {string} date
 */
export function addHalfHour(account, device, date) {
  const at = (/** @type {string} */ time) => `${date}T${time}:00Z`;
  return addVisits(account, device, [
    { at: at('10:00'), url: 'https://docs.example.org/a', title: 'The manual' },
    { at: at('10:05'), url: 'https://docs.example.org/b', title: 'The index' },
    { at: at('10:10'), url: 'https://www.example.com/', title: 'A shop' },
    { at: at('10:13'), url: 'https://blog.example.com/', title: 'A blog' },
    { at: at('10:16'), url: 'file:///home/somebody/notes.html', title: 'Notes' },
    { at: at('10:20'), type: 'IDLE' },
  ]);
}
