// Starts the dashboard: the address decides the page, the page is drawn inside the shell.

import { Api } from './api.js';
import { Colours } from './colours.js';
import { DialogHost } from './components/dialog.js';
import { openHelp } from './components/help.js';
import { shell } from './components/shell.js';
import { Toasts } from './components/toast.js';
import { render } from './html.js';
import { TodayPage } from './pages/today.js';
import { deviceKeyIn } from './pairing-link.js';
import { follow, match, navigate } from './router.js';
import { listen } from './shortcuts.js';
import { t } from './texts.js';
import { browserZone, isDate } from './zone.js';

/**
 * @typedef {object} Page
 * @property {string} section which place of the rail it belongs to
 * @property {string} title
 * @property {() => unknown} header its controls in the header
 * @property {() => unknown} view
 * @property {() => Promise<void> | void} load
 * @property {() => Promise<void> | void} [poll] looks whether anything is new
 * @property {(event: KeyboardEvent) => boolean} [key] takes a key; true when it did
 * @property {() => void} close
 *
 * @typedef {object} Context what every page and component may use
 * @property {Api} api
 * @property {Colours} colours
 * @property {DialogHost} dialogs
 * @property {Toasts} toasts
 * @property {() => void} update draws what has changed
 * @property {() => number} now milliseconds since 1970
 * @property {() => string} zone the account's, where a page has told it
 */

const POLL = 30_000;
const LONGEST_WAIT = 15_000;

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
const api = new Api();
/** @type {Page | undefined} */
let page;
let drawing = false;

const update = () => {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
};

function draw() {
  if (!page) return;
  render(shell(ctx, page, { help: () => openHelp(ctx) }), root);
  document.title = page.section === 'pairing' ? t.brand : `${page.title} · ${t.brand}`;
}

/** @type {Context} */
const ctx = {
  api,
  colours: new Colours(),
  dialogs: new DialogHost(draw),
  toasts: new Toasts(update),
  update,
  now: () => Date.now(),
  zone: () => browserZone(),
};

/** Pages come with the first visit to them; Today, where most visits begin, comes with the shell.
 * @type {import('./router.js').Route<Promise<Page>>[]} */
const routes = [
  { pattern: /^\/(?:today)?$/, load: (_, query) => today(null, query) },
  { pattern: /^\/day\/([\d-]+)$/, load: ([, date], query) => (isDate(date) ? today(date, query) : notFound()) },
  { pattern: /^\/week$/, load: (_, query) => week(null, query) },
  { pattern: /^\/week\/([\d-]+)$/, load: ([, date], query) => (isDate(date) ? week(date, query) : notFound()) },
  { pattern: /^\/devices$/, load: async () => new (await import('./pages/devices.js')).DevicesPage(ctx) },
  { pattern: /^\/settings$/, load: async () => new (await import('./pages/settings.js')).SettingsPage(ctx) },
];

/**
 * @param {string | null} date
 * @param {URLSearchParams} query
 */
async function today(date, query) {
  return new TodayPage(ctx, { date, device: query.get('device') }, page instanceof TodayPage ? page.stats : null);
}

/**
 * @param {string | null} date
 * @param {URLSearchParams} query
 */
async function week(date, query) {
  const { WeekPage } = await import('./pages/week.js');
  return new WeekPage(ctx, { date, device: query.get('device') }, page instanceof WeekPage ? page.stats : null);
}

async function notFound() {
  return new (await import('./pages/not-found.js')).NotFoundPage();
}

/** @param {{ended?: boolean, problem?: unknown}} [why] */
async function pairing(why) {
  return new (await import('./pages/pairing.js')).PairingPage(ctx, why);
}

/** How many pages have been asked for: only the last one asked for is shown. */
let asked = 0;
/** Whether the page that was asked for is still on its way: until it is there, keys are nobody's. */
let coming = false;

/** @param {Promise<Page>} wanted */
async function show(wanted) {
  asked += 1;
  const mine = asked;
  setComing(true);
  const next = await wanted.finally(() => mine === asked && setComing(false));
  if (mine !== asked) return;
  const moved = page && page.section !== next.section;
  page?.close();
  page = next;
  ctx.dialogs.close();
  // The question is on its way while the page is drawn.
  const loaded = next.load();
  draw();
  if (moved) {
    scrollTo({ top: 0 });
    root.querySelector('h1')?.focus({ preventScroll: true });
  }
  await loaded;
}

/** @param {boolean} is */
function setComing(is) {
  coming = is;
  root.setAttribute('aria-busy', String(is));
}

function open() {
  if (!api.paired) return show(pairing());
  return show(match(routes, location.pathname, new URLSearchParams(location.search)) ?? notFound());
}

/** Takes the device key out of the address before anything else can see it. */
async function pairByLink() {
  if (!/^#(?:.*&)?pair=/.test(location.hash)) return false;
  const key = deviceKeyIn(location.hash);
  history.replaceState(null, '', location.pathname + location.search);
  if (!key) return false;
  try {
    await api.pair(key);
  } catch (problem) {
    await show(pairing({ problem }));
  }
  return true;
}

/** Knocks until the server answers, ever more patiently. */
async function waitForServer(wait = 1000) {
  await new Promise((resolve) => setTimeout(resolve, wait));
  if (!(await api.knock())) await waitForServer(Math.min(wait * 2, LONGEST_WAIT));
}

api.addEventListener('paired', () => open());
api.addEventListener('unpaired', () => {
  ctx.colours.forget();
  show(pairing({ ended: true }));
});
api.addEventListener('offline', () => {
  update();
  waitForServer();
});
api.addEventListener('online', () => {
  update();
  ctx.toasts.say(t.connection.back);
  page?.load();
});
addEventListener('online', () => api.knock());
addEventListener('storage', (event) => api.storageChanged(event));
addEventListener('storage', update);
addEventListener('hashchange', () => pairByLink());

const poll = () => {
  if (document.visibilityState === 'visible' && api.paired && api.online) page?.poll?.();
};
setInterval(poll, POLL);
document.addEventListener('visibilitychange', poll);

listen({
  go: {
    t: () => navigate('/today'),
    w: () => navigate('/week'),
    d: () => navigate('/devices'),
    s: () => navigate('/settings'),
  },
  help: () => openHelp(ctx),
  page: (event) => (!coming && page?.key?.(event)) ?? false,
  blocked: () => ctx.dialogs.isOpen || !api.paired,
});
follow(open);
if (!(await pairByLink())) open();
navigator.serviceWorker?.register('/sw.js');
