// What happens appears by itself: in every tab, without a reload, and again when the server was away.

import { Account } from './account.mjs';
import { expect, live, open, ready, test } from './almanac.mjs';
import { Server } from './server.mjs';

/** A session that has just ended. */
const session = (app, minutes = 5) => {
  const now = Date.now();
  return { app, started_at: new Date(now - minutes * 60_000).toISOString(), ended_at: new Date(now).toISOString() };
};

test('two tabs show what a device reports, and what is done in the other', async ({ page, bare, context }) => {
  await open(page, bare, '/today');
  const other = await context.newPage();
  await other.goto(`${bare.url}/devices`);
  await ready(other);
  await expect(live(page)).toBeVisible();
  await expect(live(other)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Nothing recorded yet today' })).toBeVisible();
  await expect(other.locator('.device')).toContainText('0 sessions');
  const stays = await other.evaluateHandle(() => document.querySelector('.device'));

  await bare.upload(bare.devices[0], [session('fresh')]);
  await expect(page.locator('.app-row')).toContainText('fresh', { timeout: 5000 });
  await expect(other.locator('.device')).toContainText('1 session', { timeout: 5000 });

  // Nothing is drawn anew that has not changed: whoever is in the middle of something stays there.
  await other.locator('.device').getByRole('button', { name: 'Rename' }).focus();
  await bare.upload(bare.devices[0], [session('second', 3)]);
  await expect(other.locator('.device')).toContainText('2 sessions', { timeout: 5000 });
  await expect(other.locator('.device').getByRole('button', { name: 'Rename' })).toBeFocused();
  expect(await stays.evaluate((row) => row.isConnected)).toBe(true);

  await page.locator('.rail').getByRole('link', { name: 'Devices' }).click();
  await expect(page.locator('.device')).toHaveCount(1);
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Renamed here');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(other.locator('.device')).toContainText('Renamed here', { timeout: 5000 });
});

test('a place that is ended elsewhere is shown the door at once', async ({ page, account, expected }) => {
  expected.push('401');
  await open(page, account, '/today');
  await expect(live(page)).toBeVisible();
  const { sessions } = await account.get('/users/me/sessions');
  const here = sessions.find((place) => !place.current);
  await account.call('DELETE', `/users/me/sessions/${here.id}`);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 2 })).toBeVisible({ timeout: 5000 });
});

test('the server goes away and comes back, and what was missed is there', async ({ page, expected }) => {
  test.setTimeout(120_000);
  expected.push('ERR_', 'Failed to load resource', 'Failed to fetch');
  const server = await Server.fresh();
  try {
    const account = await Account.make(server.url);
    await account.addDevice('Phone');
    await open(page, account, '/today');
    await expect(live(page)).toBeVisible();
    await server.stop();
    // Without a touch: the stream ended, and nobody answers.
    await expect(page.locator('.is-offline')).toBeVisible({ timeout: 15_000 });
    await server.start();
    await expect(live(page)).toBeVisible({ timeout: 30_000 });
    await account.upload(account.devices[0], [session('after all')]);
    await expect(page.locator('.app-row')).toContainText('after all', { timeout: 5000 });
  } finally {
    await server.remove();
  }
});

test('a page that cannot listen says so, and goes on looking now and then', async ({ page, bare, expected }) => {
  expected.push('503');
  await page.route('**/api/v1/live', (route) => route.fulfill({ status: 503, json: {} }));
  await open(page, bare, '/today');
  await expect(page.locator('.is-connecting')).toContainText('Reconnecting');
  await page.unroute('**/api/v1/live');
  await expect(live(page)).toBeVisible({ timeout: 30_000 });
});
