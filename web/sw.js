// Keeps the shell, so that the dashboard opens and says so when its server is away. Figures are never kept.

const CACHE = 'almanac-shell-1';
const PATIENCE = 4000;

const SHELL = [
  // shell files
  '/',
  '/alarm.js',
  '/browsing.css',
  '/charts.css',
  '/focus.css',
  '/garden.css',
  '/household.css',
  '/insights.css',
  '/icon.svg',
  '/leaderboard.css',
  '/manifest.webmanifest',
  '/pages.css',
  '/preload.js',
  '/print.css',
  '/shell.css',
  '/theme-init.js',
  '/theme.css',
  '/time.css',
  '/vendor/bootstrap/bootstrap.min.css',
  '/vendor/bootstrap-icons/icons.svg',
  '/vendor/inter/inter-latin.woff2',
  '/answers.js',
  '/api.js',
  '/app-names.js',
  '/calendar.js',
  '/colours.js',
  '/components/add-device.js',
  '/components/apps.js',
  '/components/ask-dates.js',
  '/components/ask.js',
  '/components/bars.js',
  '/components/card.js',
  '/components/categories.js',
  '/components/chooser.js',
  '/components/claim-device.js',
  '/components/clock.js',
  '/components/copyable.js',
  '/components/date-nav.js',
  '/components/days.js',
  '/components/dialog.js',
  '/components/form.js',
  '/components/garden-layout.js',
  '/components/garden-season.js',
  '/components/garden-sky.js',
  '/components/garden.js',
  '/components/heat-map.js',
  '/components/help.js',
  '/components/hours.js',
  '/components/icon.js',
  '/components/ingest.js',
  '/components/invites.js',
  '/components/menu.js',
  '/components/more.js',
  '/components/pairing-code.js',
  '/components/qr.js',
  '/components/ring.js',
  '/components/search-field.js',
  '/components/sessions-dialog.js',
  '/components/shell.js',
  '/components/span-nav.js',
  '/components/states.js',
  '/components/subnav.js',
  '/components/table.js',
  '/components/time-clock.js',
  '/components/timeline-card.js',
  '/components/timeline-gestures.js',
  '/components/timeline-layout.js',
  '/components/timeline-own.js',
  '/components/timeline-paint.js',
  '/components/timeline-tip.js',
  '/components/timeline.js',
  '/components/toast.js',
  '/components/totals.js',
  '/components/undo.js',
  '/components/week-map.js',
  '/csv.js',
  '/cycle.js',
  '/format.js',
  '/html.js',
  '/ids.js',
  '/listing.js',
  '/live.js',
  '/main.js',
  '/news.js',
  '/pages/admin-audit.js',
  '/pages/admin-devices.js',
  '/pages/admin-server.js',
  '/pages/admin-users.js',
  '/pages/admin/sections.js',
  '/pages/browsing.js',
  '/pages/browsing/charts.js',
  '/pages/browsing/domains.js',
  '/pages/categories.js',
  '/pages/categories/form.js',
  '/pages/categories/preview.js',
  '/pages/categories/tree.js',
  '/pages/devices.js',
  '/pages/focus.js',
  '/pages/focus/add-session.js',
  '/pages/focus/charts.js',
  '/pages/focus/figures.js',
  '/pages/focus/history.js',
  '/pages/focus/options.js',
  '/pages/focus/set-timer.js',
  '/pages/focus/species-picker.js',
  '/pages/focus/timer-card.js',
  '/pages/garden.js',
  '/pages/household-import.js',
  '/pages/household-meter.js',
  '/pages/household-meters.js',
  '/pages/household-records.js',
  '/pages/household.js',
  '/pages/household/charts.js',
  '/pages/household/entry.js',
  '/pages/household/export.js',
  '/pages/household/figures.js',
  '/pages/household/import-otherwise.js',
  '/pages/household/import-report.js',
  '/pages/household/meter-form.js',
  '/pages/household/meter-names.js',
  '/pages/household/profile.js',
  '/pages/household/reading.js',
  '/pages/household/sections.js',
  '/pages/household/sums.js',
  '/pages/household/units.js',
  '/pages/import-page.js',
  '/pages/import/questions.js',
  '/pages/import/report.js',
  '/pages/import/run.js',
  '/pages/insights.js',
  '/pages/insights/parts.js',
  '/pages/insights/preview.js',
  '/pages/insights/said.js',
  '/pages/leaderboard.js',
  '/pages/not-found.js',
  '/pages/pairing.js',
  '/pages/period-page.js',
  '/pages/projects.js',
  '/pages/register.js',
  '/pages/report.js',
  '/pages/reset.js',
  '/pages/settings.js',
  '/pages/settings/archive.js',
  '/pages/settings/sections.js',
  '/pages/sign-in-settings.js',
  '/pages/sign-in.js',
  '/pages/time-import.js',
  '/pages/time-report.js',
  '/pages/time.js',
  '/pages/time/chart.js',
  '/pages/time/days.js',
  '/pages/time/edit.js',
  '/pages/time/figures.js',
  '/pages/time/import-report.js',
  '/pages/time/line.js',
  '/pages/time/list.js',
  '/pages/time/project-form.js',
  '/pages/time/quick.js',
  '/pages/time/remove-project.js',
  '/pages/time/report-filter.js',
  '/pages/time/sections.js',
  '/pages/today.js',
  '/pages/webhook-deliveries.js',
  '/pages/webhooks.js',
  '/pages/week.js',
  '/pairing-code.js',
  '/period.js',
  '/preferences.js',
  '/projects.js',
  '/router.js',
  '/routes.js',
  '/scale.js',
  '/shortcuts.js',
  '/signal.js',
  '/span.js',
  '/species.js',
  '/texts.js',
  '/texts/admin.js',
  '/texts/browsing.js',
  '/texts/categories.js',
  '/texts/devices.js',
  '/texts/focus.js',
  '/texts/garden.js',
  '/texts/household-import.js',
  '/texts/household.js',
  '/texts/import.js',
  '/texts/insights.js',
  '/texts/leaderboard.js',
  '/texts/meters.js',
  '/texts/settings.js',
  '/texts/sign-in.js',
  '/texts/time-import.js',
  '/texts/time-report.js',
  '/texts/time.js',
  '/texts/usage.js',
  '/texts/webhooks.js',
  '/timer.js',
  '/tracker.js',
  '/turns.js',
  '/upload.js',
  '/user-agent.js',
  '/vendor/lit-html/directive-helpers.js',
  '/vendor/lit-html/directive.js',
  '/vendor/lit-html/directives/live.js',
  '/vendor/lit-html/directives/repeat.js',
  '/vendor/lit-html/lit-html.js',
  '/vendor/uqr/uqr.js',
  '/zone.js',
];

