// Addresses and their pages. The files of a page come with the first visit to it.

import { isDate } from './zone.js';

/**
 * @typedef {import('./main.js').Context} Context
 * @typedef {import('./main.js').Page} Page
 * @typedef {import('./router.js').Route<Context, Promise<Page>>} Route
 */

/** @type {Route[]} */
export const routes = [
  { pattern: /^\/(?:today)?$/, load: (ctx, _, query) => today(ctx, null, query) },
  {
    pattern: /^\/day\/([\d-]+)$/,
    load: (ctx, [, date], query) => (isDate(date) ? today(ctx, date, query) : notFound()),
  },
  { pattern: /^\/week$/, load: (ctx, _, query) => week(ctx, null, query) },
  {
    pattern: /^\/week\/([\d-]+)$/,
    load: (ctx, [, date], query) => (isDate(date) ? week(ctx, date, query) : notFound()),
  },
  { pattern: /^\/focus$/, load: async (ctx) => new (await import('./pages/focus.js')).FocusPage(ctx) },
  { pattern: /^\/garden$/, load: (ctx) => garden(ctx, 'month', null) },
  {
    pattern: /^\/garden\/(day|month|year)(?:\/([\d-]+))?$/,
    load: (ctx, [, kind, date]) => (!date || isDate(date) ? garden(ctx, kind, date ?? null) : notFound()),
  },
  {
    pattern: /^\/leaderboard(?:\/(xp|focus-time|streak|sessions))?$/,
    load: (ctx, [, board], query) => leaderboard(ctx, board ?? 'xp', query.get('period')),
  },
  { pattern: /^\/time$/, load: (ctx) => time(ctx, 'week', null) },
  {
    pattern: /^\/time\/(day|week)(?:\/([\d-]+))?$/,
    load: (ctx, [, kind, date]) => (!date || isDate(date) ? time(ctx, kind, date ?? null) : notFound()),
  },
  { pattern: /^\/time\/report$/, load: (ctx, _, query) => timeReport(ctx, 'month', null, null, query) },
  {
    pattern: /^\/time\/report\/(week|month|year)(?:\/([\d-]+))?$/,
    load: (ctx, [, kind, date], query) =>
      !date || isDate(date) ? timeReport(ctx, kind, date ?? null, null, query) : notFound(),
  },
  {
    pattern: /^\/time\/report\/dates\/([\d-]+)\/([\d-]+)$/,
    load: (ctx, [, first, last], query) =>
      isDate(first) && isDate(last) && first <= last ? timeReport(ctx, 'custom', first, last, query) : notFound(),
  },
  {
    pattern: /^\/time\/import$/,
    load: async (ctx) => new (await import('./pages/time-import.js')).TimeImportPage(ctx),
  },
  { pattern: /^\/projects$/, load: async (ctx) => new (await import('./pages/projects.js')).ProjectsPage(ctx) },
  { pattern: /^\/household$/, load: (ctx) => household(ctx, 'month', null, null) },
  {
    pattern: /^\/household\/(week|month|year)(?:\/([\d-]+))?$/,
    load: (ctx, [, kind, date]) => (!date || isDate(date) ? household(ctx, kind, date ?? null, null) : notFound()),
  },
  {
    pattern: /^\/household\/dates\/([\d-]+)\/([\d-]+)$/,
    load: (ctx, [, first, last]) =>
      isDate(first) && isDate(last) && first <= last ? household(ctx, 'custom', first, last) : notFound(),
  },
  { pattern: /^\/household\/records$/, load: (ctx, _, query) => householdRecords(ctx, query) },
  {
    pattern: /^\/household\/meters$/,
    load: async (ctx) => new (await import('./pages/household-meters.js')).HouseholdMetersPage(ctx),
  },
  {
    pattern: /^\/household\/meters\/([\da-f-]{36})$/,
    load: async (ctx, [, id]) => new (await import('./pages/household-meter.js')).HouseholdMeterPage(ctx, id),
  },
  {
    pattern: /^\/household\/import$/,
    load: async (ctx) => new (await import('./pages/household-import.js')).HouseholdImportPage(ctx),
  },
  { pattern: /^\/browsing$/, load: (ctx) => browsing(ctx, 7) },
  { pattern: /^\/browsing\/(30|90|365)$/, load: (ctx, [, days]) => browsing(ctx, Number(days)) },
  { pattern: /^\/insights$/, load: (ctx) => insights(ctx, null) },
  { pattern: /^\/insights\/([\d-]+)$/, load: (ctx, [, date]) => (isDate(date) ? insights(ctx, date) : notFound()) },
  { pattern: /^\/report$/, load: (ctx, _, query) => report(ctx, query.get('date')) },
  { pattern: /^\/devices$/, load: async (ctx) => new (await import('./pages/devices.js')).DevicesPage(ctx) },
  { pattern: /^\/settings$/, load: async (ctx) => new (await import('./pages/settings.js')).SettingsPage(ctx) },
  { pattern: /^\/categories$/, load: async (ctx) => new (await import('./pages/categories.js')).CategoriesPage(ctx) },
  {
    pattern: /^\/settings\/sign-in$/,
    load: async (ctx) => new (await import('./pages/sign-in-settings.js')).SignInSettingsPage(ctx),
  },
  {
    pattern: /^\/settings\/webhooks$/,
    load: async (ctx) => new (await import('./pages/webhooks.js')).WebhooksPage(ctx),
  },
  {
    pattern: /^\/settings\/webhooks\/([0-9a-f-]{36})$/,
    load: async (ctx, [, id]) => new (await import('./pages/webhook-deliveries.js')).WebhookDeliveriesPage(ctx, id),
  },
  {
    pattern: /^\/admin$/,
    load: (ctx) => admin(ctx, async () => new (await import('./pages/admin-users.js')).AdminUsersPage(ctx)),
  },
  {
    pattern: /^\/admin\/devices$/,
    load: (ctx) => admin(ctx, async () => new (await import('./pages/admin-devices.js')).AdminDevicesPage(ctx)),
  },
  {
    pattern: /^\/admin\/audit$/,
    load: (ctx) => admin(ctx, async () => new (await import('./pages/admin-audit.js')).AdminAuditPage(ctx)),
  },
  {
    pattern: /^\/admin\/server$/,
    load: (ctx) => admin(ctx, async () => new (await import('./pages/admin-server.js')).AdminServerPage(ctx)),
  },
];

