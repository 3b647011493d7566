// Tokens: where they are, how they are renewed, and what tabs have to do with one another.

import { Account } from './account.mjs';
import { day, deafen, expect, open, password, ready, settled, test } from './almanac.mjs';
import { Server } from './server.mjs';

const door = (page) => page.getByRole('heading', { name: 'Sign in', level: 2 });

test.describe('with access tokens of two seconds', () => {
  /** @type {Server} */
  let server;
  test.beforeAll(async () => {
    server = await Server.fresh({ ACCESS_TOKEN_TTL: '2s' });
  });
  test.afterAll(() => server.remove());

  /** Somebody whose token is renewed by the test too, where it takes long. */
  const somebody = async () => {
    const account = await Account.make(server.url);
    await account.addDevice('Phone');
    return account;
  };

  test('one that ran out in mid-use is renewed unseen', async ({ page }) => {
    const account = await somebody();
    const renewals = [];
    page.on('request', (request) => request.url().endsWith('/auth/refresh') && renewals.push(request.url()));
    await deafen(page);
    await open(page, account, '/today');
    const before = renewals.length;
    for (const key of ['d', 's', 'w', 't']) {
      await page.waitForTimeout(2100);
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await ready(page);
      await expect(page.locator('.rail')).toBeVisible();
      await expect(page.locator('[role="alert"]:not(:empty)')).toHaveCount(0);
    }
    expect(renewals.length - before).toBe(4);
  });

  test('requests in flight wait for one renewal', async ({ page }) => {
    const account = await somebody();
    await deafen(page);
    await open(page, account, '/settings');
    await page.waitForTimeout(2100);
    const renewals = [];
    page.on('request', (request) => request.url().endsWith('/auth/refresh') && renewals.push(request.url()));
    // This page asks two things at once.
    await page.getByRole('link', { name: 'Sign-in', exact: true }).click();
    await expect(page.locator('.place')).not.toHaveCount(0);
    expect(renewals).toHaveLength(1);
  });

  test('tabs that renew at once do not fight, with locks and without', async ({ page, context }) => {
    test.setTimeout(90_000);
    const account = await somebody();
    await open(page, account, '/today');
    for (const without of [false, true]) {
      if (without) await context.addInitScript(() => delete Object.getPrototypeOf(navigator).locks);
      const tabs = await Promise.all([1, 2, 3].map(() => context.newPage()));
      await Promise.all(tabs.map((tab) => tab.goto(`${server.url}/week`)));
      await Promise.all(tabs.map((tab) => expect(tab.locator('.rail')).toBeVisible()));
      await page.waitForTimeout(2100);
      await Promise.all(tabs.map((tab) => tab.evaluate(() => document.querySelector('a[href="/devices"]').click())));
      await Promise.all(tabs.map((tab) => expect(tab.locator('.device')).toHaveCount(1)));
      for (let round = 0; round < 2; round += 1) {
        await Promise.all(tabs.map((tab) => tab.reload()));
        await Promise.all(tabs.map((tab) => expect(tab.locator('.device')).toHaveCount(1)));
      }
      for (const tab of tabs) {
        expect(await tab.evaluate(() => Boolean(navigator.locks))).toBe(!without);
        await tab.close();
      }
    }
    // It is still one place: nothing was lost on the way.
    await page.reload();
    await expect(page.locator('.rail')).toBeVisible();
  });
});

test('signing out in one tab signs out the others', async ({ page, account, context }) => {
  await open(page, account, `/day/${day(-4)}`);
  const other = await context.newPage();
  await other.goto(`${account.url}/devices`);
  await ready(other);
  await page.getByLabel(/^Signed in as/).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(door(page)).toBeVisible();
  await expect(door(other)).toBeVisible();
  await expect(other.getByText('Study PC')).toHaveCount(0);
  expect((await account.get('/users/me/sessions')).sessions).toHaveLength(1);
});

test('signing in in one tab opens the others where they were', async ({ page, account, context }) => {
  await page.goto(`${account.url}/devices`);
  await expect(door(page)).toBeVisible();
  const other = await context.newPage();
  await other.goto(account.url);
  await other.getByLabel('Username or e-mail').fill(account.username);
  await other.getByLabel('Password', { exact: true }).fill(password);
  await other.keyboard.press('Enter');
  await expect(other.locator('.rail')).toBeVisible();
  await expect(page.locator('.device')).toHaveCount(2);
});

test('a new tab is signed in by the cookie', async ({ page, account, context }) => {
  await open(page, account, '/today');
  const other = await context.newPage();
  await other.goto(`${account.url}/devices`);
  await expect(other.locator('.device')).toHaveCount(2);
});

test('tokens are nowhere that a script or an onlooker finds them', async ({ page, account, context }) => {
  const secrets = [];
  page.on('response', async (answer) => {
    if (!/\/auth\/(login|refresh)$/.test(answer.url()) || !answer.ok()) return;
    const { access_token: access, refresh_token: refresh } = await answer.json();
    secrets.push(access, refresh);
  });
  const addresses = [];
  page.on('request', (request) => addresses.push(request.url()));
  await page.goto(account.url);
  await page.getByLabel('Username or e-mail').fill(account.username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.locator('.rail')).toBeVisible();
  await page.goto(`${account.url}/day/${day(-4)}`);
  await ready(page);
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await ready(page);
  expect(secrets.length).toBeGreaterThanOrEqual(4);
  const kept = await page.evaluate(async () =>
    JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
      new XMLSerializer().serializeToString(document),
      history.state,
      Object.keys(window).map((name) => String(window[name])),
      await Promise.all(
        (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)),
      ),
      (await indexedDB.databases()).map((one) => one.name),
    ]),
  );
  for (const secret of secrets) {
    expect(kept).not.toContain(secret);
    expect(addresses.join(' ')).not.toContain(secret);
  }
  const [name] = await page.evaluate(() => Object.keys(localStorage));
  expect([undefined, 'almanac.colours']).toContain(name);
  const [cookie, ...more] = await context.cookies(`${account.url}/api/v1/auth/refresh`);
  expect(more).toEqual([]);
  expect(cookie).toMatchObject({ name: 'almanac_refresh', httpOnly: true, sameSite: 'Strict', path: '/api/v1/auth' });
  expect(await context.cookies(`${account.url}/api/v1/devices`)).toEqual([]);
});

test('the cookie goes with sign-in alone', async ({ page, account }) => {
  const sent = [];
  page.on('request', async (request) => {
    if (!request.url().includes('/api/')) return;
    const headers = await request.allHeaders();
    sent.push([new URL(request.url()).pathname, 'cookie' in headers, 'authorization' in headers]);
  });
  await open(page, account, '/devices');
  await settled(page);
  expect(sent.length).toBeGreaterThan(2);
  for (const [path, cookie, token] of sent) {
    expect([path, cookie, token]).toEqual([path, path.includes('/auth/'), !path.includes('/auth/')]);
  }
});