// What changes something goes straight to the server. By way of this worker, which lets it pass, it would be lost where the
// page is left at that moment: what waits to be undone is done then.
const CHANGES = ['POST', 'PUT', 'PATCH', 'DELETE'].map((requestMethod) => ({ requestMethod }));

addEventListener('install', (event) => {
  event.waitUntil(event.addRoutes?.({ condition: { or: CHANGES }, source: 'network' }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL))
      .then(() => skipWaiting()),
  );
});

addEventListener('activate', (event) => {
  const others = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(others());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const page = request.mode === 'navigate';
  if (page && url.pathname.includes('.')) return;
  if (!page && !SHELL.includes(url.pathname)) return;
  event.respondWith(freshOrKept(page ? '/' : url.pathname));
});

// Who follows a notification gets the tab that is open already.
addEventListener('notificationclick', (event) => {
  event.notification.close();
  const show = async () => {
    const [tab] = await clients.matchAll({ type: 'window' });
    if (tab) await tab.focus();
    else await clients.openWindow(event.notification.data ?? '/');
  };
  event.waitUntil(show());
});

/**
 * The server's own file while it answers, the kept one when it does not.
 * @param {string} path
 */
async function freshOrKept(path) {
  const kept = await caches.match(path);
  try {
    const fresh = await fetch(path, { cache: 'no-cache', ...(kept ? { signal: AbortSignal.timeout(PATIENCE) } : {}) });
    if (fresh.ok) {
      const cache = await caches.open(CACHE);
      await cache.put(path, fresh.clone());
      return fresh;
    }
    return kept && fresh.status >= 500 ? kept : fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
