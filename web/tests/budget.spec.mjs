import { day, expect, open, ready, test } from './almanac.mjs';
import { manySessions } from './sessions.mjs';

const date = day(-4);

test('the first view asks little and shows its first figure within a second', async ({ browser, account }) => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await open(page, account, '/settings');
  const state = await context.storageState();
  await context.close();

  const fresh = await browser.newContext({ locale: 'en-GB', storageState: state, serviceWorkers: 'block' });
  const first = await fresh.newPage();
  const client = await fresh.newCDPSession(first);
  await client.send('Network.enable');
  const bytes = new Map();
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  const asked = [];
  first.on('request', (request) => request.url().includes('/api/') && asked.push(new URL(request.url()).pathname));
  await first.goto(`${account.url}/day/${date}`);
  await expect(first.locator('#attention')).toBeVisible();
  const figureAt = await first.evaluate(() => performance.now());
  await ready(first);
  await first.waitForLoadState('networkidle');
  const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
  console.log(
    `first view: ${asked.length} API requests, ${bytes.size} files, ${Math.round(total / 1000)} kB, figure at ${Math.round(figureAt)} ms`,
  );
  expect(asked.filter((path) => path.endsWith('/devices/refresh'))).toHaveLength(1);
  expect(asked).toHaveLength(3);
  expect(total).toBeLessThanOrEqual(300_000);
  expect(figureAt).toBeLessThanOrEqual(1000);
  await fresh.close();
});

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
  expect(measured.frame).toBeLessThanOrEqual(17.5);
});
