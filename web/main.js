// Starts the dashboard: the address decides the page, the page is drawn inside the shell.

import { Api } from './api.js';
import { Colours } from './colours.js';
import { DialogHost } from './components/dialog.js';
import { openHelp } from './components/help.js';
import { shell } from './components/shell.js';
import { explain } from './components/states.js';
import { Toasts } from './components/toast.js';
import { render } from './html.js';
import { Live } from './live.js';
import { HAPPENINGS, hear } from './news.js';
import * as preferences from './preferences.js';
import { follow, match, navigate } from './router.js';
import { listen } from './shortcuts.js';
import { t } from './texts.js';
import { Timer } from './timer.js';
import { Tracker } from './tracker.js';
import { browserZone, isDate } from './zone.js';

/**
 * @typedef {object} Page
 * @property {string} section which place of the rail it belongs to
 * @property {string} title
 * @property {boolean} [bare] stands alone, without the rail: nobody has to be signed in
 * @property {() => unknown} header its controls in the header
 * @property {() => unknown} view
 * @property {() => Promise<void> | void} load
 * @property {() => Promise<void> | void} [poll] looks whether anything is new
 * @property {readonly string[]} [hears] events after which what it shows may be old
 * @property {() => Promise<void> | void} [refresh] what it does then, if it is not to poll
 * @property {(event: KeyboardEvent) => boolean} [key] takes a key; true when it did
 * @property {() => boolean} [entered] waits for somebody to sign in; true when it has more to say to them
 * @property {() => void} close
 *
 * @typedef {object} Context what every page and component may use
 * @property {Api} api
 * @property {Live} live
 * @property {Colours} colours
 * @property {DialogHost} dialogs
 * @property {Toasts} toasts
 * @property {Timer} timer the focus session that runs
 * @property {Tracker} tracker the time entry that runs
 * @property {() => void} update draws what has changed
 * @property {() => number} now milliseconds since 1970, by the server's clock
 * @property {() => string} zone the account's
 */

const POLL = 30_000;
const LONGEST_WAIT = 15_000;
/** Milliseconds for which nothing is drawn while it is found out whether somebody is signed in. */
const BLINK = 300;

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
const api = new Api();
const live = new Live(api, { changed: () => update() });
/** @type {Page | undefined} */
let page;
let drawing = false;
let blinking = true;
/** Where somebody wanted to go who had to sign in first. */
let wanted = '/';

const update = () => {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
};

/** The account whose settings this browser has taken over. @type {import('./api.js').Account | null} */
let adopted = null;

function draw() {
  if (api.account !== adopted) {
    adopted = api.account;
    if (adopted?.settings.timer) preferences.adoptTimer(adopted.settings.timer);
  }
  if (!page || (blinking && api.state === 'unknown' && api.online)) return;
  render(shell(ctx, page, { help: () => openHelp(ctx), signOut }), root);
  entitle();
}

/** The time that runs stands first: it is what a tab has room for. */
function entitle() {
  if (page) document.title = ctx.timer.titled(`${page.title} · ${t.brand}`);
}

/** @type {Context} */
const ctx = {
  api,
  live,
  colours: new Colours(),
  dialogs: new DialogHost(draw),
  toasts: new Toasts(update),
  timer: new Timer(api, live),
  tracker: new Tracker(api),
  update,
  now: () => api.now(),
  zone: () => api.account?.timezone ?? browserZone(),
};

/** Pages come with the first visit to them.
 * @type {import('./router.js').Route<Promise<Page>>[]} */
