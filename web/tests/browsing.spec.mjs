import { readFile } from 'node:fs/promises';
import { addHalfHour, addVisits } from './browsing.mjs';
import { day, exactly, expect, fitsItsWidth, open, ready, test } from './almanac.mjs';

const card = (page, title) =>
  page.locator('section.card', { has: page.getByRole('heading', { name: new RegExp(`^${title}`) }) });

test('the answer comes first, and the figures add up', async ({ page, bare }) => {
  const firefox = await bare.addDevice('Firefox', 'browser');
  await addHalfHour(bare, firefox, day(-1));
  await addVisits(bare, firefox, [
    { at: `${day(-9)}T10:00:00Z`, url: 'https://example.org/' },
    { at: `${day(-9)}T10:02:00Z`, type: 'IDLE' },
  ]);
  await open(page, bare, '/browsing');
  expect(await exactly(page, '#browsing-time')).toBe(20 * 60);
  expect(await exactly(page, '#browsing-average')).toBe(20 * 60);
  expect(await exactly(page, '#browsing-visits')).toBe(5);
  await expect(page.locator('.total').first()).toContainText('18 m more');
  await expect(page.locator('.total').first()).toContainText('than the 7 days before');
  await expect(page.locator('.total').nth(2)).toContainText('on 2 sites');
  const rows = page.locator('.domain-row');
  await expect(rows).toHaveText([
    /example\.org 2 visits/,
    /example\.com 2 visits/,
    /Files and pages of extensions 1 visit/,
  ]);
  const seconds = await rows.locator('data').evaluateAll((all) => all.map((one) => Number(one.getAttribute('value'))));
  expect(seconds).toEqual([600, 360, 240]);
  // A site opens to its hosts, which are all of it.
  await rows.nth(1).click();
  const hosts = page.getByRole('list', { name: 'Hosts of example.com' }).getByRole('listitem');
  await expect(hosts).toHaveText([/blog\.example\.com\s+1 visit\s+3.m/, /^\s*example\.com\s+1 visit\s+3.m/]);
  await expect(card(page, 'What browsers told').getByRole('listitem')).toHaveText([
    /Tab brought to the front/,
    /Nobody there/,
  ]);
  // Nine days ago is within thirty.
  await page.getByRole('link', { name: '30 days' }).click();
  await expect(page.locator('#browsing-time')).toHaveAttribute('value', String(22 * 60));
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('#browsing-time')).toHaveAttribute('value', String(20 * 60));
});