/** Pages that stand before the door: nobody has to be signed in. @type {Route[]} */
export const doors = [
  { pattern: /^\/register$/, load: (ctx) => register(ctx, takeFragment()) },
  { pattern: /^\/reset$/, load: (ctx) => reset(ctx, takeFragment()) },
];

/**
 * @param {Context} ctx
 * @param {string | null} date
 * @param {URLSearchParams} query
 */
async function today(ctx, date, query) {
  const { TodayPage } = await import('./pages/today.js');
  return new TodayPage(
    ctx,
    { date, device: query.get('device') },
    ctx.page instanceof TodayPage ? ctx.page.stats : null,
  );
}

/**
 * @param {Context} ctx
 * @param {string | null} date
 * @param {URLSearchParams} query
 */
async function week(ctx, date, query) {
  const { WeekPage } = await import('./pages/week.js');
  return new WeekPage(ctx, { date, device: query.get('device') }, ctx.page instanceof WeekPage ? ctx.page.stats : null);
}

/**
 * @param {Context} ctx
 * @param {string} kind
 * @param {string | null} date
 */
async function garden(ctx, kind, date) {
  const { GardenPage } = await import('./pages/garden.js');
  return new GardenPage(ctx, { kind: /** @type {'day' | 'month' | 'year'} */ (kind), date });
}

/**
 * @param {Context} ctx
 * @param {string} kind
 * @param {string | null} date
 * @param {string | null} last
 */