const routes = [
  { pattern: /^\/(?:today)?$/, load: (_, query) => today(null, query) },
  { pattern: /^\/day\/([\d-]+)$/, load: ([, date], query) => (isDate(date) ? today(date, query) : notFound()) },
  { pattern: /^\/week$/, load: (_, query) => week(null, query) },
  { pattern: /^\/week\/([\d-]+)$/, load: ([, date], query) => (isDate(date) ? week(date, query) : notFound()) },
  { pattern: /^\/focus$/, load: async () => new (await import('./pages/focus.js')).FocusPage(ctx) },
  { pattern: /^\/garden$/, load: () => garden('month', null) },
  {
    pattern: /^\/garden\/(day|month|year)(?:\/([\d-]+))?$/,
    load: ([, kind, date]) => (!date || isDate(date) ? garden(kind, date ?? null) : notFound()),
  },
  {
    pattern: /^\/leaderboard(?:\/(xp|focus-time|streak|sessions))?$/,
    load: ([, board], query) => leaderboard(board ?? 'xp', query.get('period')),
  },
  { pattern: /^\/time$/, load: () => time('week', null) },
  {
    pattern: /^\/time\/(day|week)(?:\/([\d-]+))?$/,
    load: ([, kind, date]) => (!date || isDate(date) ? time(kind, date ?? null) : notFound()),
  },
  { pattern: /^\/time\/report$/, load: (_, query) => timeReport('month', null, null, query) },
  {
    pattern: /^\/time\/report\/(week|month|year)(?:\/([\d-]+))?$/,
    load: ([, kind, date], query) => (!date || isDate(date) ? timeReport(kind, date ?? null, null, query) : notFound()),
  },
  {
    pattern: /^\/time\/report\/dates\/([\d-]+)\/([\d-]+)$/,
    load: ([, first, last], query) =>
      isDate(first) && isDate(last) && first <= last ? timeReport('custom', first, last, query) : notFound(),
  },
  {
    pattern: /^\/time\/import$/,
    load: async () => new (await import('./pages/time-import.js')).TimeImportPage(ctx),
  },
  { pattern: /^\/projects$/, load: async () => new (await import('./pages/projects.js')).ProjectsPage(ctx) },
  { pattern: /^\/household$/, load: () => household('month', null, null) },
  {
    pattern: /^\/household\/(week|month|year)(?:\/([\d-]+))?$/,
    load: ([, kind, date]) => (!date || isDate(date) ? household(kind, date ?? null, null) : notFound()),
  },
  {
    pattern: /^\/household\/dates\/([\d-]+)\/([\d-]+)$/,
    load: ([, first, last]) =>
      isDate(first) && isDate(last) && first <= last ? household('custom', first, last) : notFound(),
  },
  { pattern: /^\/household\/records$/, load: (_, query) => householdRecords(query) },
  {
    pattern: /^\/household\/meters$/,
    load: async () => new (await import('./pages/household-meters.js')).HouseholdMetersPage(ctx),
  },
  {
    pattern: /^\/household\/meters\/([\da-f-]{36})$/,
    load: async ([, id]) => new (await import('./pages/household-meter.js')).HouseholdMeterPage(ctx, id),
  },
  {
    pattern: /^\/household\/import$/,
    load: async () => new (await import('./pages/household-import.js')).HouseholdImportPage(ctx),
  },
  { pattern: /^\/browsing$/, load: () => browsing(7) },
  { pattern: /^\/browsing\/(30|90|365)$/, load: ([, days]) => browsing(Number(days)) },
  { pattern: /^\/insights$/, load: () => insights(null) },
  { pattern: /^\/insights\/([\d-]+)$/, load: ([, date]) => (isDate(date) ? insights(date) : notFound()) },
  { pattern: /^\/report$/, load: (_, query) => report(query.get('date')) },
  { pattern: /^\/devices$/, load: async () => new (await import('./pages/devices.js')).DevicesPage(ctx) },
  { pattern: /^\/settings$/, load: async () => new (await import('./pages/settings.js')).SettingsPage(ctx) },
  { pattern: /^\/categories$/, load: async () => new (await import('./pages/categories.js')).CategoriesPage(ctx) },
  {
    pattern: /^\/settings\/sign-in$/,
    load: async () => new (await import('./pages/sign-in-settings.js')).SignInSettingsPage(ctx),
  },
  {
    pattern: /^\/settings\/webhooks$/,
    load: async () => new (await import('./pages/webhooks.js')).WebhooksPage(ctx),
  },
  {
    pattern: /^\/settings\/webhooks\/([0-9a-f-]{36})$/,
    load: async ([, id]) => new (await import('./pages/webhook-deliveries.js')).WebhookDeliveriesPage(ctx, id),
  },
  {
    pattern: /^\/admin$/,
    load: () => admin(async () => new (await import('./pages/admin-users.js')).AdminUsersPage(ctx)),
  },
  {
    pattern: /^\/admin\/devices$/,
    load: () => admin(async () => new (await import('./pages/admin-devices.js')).AdminDevicesPage(ctx)),
  },
  {
    pattern: /^\/admin\/audit$/,
    load: () => admin(async () => new (await import('./pages/admin-audit.js')).AdminAuditPage(ctx)),
  },
  {
    pattern: /^\/admin\/server$/,
    load: () => admin(async () => new (await import('./pages/admin-server.js')).AdminServerPage(ctx)),
  },
];

/** Pages that stand before the door: nobody has to be signed in.
 * @type {import('./router.js').Route<Promise<Page>>[]} */
const doors = [
  { pattern: /^\/register$/, load: () => register(takeFragment()) },
  { pattern: /^\/reset$/, load: () => reset(takeFragment()) },
];

