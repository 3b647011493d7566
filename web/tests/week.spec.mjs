import { day, exactly, expect, open, test } from './almanac.mjs';

const date = day(-7);

test('a week is the API’s week', async ({ page, account }) => {
  const stats = await account.get(`/stats/week?calendar=true&date=${date}`);
  await open(page, account, `/week/${date}`);
  expect(await exactly(page, '#attention')).toBe(stats.active_seconds);
  expect(await exactly(page, '#screen-time')).toBe(stats.total_seconds);
  await expect(page.locator('.day')).toHaveCount(7);
  await page.locator('section[aria-labelledby="days-title"]').getByRole('button', { name: 'Table' }).click();
  const shown = await page
    .locator('section[aria-labelledby="days-title"] td data')
    .evaluateAll((all) => all.map((one) => Number(one.value)));
  expect(shown).toEqual(stats.days.flatMap((one) => [one.active_seconds, one.total_seconds]));
  const devices = await page
    .locator('section[aria-labelledby="device-totals-title"] .app-time')
    .evaluateAll((all) => all.map((one) => Number(one.value)));
  expect(devices).toEqual(stats.devices.map((device) => device.seconds));
});

test('a day of the week opens, and its figures are the same', async ({ page, account }) => {
  const stats = await account.get(`/stats/week?calendar=true&date=${date}`);
  const used = stats.days.find((one) => one.total_seconds > 0);
  await open(page, account, `/week/${date}`);
  await page.locator(`.day[href="/day/${used.date}"]`).click();
  await expect(page).toHaveURL(new RegExp(`/day/${used.date}$`));
  await expect(page.locator('#attention')).toHaveAttribute('value', String(used.active_seconds));
});

test('weeks are walked, and the present one is the last', async ({ page, account }) => {
  await open(page, account, '/week');
  const stats = await account.get('/stats/week?calendar=true');
  await expect(page.getByRole('link', { name: 'Week after' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('link', { name: 'Week before' }).click();
  await expect(page).toHaveURL(new RegExp(`/week/${stats.previous.start_date}$`));
  await expect(page.locator('#screen-time')).toHaveAttribute('value', String(stats.previous.total_seconds));
});
