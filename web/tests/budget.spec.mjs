import { cpus, loadavg } from 'node:os';
import { addHalfHour } from './browsing.mjs';
import { day, expect, open, ready, settled, test } from './almanac.mjs';
import { addDays } from './household.mjs';
import { manySessions } from './sessions.mjs';

const date = day(-4);

// The budgets are a quiet machine's: one that has more to do than processors to do it says little of a page.
const slack = loadavg()[0] > cpus().length ? 3 : 1;

test('the first view asks little and shows its first figure within a second', async ({ browser, account }) => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await open(page, account, '/settings');
  // A busy machine says nothing of the page: the best of a few counts.
  const figures = [];
  for (let round = 0; round < 6 && Math.min(...figures) > 1000 * slack; round += 1) {
    const { asked, bytes, figureAt } = await firstView(browser, await context.storageState(), account);
    figures.push(figureAt);
    // Who it is comes after the figures, and they ask for two things. Once it listens, the page looks once more.
    expect(asked.slice(0, 10).map((path) => path.replace('/api/v1', ''))).toEqual([
      '/auth/refresh',
      '/stats/today',
      '/usage',
      // Then the day's focus, time entries and pages, who it is, and what runs.
      '/sessions',
      '/time-entries',
      '/events/spans',
      '/users/me',
      '/sessions',
      '/time-entries',
      // What happens from now on.
      '/live',
    ]);
    expect(bytes).toBeLessThanOrEqual(300_000);
    console.log(`first view: ${asked.length} API requests, ${Math.round(bytes / 1000)} kB, figure at ${figureAt} ms`);
  }
  expect(Math.min(...figures)).toBeLessThanOrEqual(1000 * slack);
  await context.close();
});

test('so does the first view of the household', async ({ browser, bare }) => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  // Two years of three types, of which a year is shown day by day.
  for (const type of ['electricity', 'gas', 'water']) await addDays(bare, type, 730, (ago) => 1 + (ago % 97) / 8);
  await open(page, bare, '/settings');
  const figures = [];
  for (let round = 0; round < 6 && Math.min(...figures) > 1000 * slack; round += 1) {
    const seen = await firstView(browser, await context.storageState(), bare, '/household', '#house-electricity');
    figures.push(seen.figureAt);
    const [first, ...asked] = seen.asked.map((path) => path.replace('/api/v1', ''));
    expect([first, ...asked.slice(0, 2)]).toEqual([
      '/auth/refresh',
      '/consumption/analytics',
      '/consumption/analytics',
    ]);
    expect(seen.bytes).toBeLessThanOrEqual(300_000);
    console.log(
      `household: ${seen.asked.length} API requests, ${Math.round(seen.bytes / 1000)} kB, figure at ${seen.figureAt} ms`,
    );
  }
  expect(Math.min(...figures)).toBeLessThanOrEqual(1000 * slack);
  await context.close();
});

test('so does the first view of browsing', async ({ browser, bare }) => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  for (let ago = 1; ago < 60; ago += 1) await addHalfHour(bare, bare.devices[0], day(-ago));
  await open(page, bare, '/settings');
  const figures = [];
  for (let round = 0; round < 6 && Math.min(...figures) > 1000 * slack; round += 1) {
    const seen = await firstView(browser, await context.storageState(), bare, '/browsing/365', '#browsing-time');
    figures.push(seen.figureAt);
    const asked = seen.asked.slice(0, 4).map((path) => path.replace('/api/v1', ''));
    expect(asked).toEqual(['/auth/refresh', '/analytics/dashboard', '/events/domains', '/users/me']);
    expect(seen.bytes).toBeLessThanOrEqual(300_000);
    console.log(`browsing: ${Math.round(seen.bytes / 1000)} kB, figure at ${seen.figureAt} ms`);
  }
  expect(Math.min(...figures)).toBeLessThanOrEqual(1000 * slack);
  await context.close();
});

/** A page opened in a browser that has nothing of it yet, and when its first figure is there. */
async function firstView(browser, storageState, account, path = `/day/${date}`, figure = '#attention') {
  const fresh = await browser.newContext({ locale: 'en-GB', storageState, serviceWorkers: 'block' });
  const page = await fresh.newPage();
  const client = await fresh.newCDPSession(page);
  await client.send('Network.enable');
  let bytes = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  const asked = [];
  page.on('request', (request) => request.url().includes('/api/') && asked.push(new URL(request.url()).pathname));
  await page.addInitScript((selector) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      window.figureAt = Math.round(performance.now());
      watch.disconnect();
    });
    watch.observe(document, { childList: true, subtree: true });
  }, figure);
  await page.goto(account.url + path);
  await expect(page.locator(figure)).toBeVisible();
  await ready(page);
  await settled(page);
  const figureAt = await page.evaluate(() => window.figureAt);
  await fresh.close();
  return { asked, bytes, figureAt };
}

test('ten thousand segments move at 60 frames a second', async ({ page, bare }) => {
  test.setTimeout(120_000);
  const start = Date.parse(`${day(-2)}T00:00:00Z`);
  await bare.upload(bare.devices[0], manySessions(10_000, start));
  await open(page, bare, `/day/${day(-2)}`);
  await expect(page.locator('.partial')).toHaveCount(0, { timeout: 30_000 });
  await page.locator('.tl-plot').scrollIntoViewIfNeeded();
  const measured = await page.locator('.tl-plot').evaluate(async (plot) => {
    const box = plot.getBoundingClientRect();
    const frames = [];
    const work = [];
    for (let index = 0; index < 120; index += 1) {
      const before = performance.now();
      plot.dispatchEvent(
        new WheelEvent('wheel', {
          deltaY: index % 40 < 20 ? -30 : 30,
          clientX: box.left + box.width * 0.4,
          ctrlKey: true,
          bubbles: true,
          cancelable: true,
        }),
      );
      const drawn = await new Promise((done) => requestAnimationFrame(() => done(performance.now())));
      work.push(performance.now() - drawn);
      frames.push(performance.now() - before);
    }
    const middle = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
    const worst = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)];
    return { frame: middle(frames), p95: worst(frames) };
  });
  console.log(
    `10,000 segments: ${measured.frame.toFixed(1)} ms a frame, ${measured.p95.toFixed(1)} ms at the 95th percentile`,
  );
  expect(measured.frame).toBeLessThanOrEqual(17.5 * slack);
});