test('every chart is reached by keys, and is a table and a file too', async ({ page, bare }) => {
  await addHalfHour(bare, null, day(-1));
  await open(page, bare, '/browsing');
  const days = page.getByRole('slider', { name: 'Day by day' });
  await days.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await expect(days).toHaveAttribute('aria-valuetext', /20 minutes/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/day/${day(-1)}$`));
  await page.goBack();
  const hours = page.getByRole('slider', { name: 'Hour of the week' });
  await hours.focus();
  const weekday = (new Date(`${day(-1)}T00:00:00Z`).getUTCDay() + 6) % 7;
  await page.keyboard.press('Home');
  for (let row = 0; row < weekday; row += 1) await page.keyboard.press('ArrowDown');
  for (let hour = 0; hour < 10; hour += 1) await page.keyboard.press('ArrowRight');
  await expect(hours).toHaveAttribute('aria-valuetext', /10:00 to 11:00: 20 minutes/);
  for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
  const dates = card(page, 'Day by day').locator('tbody tr');
  await expect(dates).toHaveCount(7);
  await expect(card(page, 'Hours of the week').locator('tbody tr')).toHaveCount(24);
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save Sites as CSV' }).click();
  const lines = (await readFile(await (await waiting).path(), 'utf8')).trim().split('\r\n');
  expect(lines).toEqual([
    'Site,Host,Seconds,Visits,Events',
    'example.org,docs.example.org,600,2,2',
    'example.com,blog.example.com,180,1,1',
    'example.com,example.com,180,1,1',
    'Files and pages of extensions,Files and pages of extensions,240,1,1',
  ]);
});

test('a year has a bar a week, and sites are searched', async ({ page, bare }) => {
  await addHalfHour(bare, null, day(-1));
  await addHalfHour(bare, null, day(-200));
  await open(page, bare, '/browsing/365');
  await expect(card(page, 'Week by week').locator('.bars i')).toHaveCount(53);
  expect(await exactly(page, '#browsing-time')).toBe(40 * 60);
  await page.keyboard.press('/');
  await page.keyboard.type('blog');
  await expect(page.locator('.domain-row')).toHaveText([/example\.com/]);
  await page.keyboard.type('x');
  await expect(page.getByText('No site of that name here.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.domain-row')).toHaveCount(3);
});

test('who has no browser that reports is told what to do; what it reports appears by itself', async ({
  page,
  bare,
}) => {
  await open(page, bare, '/browsing');
  await expect(page.getByRole('heading', { name: 'No browser reports to your account yet' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Add a device' })).toHaveAttribute('href', '/devices');
  await expect(page.locator('.connection', { hasText: 'Live.' })).toBeAttached();
  await addHalfHour(bare, null, day(-20));
  await expect(page.getByRole('heading', { name: 'Nothing browsed in these days' })).toBeVisible({ timeout: 5000 });
  await addHalfHour(bare, null, day(-1));
  await expect(page.locator('#browsing-time')).toHaveAttribute('value', '1200', { timeout: 5000 });
});

test('it fits a phone', async ({ page, bare }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await addHalfHour(bare, null, day(-1));
  for (const path of ['/browsing', '/browsing/365', '/categories']) {
    await open(page, bare, path);
    await ready(page);
    await fitsItsWidth(page);
  }
});

test('the day shows pages in the lane of their device, or in one of their own', async ({ page, bare }) => {
  const [pc] = bare.devices;
  const at = (time) => `${day(-1)}T${time}:00Z`;
  await bare.upload(pc, [{ app: 'firefox', started_at: at('09:50'), ended_at: at('10:30') }]);
  await addHalfHour(bare, pc, day(-1));
  await addVisits(bare, null, [
    { at: at('12:00'), url: 'https://alone.example/', title: 'Alone' },
    { at: at('12:04'), type: 'IDLE' },
  ]);
  await open(page, bare, `/day/${day(-1)}`);
  await expect(page.locator('.tl-name')).toHaveText([/Phone\s*40.m/, /Browser\s*4.m/]);
  const plot = page.locator('.tl-plot');
  await expect(plot).toHaveAttribute('aria-label', /1 sessions and 6 pages in 2 lanes/);
  await plot.focus();
  await page.keyboard.press('ArrowRight');
  const status = page.locator('almanac-timeline [role="status"]');
  await expect(status).toContainText('firefox');
  await page.keyboard.press('ArrowDown');
  await expect(status).toHaveText('example.org, The manual, 10:00 to 10:05, 5 minutes');
  await page.keyboard.press('ArrowRight');
  await expect(status).toContainText('The index');
  await page.keyboard.press('ArrowDown');
  await expect(status).toHaveText('alone.example, Alone, 12:00 to 12:04, 4 minutes');
  // By the pointer: below the app that was in front.
  const box = await plot.boundingBox();
  const [x, y] = [box.x + (box.width * (10 * 60 + 14)) / 1440, box.y + 6 + 24 + 2 + 4];
  await page.mouse.move(x, y);
  const tip = page.locator('.tl-tip');
  await expect(tip).toContainText('example.com');
  await expect(tip).toContainText('blog.example.com');
  await expect(tip).toContainText('A blog');
  await expect(tip).toContainText(/10:13:00 – 10:16:00\s*3.m/);
  // The same stands in the table.
  await card(page, 'Timeline').getByRole('button', { name: 'Table' }).click();
  const rows = card(page, 'Timeline').locator('tbody tr');
  await expect(rows).toHaveCount(7);
  await expect(rows.first()).toContainText('alone.example');
});

test('a day on which only a browser was used has a timeline too; new pages appear by themselves', async ({
  page,
  bare,
}) => {
  const now = Date.now();
  await open(page, bare, '/today');
  await expect(page.getByRole('heading', { name: 'Nothing recorded yet today' })).toBeVisible();
  await expect(page.locator('.connection', { hasText: 'Live.' })).toBeAttached();
  // Around midnight one of them may be of another day.
  await addVisits(bare, null, [
    { at: now - 120_000, url: 'https://one.example/' },
    { at: now - 60_000, url: 'https://two.example/' },
    { at: now, type: 'IDLE' },
  ]);
  await expect(page.locator('.tl-name')).toContainText('Browser', { timeout: 5000 });
  await expect(page.getByText('No device reported the use of apps on this day.')).toBeVisible();
});
