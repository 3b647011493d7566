import { expect, open, ready, test } from './almanac.mjs';

test('nothing is readable without a key', async ({ page, account }) => {
  const asked = [];
  page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url()));
  for (const path of ['/', '/today', '/week', '/devices', '/settings', '/day/2026-01-01']) {
    await page.goto(account.url + path);
    await expect(page.getByRole('heading', { name: 'Open your Almanac', level: 2 })).toBeVisible();
    await expect(page.locator('.rail')).toHaveCount(0);
  }
  expect(asked).toEqual([]);
});

test('the pairing link opens the account, and its key leaves the address', async ({ page, account }) => {
  await page.goto(account.link());
  await ready(page);
  await expect(page.locator('.rail')).toBeVisible();
  expect(page.url()).not.toContain('pair');
  expect(page.url()).not.toContain('#');
  const kept = await page.evaluate(() => Object.entries(localStorage));
  const { device_key: key } = account.devices[0];
  expect(kept.map(([name]) => name)).toContain('almanac.refresh');
  expect(JSON.stringify(kept)).not.toContain(key);
  await page.reload();
  await ready(page);
  await expect(page.locator('.rail')).toBeVisible();
});

test('a key or a link can be pasted', async ({ page, account }) => {
  await page.goto(account.url);
  const field = page.getByLabel('Pairing link or device key');
  await field.fill('short');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('alert')).toContainText('at least 8 characters');
  await field.fill(account.link());
  await page.getByRole('button', { name: 'Open' }).click();
  await ready(page);
  await expect(page.locator('.rail')).toBeVisible();
});

test('an unknown key is told so, and makes no account', async ({ page, account, expected }) => {
  expected.push('401');
  await page.goto(account.url);
  await page.getByLabel('Pairing link or device key').fill('no-such-key-anywhere');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('opens no device');
  expect(await page.evaluate(() => localStorage.getItem('almanac.refresh'))).toBeNull();
});

test('a revoked device opens nothing, and what it opened is closed', async ({ page, account, expected }) => {
  expected.push('401', '403');
  await open(page, account);
  const phone = account.devices[0];
  await account.call('POST', '/devices/revoke', {
    token: account.devices[1].access_token,
    body: { device_id: phone.device_id },
  });
  await page.getByRole('link', { name: 'Week' }).first().click();
  await expect(page.getByRole('alert')).toContainText('access of this browser has ended');
  await page.goto('about:blank');
  await page.goto(account.link(phone));
  await expect(page.getByRole('alert')).toContainText('revoked');
});

test('access can be forgotten in this browser, the device stays', async ({ page, account }) => {
  await open(page, account, '/settings');
  await page.getByRole('button', { name: 'Forget access in this browser' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget access in this browser' }).click();
  await expect(page.getByRole('heading', { name: 'Open your Almanac', level: 2 })).toBeVisible();
  const kept = await page.evaluate(() => Object.keys(localStorage));
  expect(kept).toEqual([]);
  expect((await account.get('/devices')).devices[0].revoked_at).toBeNull();
});
