// Starts the dashboard: the address decides the page (routes.js), the page is drawn inside the shell.

import { Api } from './api.js';
import { Colours } from './colours.js';
import { DialogHost } from './components/dialog.js';
import { openHelp } from './components/help.js';
import { shell } from './components/shell.js';
import { explain } from './components/states.js';
import { Toasts } from './components/toast.js';
import { render } from './html.js';
import { Live } from './live.js';
import { relay } from './news.js';
import * as preferences from './preferences.js';
import { follow, match, navigate } from './router.js';
import { doors, isDoor, isPairing, notFound, pairing, routes, signIn, takeFragment } from './routes.js';
import { listen } from './shortcuts.js';
import * as t from './texts.js';
import { Timer } from './timer.js';
import { Tracker } from './tracker.js';
import { browserZone } from './zone.js';

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
 * @property {Page | undefined} page the one on the screen
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
  if (!ctx.page || (blinking && api.state === 'unknown' && api.online)) return;
  render(shell(ctx, ctx.page, { help: () => openHelp(ctx), signOut }), root);
  entitle();
}

/** The time that runs stands first: it is what a tab has room for. */
function entitle() {
  if (ctx.page) document.title = ctx.timer.titled(`${ctx.page.title} · ${t.brand}`);
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
  page: undefined,
  update,
  now: () => api.now(),
  zone: () => api.account?.timezone ?? browserZone(),
};

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
  const moved = ctx.page && ctx.page.section !== next.section;
  ctx.page?.close();
  ctx.page = next;
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
  if (isPairing()) return show(pairing(ctx, takeFragment()));
  const door = match(doors, ctx, path, query);
  if (door) return show(door);
  if (api.state === 'out') {
    wanted = path + location.search;
    return show(signIn(ctx));
  }
  return show(match(routes, ctx, path, query) ?? notFound()).then(askWho);
}

/** Somebody is signed in now who was not before: on to where they wanted to go. */
function enter() {
  if (!ctx.page?.entered) return update();
  if (ctx.page.entered()) return update();
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
  if (event.key !== 't' || ctx.page?.section === 'focus') return false;
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
  Promise.resolve(ctx.page?.load()).then(askWho);
});
ctx.timer.addEventListener('changed', update);
ctx.tracker.addEventListener('changed', update);
ctx.timer.addEventListener('tick', entitle);
addEventListener('online', () => api.knock());
addEventListener('storage', update);
addEventListener('hashchange', () => location.hash && open());

/**
 * The page on the screen looks again. Where it is left meanwhile, or nobody is signed in any more, it need not say why
 * it could not.
 * @param {(() => Promise<void> | void) | undefined} look
 */
async function again(look) {
  const { page } = ctx;
  try {
    await look?.call(page);
  } catch (error) {
    if (page === ctx.page && api.state === 'in') throw error;
  }
}

const poll = () => {
  if (document.visibilityState === 'visible' && api.state === 'in' && api.online) again(ctx.page?.poll);
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
  if (looking || !ctx.page?.hears?.includes(name)) return;
  looking = true;
  await new Promise((resolve) => setTimeout(resolve, SOON));
  // What happens from here on is seen by another look.
  looking = false;
  if (api.state === 'in' && api.online) await again(ctx.page?.refresh ?? ctx.page?.poll);
}
for (const name of ['usage.synced', 'events.synced', 'insight.ready', 'webhook.received', 'account.updated'])
  live.on(name, () => look(name));
live.on('account.updated', ({ id }) => api.account?.id === id && api.me().then(update, () => {}));
live.on('notification.received', ({ id }) => notify(id));
live.on('hello', () => ctx.page?.hears?.forEach(look));
// What the page shows was asked for before anybody listened.
live.on('begun', () => ctx.page?.hears?.forEach(look));
relay(live);

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
  page: (event) => (!coming && ctx.page?.key?.(event)) || toTimer(event),
  blocked: () => ctx.dialogs.isOpen || !ctx.page || Boolean(ctx.page.bare),
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
