import { readFile } from 'node:fs/promises';
import { day, dayOfBoth, exactly, expect, open, ready, test } from './almanac.mjs';

const date = day(-4);

test('the figures are the API’s figures', async ({ page, account }) => {
  const stats = await account.get(`/stats/today?date=${date}`);
  expect(stats.total_seconds).toBeGreaterThan(0);
  await open(page, account, `/day/${date}`);
  expect(await exactly(page, '#attention')).toBe(stats.active_seconds);
  expect(await exactly(page, '#screen-time')).toBe(stats.total_seconds);
  expect(await exactly(page, '#session-count')).toBe(stats.session_count);
  if (stats.apps.length > 8) await page.getByRole('button', { name: /^All / }).click();
  const shown = await page.locator('.app-row .app-time').evaluateAll((all) => all.map((one) => Number(one.value)));
  expect(shown).toEqual(stats.apps.map((app) => app.seconds));
  await page.locator('section[aria-labelledby="hours-title"]').getByRole('button', { name: 'Table' }).click();
  const hours = await page
    .locator('section[aria-labelledby="hours-title"] td data')
    .evaluateAll((all) => all.map((one) => Number(one.value)));
  expect(hours).toEqual(stats.hours);
});

test('the change is against the day before', async ({ page, account }) => {
  const stats = await account.get(`/stats/today?date=${date}`);
  await open(page, account, `/day/${date}`);
  const more = stats.active_seconds > stats.previous.active_seconds;
  await expect(page.locator('.total').first()).toContainText(more ? 'more' : 'less');
});

test('every total opens to what it is made of, and adds up', async ({ page, account }) => {
  const stats = await account.get(`/stats/today?date=${date}`);
  await open(page, account, `/day/${date}`);
  const dialog = page.getByRole('dialog');
  const sum = async () => Number(await dialog.locator('.dialog-sum data').getAttribute('value'));

  await page.getByRole('button', { name: 'Screen time: see what it is made of' }).click();
  await expect(dialog.locator('tbody tr').first()).toBeVisible();
  expect(await sum()).toBe(stats.total_seconds);
  await expect(dialog.locator('.dialog-sum')).toContainText(`${stats.session_count} sessions`);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  for (const [index, app] of stats.apps.slice(0, 3).entries()) {
    await page.locator('.app-row').nth(index).click();
    await expect(dialog.locator('tbody tr')).toHaveCount(app.session_count);
    expect(await sum()).toBe(app.seconds);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }

  const hour = stats.hours.indexOf(Math.max(...stats.hours));
  const chart = page.getByRole('slider', { name: 'Hour of the day' });
  await chart.focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < hour; step += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(dialog.locator('tbody tr').first()).toBeVisible();
  expect(await sum()).toBeCloseTo(stats.hours[hour], 3);
});

test('a device can be picked, and the whole again', async ({ page, account }) => {
  const both = await dayOfBoth(account);
  await open(page, account, `/day/${both}`);
  for (const device of account.devices) {
    const stats = await account.get(`/stats/today?date=${both}&device_id=${device.device_id}`);
    await page.getByRole('combobox', { name: 'Device' }).selectOption(device.device_id);
    await expect(page).toHaveURL(new RegExp(`/day/${both}\\?device=${device.device_id}`));
    await expect(page.locator('#screen-time')).toHaveAttribute('value', String(stats.total_seconds));
    await expect(page.locator('.tl-name')).toHaveCount(1);
  }
  await page.getByRole('combobox', { name: 'Device' }).selectOption({ label: 'All devices' });
  await expect(page.locator('.tl-name')).toHaveCount(2);
});

test('days are walked by buttons, by a date and by the back button', async ({ page, account }) => {
  await open(page, account, `/day/${date}`);
  await page.getByRole('link', { name: 'Day before' }).click();
  await expect(page).toHaveURL(new RegExp(`/day/${day(-5)}$`));
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`/day/${date}$`));
  await page.locator('#date-picker').evaluate((input, value) => {
    input.value = value;
    input.dispatchEvent(new Event('change'));
  }, day(-6));
  await expect(page).toHaveURL(new RegExp(`/day/${day(-6)}$`));
  await page.getByRole('link', { name: 'Today', exact: true }).last().click();
  await expect(page).toHaveURL(/\/today$/);
  await ready(page);
  await expect(page.getByRole('link', { name: 'Day after' })).toHaveAttribute('aria-disabled', 'true');
});

