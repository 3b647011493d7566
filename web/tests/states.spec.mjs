import { day, expect, live, open, ready, settled, test } from './almanac.mjs';
import { Account } from './account.mjs';
import { Server } from './server.mjs';
import { manySessions } from './sessions.mjs';

test('shapes stand where figures will, and nothing jumps', async ({ page, account }) => {
  await open(page, account, '/settings');
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/stats/today*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${account.url}/day/${day(-4)}`);
  await expect(page.locator('[aria-busy="true"]')).toBeVisible();
  const before = await page.locator('.sk-figure').first().boundingBox();
  release();
  await ready(page);
  const after = await page.locator('.total').first().boundingBox();
  expect(Math.abs(after.y - before.y)).toBeLessThanOrEqual(1);
  expect(Math.abs(after.height - before.height)).toBeLessThanOrEqual(24);
});

test('a failure says what happened and can be tried again', async ({ page, account, expected }) => {
  expected.push('500');
  await open(page, account, '/settings');
  const error = {
    detail: { message: 'Something broke', error_code: 'INTERNAL', status_code: 500, request_id: 'req-7' },
  };
  await page.route('**/stats/today*', (route) => route.fulfill({ status: 500, json: error }));
  await page.goto(`${account.url}/day/${day(-4)}`);
  await expect(page.getByRole('alert')).toContainText('Something broke');
  await expect(page.getByRole('alert')).toContainText('req-7');
  await page.unroute('**/stats/today*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('#attention')).toBeVisible();
});

test('figures stand while sessions are still coming, and a failure there leaves them', async ({
  page,
  account,
  expected,
}) => {
  expected.push('503');
  await open(page, account, '/settings');
  await page.route('**/usage?*', (route) => route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, json: {} }));
  await page.goto(`${account.url}/day/${day(-4)}`);
  await expect(page.locator('#attention')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await page.unroute('**/usage?*');
  await page.locator('.timeline-card').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('many sessions come page by page, and it is said how many are here', async ({ page, bare }) => {
  const start = Date.parse(`${day(-2)}T00:00:00Z`);
  await bare.upload(bare.devices[0], manySessions(2500, start));
  await open(page, bare, '/settings');
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route(/\/usage\?.*cursor=/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${bare.url}/day/${day(-2)}`);
  await expect(page.locator('.partial')).toContainText('1,000 of 2,500 sessions so far');
  release();
  await expect(page.locator('.partial')).toHaveCount(0);
});

test('what comes while the rest is on its way leaves nothing out', async ({ page, bare }) => {
  const start = Date.parse(`${day(-2)}T00:00:00Z`);
  await bare.upload(bare.devices[0], manySessions(2500, start));
  await open(page, bare, `/day/${day(-1)}`);
  await expect(live(page)).toBeVisible();
  let release = null;
  await page.route(/\/usage\?.*cursor=/, async (route) => {
    if (!release) await new Promise((resolve) => (release = resolve));
    await route.continue();
  });
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.partial')).toContainText('1,000 of 2,500 sessions so far');
  const late = { app: 'late', started_at: `${day(-2)}T00:00:00Z`, ended_at: `${day(-2)}T03:00:00Z` };
  await bare.upload(bare.devices[0], [late]);
  await expect(page.locator('.partial')).toHaveCount(0);
  release();
  await settled(page);
  await expect(page.locator('.partial')).toHaveCount(0);
  await page.locator('.app-row', { hasText: 'late' }).click();
  await expect(page.getByRole('dialog').locator('tbody tr')).toHaveCount(1);
});

test('an access token that is refused is renewed unseen', async ({ page, account, expected }) => {
  expected.push('401');
  await open(page, account, `/day/${day(-4)}`);
  let spoiled = 0;
  await page.route('**/stats/today*', async (route) => {
    spoiled += 1;
    if (spoiled > 1) return route.continue();
    return route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer not.a.token' } });
  });
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(new RegExp(day(-5)));
  await expect.poll(() => spoiled).toBe(2);
  await ready(page);
  await expect(page.locator('.state[role="alert"]')).toHaveCount(0);
  await expect(page.locator('.rail')).toBeVisible();
});

test('new data appears by itself', async ({ page, bare }) => {
  await page.clock.install();
  await open(page, bare, '/today');
  await expect(page.getByRole('heading', { name: 'Nothing recorded yet today' })).toBeVisible();
  const now = Date.now();
  await bare.upload(bare.devices[0], [
    { app: 'fresh', started_at: new Date(now - 2000).toISOString(), ended_at: new Date(now - 1000).toISOString() },
  ]);
  await page.clock.runFor(31_000);
  await expect(page.locator('.app-row')).toContainText('fresh');
});

test('the server goes away and comes back', async ({ page, expected }) => {
  test.setTimeout(120_000);
  expected.push('ERR_CONNECTION_REFUSED', 'Failed to load resource', 'ERR_FAILED', 'Failed to fetch');
  const server = await Server.fresh();
  try {
    const account = await (await Account.make(server.url)).addRealData();
    await open(page, account, `/day/${day(-4)}`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    const figure = await page.locator('#attention').textContent();
    await server.stop();

    await page.keyboard.press('ArrowLeft');
    await expect(page.locator('.banner')).toContainText('does not answer');
    await expect(page.locator('.is-offline')).toBeVisible();
    // The shell opens without its server, and says so.
    await page.goto(`${server.url}/day/${day(-4)}`);
    await expect(page.getByRole('heading', { name: 'The server does not answer' })).toBeVisible();
    await expect(page.locator('.rail')).toBeVisible();

    await server.start();
    await expect(page.locator('#attention')).toHaveText(figure, { timeout: 30_000 });
    await expect(page.locator('.banner')).toHaveCount(0);
    await expect(page.getByLabel(`Signed in as ${account.username}`)).toBeVisible();
  } finally {
    await server.remove();
  }
});