async function household(ctx, kind, date, last) {
  const { HouseholdPage } = await import('./pages/household.js');
  return new HouseholdPage(ctx, { kind: /** @type {import('./span.js').Kind} */ (kind), date, last });
}

/**
 * @param {Context} ctx
 * @param {URLSearchParams} query
 */
async function householdRecords(ctx, query) {
  const { HouseholdRecordsPage } = await import('./pages/household-records.js');
  const before = ctx.page instanceof HouseholdRecordsPage ? ctx.page.list.items : null;
  return new HouseholdRecordsPage(ctx, query, before);
}

/**
 * @param {Context} ctx
 * @param {string | null} date
 */
async function insights(ctx, date) {
  return new (await import('./pages/insights.js')).InsightsPage(ctx, date);
}

/**
 * @param {Context} ctx
 * @param {string | null} date
 */
async function report(ctx, date) {
  if (date !== null && !isDate(date)) return notFound();
  return new (await import('./pages/report.js')).ReportPage(ctx, date);
}

/**
 * @param {Context} ctx
 * @param {number} days
 */
async function browsing(ctx, days) {
  return new (await import('./pages/browsing.js')).BrowsingPage(ctx, days);
}

/**
 * @param {Context} ctx
 * @param {string} kind
 * @param {string | null} date
 */
async function time(ctx, kind, date) {
  return new (await import('./pages/time.js')).TimePage(ctx, { kind: /** @type {'day' | 'week'} */ (kind), date });
}

/**
 * @param {Context} ctx
 * @param {string} kind
 * @param {string | null} date
 * @param {string | null} last
 * @param {URLSearchParams} query
 */
async function timeReport(ctx, kind, date, last, query) {
  const { TimeReportPage } = await import('./pages/time-report.js');
  const which = { kind: /** @type {import('./span.js').Kind} */ (kind), date, last };
  return new TimeReportPage(ctx, which, query);
}

/**
 * @param {Context} ctx
 * @param {string} board
 * @param {string | null} period
 */
async function leaderboard(ctx, board, period) {
  return new (await import('./pages/leaderboard.js')).LeaderboardPage(ctx, { board, period });
}

export async function notFound() {
  return new (await import('./pages/not-found.js')).NotFoundPage();
}

/**
 * Who is signed in has no need to register.
 * @param {Context} ctx
 * @param {string} fragment
 */
async function register(ctx, fragment) {
  if (ctx.api.state === 'in') return today(ctx, null, new URLSearchParams());
  return new (await import('./pages/register.js')).RegisterPage(ctx, fragment);
}

/**
 * @param {Context} ctx
 * @param {string} fragment
 */
async function reset(ctx, fragment) {
  return new (await import('./pages/reset.js')).ResetPage(ctx, fragment);
}

/** @param {Context} ctx */
export async function signIn(ctx) {
  return new (await import('./pages/sign-in.js')).SignInPage(ctx);
}

/**
 * A page that is there for admins; for everybody else there is no such page.
 * @param {Context} ctx
 * @param {() => Promise<Page>} load
 */
async function admin(ctx, load) {
  const account = ctx.api.account ?? (await ctx.api.me().catch(() => null));
  // Without an answer nobody knows: the page says so itself.
  return account && account.role !== 'admin' ? notFound() : load();
}

/**
 * The code of a link that is meant for a device's app.
 * @param {Context} ctx
 * @param {string} fragment
 */
export async function pairing(ctx, fragment) {
  return new (await import('./pages/pairing.js')).PairingPage(ctx, fragment);
}

/** Takes what follows the # out of the address before anything else can see it. */
export function takeFragment() {
  const fragment = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  return fragment;
}

export const isDoor = () => doors.some(({ pattern }) => pattern.test(location.pathname.replace(/\/+$/, '')));
export const isPairing = () => /^#(?:.*&)?pair=/.test(location.hash);
