// What happened to the account: here, in another tab, or on another device. Pages and the timer subscribe in this one
// place, whichever way the word comes: by the server's stream, or from tab to tab.

export const SESSIONS = /** @type {const} */ ([
  'session.started',
  'session.completed',
  'session.abandoned',
  'session.updated',
  'session.deleted',
]);
const HAPPENINGS = /** @type {const} */ ([
  ...SESSIONS,
  'garden.updated',
  'consumption.updated',
  'project.updated',
  'time_entry.updated',
  'account.updated',
]);

/** @typedef {typeof HAPPENINGS[number]} Happening */

/** Milliseconds in which word of the same comes more than once. */
const AGAIN = 1000;

const heard = new EventTarget();
const channel = new BroadcastChannel('almanac.news');
channel.addEventListener('message', ({ data }) => hear(data));

/**
 * Word of it has come.
 * @param {Happening} what
 */
function hear(what) {
  heard.dispatchEvent(new Event(what));
}

/**
 * Passes on what the server's stream tells.
 * @param {import('./live.js').Live} live
 */
export function relay(live) {
  for (const what of HAPPENINGS) live.on(what, () => hear(what));
  // Whatever was missed meanwhile may have been about what runs.
  live.on('hello', () => hear('session.updated'));
  live.on('hello', () => hear('time_entry.updated'));
}

/**
 * Says what this tab has done, to its own pages and to the other tabs.
 * @param {Happening} what
 */
export function tell(what) {
  hear(what);
  channel.postMessage(what);
}

/**
 * Calls `act` when one of these happened: at once, and once more where there was word again right after.
 * @param {readonly Happening[]} happenings
 * @param {() => unknown} act
 * @returns {() => void} ends it
 */
export function subscribe(happenings, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waits;
  let again = false;
  const hears = () => {
    if (waits !== undefined) {
      again = true;
      return;
    }
    again = false;
    act();
    waits = setTimeout(() => {
      waits = undefined;
      if (again) hears();
    }, AGAIN);
  };
  for (const what of happenings) heard.addEventListener(what, hears);
  return () => {
    clearTimeout(waits);
    for (const what of happenings) heard.removeEventListener(what, hears);
  };
}
