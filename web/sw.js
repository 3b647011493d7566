// Keeps the shell, so that the dashboard opens and says so when its server is away. Figures are never kept.

const CACHE = 'almanac-shell-1';
const PATIENCE = 4000;

const SHELL = [
  // shell files
  '/',
  '/icon.svg',
  '/manifest.webmanifest',
  '/pages.css',
  '/shell.css',
  '/theme-init.js',
  '/theme.css',
  '/vendor/bootstrap/bootstrap.min.css',
  '/vendor/bootstrap-icons/icons.svg',
  '/vendor/inter/inter-latin.woff2',
  '/api.js',
  '/app-names.js',
  '/colours.js',
  '/components/add-device.js',
  '/components/apps.js',
  '/components/ask.js',
  '/components/card.js',
  '/components/claim-device.js',
  '/components/copyable.js',
  '/components/date-nav.js',
  '/components/days.js',
  '/components/dialog.js',
  '/components/form.js',
  '/components/help.js',
  '/components/hours.js',
  '/components/icon.js',
  '/components/ingest.js',
  '/components/invites.js',
  '/components/menu.js',
  '/components/more.js',
  '/components/pairing-code.js',
  '/components/qr.js',
  '/components/search-field.js',
  '/components/sessions-dialog.js',
  '/components/shell.js',
  '/components/states.js',
  '/components/subnav.js',
  '/components/table.js',
  '/components/timeline-card.js',
  '/components/timeline-gestures.js',
  '/components/timeline-layout.js',
  '/components/timeline-paint.js',
  '/components/timeline-tip.js',
  '/components/timeline.js',
  '/components/toast.js',
  '/components/totals.js',
  '/csv.js',
  '/format.js',
  '/html.js',
  '/listing.js',
  '/live.js',
  '/main.js',
  '/pages/admin-audit.js',
  '/pages/admin-devices.js',
  '/pages/admin-server.js',
  '/pages/admin-users.js',
  '/pages/devices.js',
  '/pages/not-found.js',
  '/pages/pairing.js',
  '/pages/period-page.js',
  '/pages/register.js',
  '/pages/reset.js',
  '/pages/settings.js',
  '/pages/sign-in-settings.js',
  '/pages/sign-in.js',
  '/pages/today.js',
  '/pages/week.js',
  '/pairing-code.js',
  '/period.js',
  '/preferences.js',
  '/router.js',
  '/scale.js',
  '/shortcuts.js',
  '/texts.js',
  '/user-agent.js',
  '/vendor/lit-html/directive-helpers.js',
  '/vendor/lit-html/directive.js',
  '/vendor/lit-html/directives/live.js',
  '/vendor/lit-html/directives/repeat.js',
  '/vendor/lit-html/lit-html.js',
  '/vendor/uqr/uqr.js',
  '/zone.js',
];

addEventListener('install', (event) => {
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
