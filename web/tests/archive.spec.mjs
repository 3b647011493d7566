// The whole account as a file: saved, taken in by another account, refused where it cannot be.

import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Account } from './account.mjs';
import { expect, fitsItsWidth, open, test } from './almanac.mjs';

const card = (page) => page.locator('.archive-card');
const choose = (page, buffer, name = 'almanac.ndjson.gz') =>
  page.setInputFiles('#archive-file', { name, mimeType: 'application/gzip', buffer });

/** Saves the archive of who is signed in. */
async function saved(page) {
  const waiting = page.waitForEvent('download');
  await card(page).getByRole('button', { name: 'Save the archive' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/^almanac-.+\.ndjson\.gz$/);
  return readFile(await download.path());
}

test('an account goes out and in', async ({ page, account, browser }) => {
  await open(page, account, '/settings');
  const file = await saved(page);
  expect(JSON.parse(gunzipSync(file).toString().split('\n')[0]).almanac).toBe(1);
  const other = await Account.make(process.env.ALMANAC_URL);
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await open(theirs, other, '/settings');
  await choose(theirs, file);
  await expect(card(theirs).getByRole('status')).toContainText('All of it is here.');
  await expect(card(theirs).getByRole('status')).toContainText('Devices: ');
  const total = async (one) => (await one.get('/usage?limit=1')).total;
  expect(await total(other)).toBe(await total(account));
  // Twice it does not go in.
  await choose(theirs, file);
  await expect(card(theirs).getByRole('alert')).toContainText('This account has something already.');
  await context.close();
});

test('what is no archive, or not all of one, is refused in words', async ({ page }) => {
  const bare = await Account.make(process.env.ALMANAC_URL);
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page, bare, '/settings');
  const [first] = gunzipSync(await saved(page))
    .toString()
    .split('\n');
  await choose(page, gzipSync(`${first}\n`));
  await expect(card(page).getByRole('alert')).toContainText('it was cut off');
  await choose(page, Buffer.from('a,b\n1,2\n'), 'table.ndjson');
  await expect(card(page).getByRole('alert')).toContainText('not an archive of Almanac');
  await choose(page, gzipSync(`${first}\n{"device": 7}\n`));
  await expect(card(page).getByRole('alert')).toContainText('lines[2]');
  await fitsItsWidth(page);
});

test('taking in shows how far it has come, and can be cancelled', async ({ page }) => {
  test.setTimeout(60_000);
  const bare = await Account.make(process.env.ALMANAC_URL);
  await open(page, bare, '/settings');
  const [first] = gunzipSync(await saved(page))
    .toString()
    .split('\n');
  const device = '00000000-0000-4000-8000-000000000001';
  const lines = [
    first,
    JSON.stringify({
      device: { device_id: device, name: 'Phone', platform: 'android', created_at: '2026-01-01T00:00:00Z' },
    }),
  ];
  for (let minute = 0; minute < 200_000; minute += 1) {
    const at = (second) => new Date(1_600_000_000_000 + minute * 60_000 + second * 1000).toISOString();
    lines.push(JSON.stringify({ usage: { device_id: device, app: 'a', started_at: at(0), ended_at: at(30) } }));
  }
  await choose(page, gzipSync(lines.join('\n')));
  await expect(card(page).getByRole('progressbar')).toBeVisible();
  await card(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(card(page).getByRole('alert')).toContainText('Nothing of it was kept.');
  expect((await bare.get('/devices')).total).toBe(0);
});
