// What happened to the account: here, in another tab, or on another device. Pages and the timer subscribe in this one
// place, whichever way the word comes.

/**
 * @typedef {'session.started' | 'session.completed' | 'session.abandoned' | 'session.updated' | 'session.deleted' |
 *   'garden.updated' | 'usage.synced' | 'account.updated'} Happening
 */

const heard = new EventTarget();
const channel = new BroadcastChannel('almanac.news');
channel.addEventListener('message', ({ data }) => heard.dispatchEvent(new Event(String(data))));

/**
 * Says what this tab has done, to its own pages and to the other tabs.
 * @param {Happening} what
 */
export function tell(what) {
  heard.dispatchEvent(new Event(what));
  channel.postMessage(what);
}

/**
 * Calls `hear` when one of these happened. It may be called more than once for one of them.
 * @param {Happening[]} happenings
 * @param {() => void} hear
 * @returns {() => void} ends it
 */
export function subscribe(happenings, hear) {
  for (const what of happenings) heard.addEventListener(what, hear);
  return () => {
    for (const what of happenings) heard.removeEventListener(what, hear);
  };
}

/** @type {Happening[]} */
export const SESSIONS = [
  'session.started',
  'session.completed',
  'session.abandoned',
  'session.updated',
  'session.deleted',
];
