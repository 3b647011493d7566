import { day, expect, open, ready, test } from './almanac.mjs';

test('the calendar is kept by the account', async ({ page, account }) => {
  await open(page, account, '/settings');
  await expect(page.getByLabel('Time zone')).toHaveValue('UTC');
  await page.getByRole('button', { name: 'Use Europe/Berlin, as this browser does' }).click();
  await page.getByLabel('Start of day').fill('04:00');
  await page.getByLabel('Week starts on').selectOption('sunday');
  await page.getByLabel('Applies').selectOption('always');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.toasts')).toContainText('Saved.');
  const me = await account.get('/users/me');
  expect(me).toMatchObject({ timezone: 'Europe/Berlin', day_start: '04:00', week_start: 'sunday' });
  await page.goto(`${account.url}/day/${day(-4)}`);
  await ready(page);
  await expect(page.locator('.zone')).toContainText('day starts 04:00');
  await expect(page.locator('.zone')).not.toContainText('Europe/Berlin');
  await expect(page.locator('#timeline-title')).toContainText('04:00 to 04:00');
});

test('a zone that is none is refused in words', async ({ page, account }) => {
  await open(page, account, '/settings');
  await page.getByLabel('Time zone').fill('Mars/Olympus');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('not a time zone');
  expect((await account.get('/users/me')).timezone).toBe('UTC');
});

test('the zone is named where it is not the browser’s', async ({ page, account }) => {
  await open(page, account, `/day/${day(-4)}`);
  await expect(page.locator('.zone')).toContainText('UTC');
});

test('the theme is chosen, kept, and shared by tabs', async ({ page, account, context }) => {
  await open(page, account, '/settings');
  const theme = (one) => one.evaluate(() => document.documentElement.dataset.bsTheme);
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  expect(await theme(page)).toBe('dark');
  await page.reload();
  expect(await theme(page)).toBe('dark');
  const other = await context.newPage();
  await other.goto(`${account.url}/today`);
  await ready(other);
  await page.getByRole('button', { name: 'Light', exact: true }).click();
  await expect.poll(() => theme(other)).toBe('light');
  await page.getByRole('button', { name: 'System', exact: true }).click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => theme(page)).toBe('dark');
});