/**
 * @param {string | null} date
 * @param {URLSearchParams} query
 */
async function today(date, query) {
  const { TodayPage } = await import('./pages/today.js');
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

/**
 * @param {string} kind
 * @param {string | null} date
 */
async function garden(kind, date) {
  const { GardenPage } = await import('./pages/garden.js');
  return new GardenPage(ctx, { kind: /** @type {'day' | 'month' | 'year'} */ (kind), date });
}

/**
 * @param {string} kind
 * @param {string | null} date
 * @param {string | null} last
 */
async function household(kind, date, last) {
  const { HouseholdPage } = await import('./pages/household.js');
  return new HouseholdPage(ctx, { kind: /** @type {import('./span.js').Kind} */ (kind), date, last });
}

/** @param {URLSearchParams} query */
async function householdRecords(query) {
  const { HouseholdRecordsPage } = await import('./pages/household-records.js');
  const before = page instanceof HouseholdRecordsPage ? page.list.items : null;
  return new HouseholdRecordsPage(ctx, query, before);
}

/** @param {string | null} date */
async function insights(date) {
  return new (await import('./pages/insights.js')).InsightsPage(ctx, date);
}

/** @param {string | null} date */
async function report(date) {
  if (date !== null && !isDate(date)) return notFound();
  return new (await import('./pages/report.js')).ReportPage(ctx, date);
}

/** @param {number} days */
async function browsing(days) {
  return new (await import('./pages/browsing.js')).BrowsingPage(ctx, days);
}

/**
 * @param {string} kind
 * @param {string | null} date
 */
async function time(kind, date) {
  return new (await import('./pages/time.js')).TimePage(ctx, { kind: /** @type {'day' | 'week'} */ (kind), date });
}

/**
 * @param {string} kind
 * @param {string | null} date
 * @param {string | null} last
 * @param {URLSearchParams} query
 */
async function timeReport(kind, date, last, query) {
  const { TimeReportPage } = await import('./pages/time-report.js');
  const which = { kind: /** @type {import('./span.js').Kind} */ (kind), date, last };
  return new TimeReportPage(ctx, which, query);
}

/**
 * @param {string} board
 * @param {string | null} period
 */
async function leaderboard(board, period) {
  return new (await import('./pages/leaderboard.js')).LeaderboardPage(ctx, { board, period });
}

async function notFound() {
  return new (await import('./pages/not-found.js')).NotFoundPage();
}

/**
 * Who is signed in has no need to register.
 * @param {string} fragment
 */
async function register(fragment) {
  if (api.state === 'in') return today(null, new URLSearchParams());
  return new (await import('./pages/register.js')).RegisterPage(ctx, fragment);
}

/** @param {string} fragment */
async function reset(fragment) {
  return new (await import('./pages/reset.js')).ResetPage(ctx, fragment);
}

async function signIn() {
  return new (await import('./pages/sign-in.js')).SignInPage(ctx);
}

/**
 * A page that is there for admins; for everybody else there is no such page.
 * @param {() => Promise<Page>} load
 */
async function admin(load) {
  const account = api.account ?? (await api.me().catch(() => null));
  // Without an answer nobody knows: the page says so itself.
  return account && account.role !== 'admin' ? notFound() : load();
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
  const [path, query] = [location.pathname, new URLSearchParams(location.search)];
  if (isPairing()) return show(pairing(takeFragment()));
  const door = match(doors, path, query);
  if (door) return show(door);
  if (api.state === 'out') {
    wanted = path + location.search;
    return show(signIn());
  }
  return show(match(routes, path, query) ?? notFound()).then(askWho);
}

/** Somebody is signed in now who was not before: on to where they wanted to go. */
function enter() {
  if (!page?.entered) return update();
  if (page.entered()) return update();
  return isDoor() ? navigate(wanted, { replace: true }) : open();
}

/** Who it is stands in the menu, and what runs in the header: asked once the page itself has what it needs; so is what
 * happens from then on. */
async function askWho() {
  if (api.state !== 'in') return;
  const asked = [];
  if (!api.account) asked.push(api.me().then(update));
  if (!ctx.timer.known) asked.push(ctx.timer.refresh());
  if (!ctx.tracker.known) asked.push(ctx.tracker.refresh());
  await Promise.allSettled(asked);
  if (api.state === 'in') live.start();
}

const isDoor = () => doors.some(({ pattern }) => pattern.test(location.pathname.replace(/\/+$/, '')));
const isPairing = () => /^#(?:.*&)?pair=/.test(location.hash);

/**
 * The code of a link that is meant for a device's app.
 * @param {string} fragment
 */
async function pairing(fragment) {
  return new (await import('./pages/pairing.js')).PairingPage(ctx, fragment);
}

/** Takes what follows the # out of the address before anything else can see it. */
function takeFragment() {
  const fragment = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  return fragment;
}

async function signOut() {
  try {
    await api.signOut();
  } catch (error) {
    ctx.toasts.say(explain(error));
  }
}

/** Knocks until the server answers, ever more patiently. */
async function waitForServer(wait = 1000) {
  await new Promise((resolve) => setTimeout(resolve, wait));
  if (!(await api.knock())) await waitForServer(Math.min(wait * 2, LONGEST_WAIT));
}

/**
 * The timer is one key away from every page.
 * @param {KeyboardEvent} event
 */
function toTimer(event) {
  if (event.key !== 't' || page?.section === 'focus') return false;
  navigate('/focus');
  return true;
}

api.addEventListener('signed-in', () => enter());
api.addEventListener('signed-out', () => open());
// A page that begins anew holds nothing of who was here before.
api.addEventListener('left', () => {
  ctx.colours.forget();
  location.assign('/');
});
api.addEventListener('another', () => {
  ctx.colours.forget();
  location.reload();
});
api.addEventListener('offline', () => {
  update();
  waitForServer();
});
api.addEventListener('online', () => {
  update();
  ctx.toasts.say(t.connection.back);
  Promise.resolve(page?.load()).then(askWho);
});
ctx.timer.addEventListener('changed', update);
ctx.tracker.addEventListener('changed', update);
ctx.timer.addEventListener('tick', entitle);
addEventListener('online', () => api.knock());
addEventListener('storage', update);
addEventListener('hashchange', () => location.hash && open());

const poll = () => {
  if (document.visibilityState === 'visible' && api.state === 'in' && api.online) page?.poll?.();
};
setInterval(poll, POLL);
document.addEventListener('visibilitychange', poll);

/** Milliseconds after an event in which others may come that mean the same. */
const SOON = 1000;
/** A program has something to say: what it says is the newest that was delivered to its endpoint. @param {string} id */
async function notify(id) {
  const query = { type: 'notification', limit: 1 };
  const { deliveries } = await api
    .get(`/webhook-endpoints/${id}/deliveries`, { query })
    .catch(() => ({ deliveries: [] }));
  if (deliveries[0]?.message) ctx.toasts.say(deliveries[0].message);
}

let looking = false;

/** Something has happened: the page on the screen looks again, if it shows such things. @param {string} name */
async function look(name) {
  if (looking || !page?.hears?.includes(name)) return;
  looking = true;
  await new Promise((resolve) => setTimeout(resolve, SOON));
  // What happens from here on is seen by another look.
  looking = false;
  if (api.state === 'in' && api.online) await (page?.refresh ?? page?.poll)?.call(page);
}
for (const name of ['usage.synced', 'events.synced', 'insight.ready', 'webhook.received', 'account.updated'])
  live.on(name, () => look(name));
live.on('account.updated', ({ id }) => api.account?.id === id && api.me().then(update, () => {}));
live.on('notification.received', ({ id }) => notify(id));
live.on('hello', () => page?.hears?.forEach(look));
// What the page shows was asked for before anybody listened.
live.on('begun', () => page?.hears?.forEach(look));
for (const name of HAPPENINGS) live.on(name, () => hear(name));
// Whatever was missed meanwhile may have been about what runs.
live.on('hello', () => hear('session.updated'));
live.on('hello', () => hear('time_entry.updated'));

listen({
  go: {
    t: () => navigate('/today'),
    w: () => navigate('/week'),
    f: () => navigate('/focus'),
    g: () => navigate('/garden'),
    h: () => navigate('/household'),
    b: () => navigate('/browsing'),
    i: () => navigate('/insights'),
    m: () => navigate('/time'),
    l: () => navigate('/leaderboard'),
    d: () => navigate('/devices'),
    s: () => navigate('/settings'),
    a: () => api.admin && navigate('/admin'),
  },
  help: () => openHelp(ctx),
  page: (event) => (!coming && page?.key?.(event)) || toTimer(event),
  blocked: () => ctx.dialogs.isOpen || !page || Boolean(page.bare),
});
follow(open);
setTimeout(() => {
  blinking = false;
  update();
}, BLINK);
const known = api.resume();
// A page behind the door asks for its figures as soon as it may; one before it waits to know who is there.
if (isPairing() || isDoor()) await known;
if (asked === 0) open();
navigator.serviceWorker?.register('/sw.js');