test('apps are searched', async ({ page, account }) => {
  const stats = await account.get(`/stats/today?date=${date}`);
  await open(page, account, `/day/${date}`);
  await page.keyboard.press('/');
  await page.keyboard.type('com.google');
  const wanted = stats.apps.filter((app) => app.app.toLowerCase().includes('com.google')).length;
  await expect(page.locator('.app-row')).toHaveCount(wanted);
  await page.keyboard.type(' nothing like this');
  await expect(page.getByText('No app of that name here.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.app-row')).toHaveCount(Math.min(stats.apps.length, 8));
});

test('the timeline tells what is under the pointer, and opens it', async ({ page, account }) => {
  const { sessions } = await account.get(`/usage?from=${date}&to=${day(-3)}&limit=1000`);
  const longest = sessions.toSorted((a, b) => b.duration_seconds - a.duration_seconds)[0];
  const stats = await account.get(`/stats/today?date=${date}`);
  await open(page, account, `/day/${date}`);
  const plot = page.locator('.tl-plot');
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  const middle = (Date.parse(longest.started_at) + Date.parse(longest.ended_at)) / 2;
  const part = (middle - Date.parse(stats.from)) / (Date.parse(stats.to) - Date.parse(stats.from));
  const lane = stats.devices.findIndex((device) => device.device_id === longest.device_id);
  const top = await page.locator('.tl-name').nth(lane).boundingBox();
  await expect(async () => {
    await page.mouse.move(box.x + 2, box.y + 2);
    await page.mouse.move(box.x + part * box.width, top.y + 8);
    await expect(page.locator('.tl-tip')).toContainText(longest.app, { timeout: 200 });
  }).toPass();
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('the timeline zooms to a minute and back, by keys and by wheel', async ({ page, account }) => {
  await open(page, account, `/day/${date}`);
  const span = () => page.locator('almanac-timeline').evaluate((element) => element.view.to - element.view.from);
  const whole = await span();
  await page.keyboard.press('z');
  await expect(page.locator('.tl-plot')).toBeFocused();
  for (let press = 0; press < 14; press += 1) await page.keyboard.press('+');
  await expect.poll(span).toBe(60_000);
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('almanac-timeline [role="status"]')).not.toBeEmpty();
  await page.keyboard.press('0');
  await expect.poll(span).toBe(whole);
  await page.locator('.tl-plot').hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -400);
  await page.keyboard.up('Control');
  await expect.poll(span).toBeLessThan(whole);
  const before = await page.locator('almanac-timeline').evaluate((element) => element.view.from);
  const box = await page.locator('.tl-plot').boundingBox();
  await page.mouse.move(box.x + 300, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + 400, box.y + 8, { steps: 4 });
  await page.mouse.up();
  expect(await page.locator('almanac-timeline').evaluate((element) => element.view.from)).toBeLessThan(before);
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('what a chart shows can be taken along as CSV', async ({ page, account }) => {
  const stats = await account.get(`/stats/today?date=${date}`);
  await open(page, account, `/day/${date}`);
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save Where it went as CSV' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe(`almanac-day-${date}-apps.csv`);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(stats.apps.length + 1);
  expect(lines[1]).toContain(String(stats.apps[0].seconds));
});

test('a day without anything says what to do next', async ({ page, bare }) => {
  await open(page, bare, '/today');
  await expect(page.getByRole('heading', { name: 'Nothing recorded yet today' })).toBeVisible();
  await page.getByRole('link', { name: 'See the devices' }).click();
  await expect(page).toHaveURL(/\/devices$/);
});

test('an address that leads nowhere says so', async ({ page, account }) => {
  for (const path of ['/nowhere', '/day/2026-02-31', '/week/x']) {
    await open(page, account, path);
    await expect(page.getByRole('heading', { name: 'There is no such page', level: 2 })).toBeVisible();
  }
});

test('two fingers zoom the timeline', async ({ browser, account }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await open(page, account, `/day/${date}`);
  const plot = page.locator('.tl-plot');
  await plot.scrollIntoViewIfNeeded();
  const span = () => page.locator('almanac-timeline').evaluate((element) => element.view.to - element.view.from);
  const whole = await span();
  const box = await plot.boundingBox();
  const touches = await context.newCDPSession(page);
  const touch = (type, apart) =>
    touches.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: apart === null ? [] : [-1, 1].map((side, id) => ({ x: 190 + side * apart, y: box.y + 40, id })),
    });
  await touch('touchStart', 25);
  for (let apart = 30; apart <= 100; apart += 10) await touch('touchMove', apart);
  await touch('touchEnd', null);
  await expect.poll(span).toBeLessThan(whole / 2);
  await context.close();
});
