// The household: the answer, the pictures, records entered by hand, listed, changed and taken back.

import { readFile } from 'node:fs/promises';
import { Account } from './account.mjs';
import { day, exactly, expect, fitsItsWidth, keepBack, live, open, ready, settled, test } from './almanac.mjs';
import { addDays } from './household.mjs';

const card = (page, id) => page.locator(`section[aria-labelledby="${id}-title"]`);
const sheet = (page) => page.getByRole('dialog');
const records = (account, query = '') => account.get(`/consumption${query}`);

/** A record of electricity. */
function add(account, record) {
  const body = { consumption_type: 'electricity', amount: 1, unit: 'kWh', consumption_date: day(0), ...record };
  return account.call('POST', '/consumption', { body });
}

/** March 2024: a kilowatt-hour more each day, a gap on the 5th, nothing consumed on the 7th; and months around it. */
async function addMarch(account) {
  const march = Array.from({ length: 31 }, (_, index) => ({
    consumption_type: 'electricity',
    amount: index === 6 ? 0 : index + 1.5,
    unit: 'kWh',
    consumption_date: `2024-03-${String(index + 1).padStart(2, '0')}`,
  })).filter((_, index) => index !== 4);
  const others = [
    ['2024-02-11', 100.25],
    ['2023-03-31', 300.5],
  ].map(([consumption_date, amount]) => ({ ...march[0], consumption_date, amount }));
  await account.call('POST', '/consumption', { body: { records: [...march, ...others] } });
}

test.describe('the overview', () => {
  test('a month that is over stands beside the one before and the year before', async ({ page, bare }) => {
    await addMarch(bare);
    await add(bare, { consumption_type: 'water', unit: 'm3', amount: 0.25, consumption_date: '2024-03-02' });
    await open(page, bare, '/household/month/2024-03-15');
    await expect(page).toHaveTitle(/^March 2024/);
    const { types } = await bare.get(
      '/consumption/analytics?start_date=2024-03-01&end_date=2024-03-31&consumption_type=electricity',
    );
    expect(await exactly(page, '#house-electricity')).toBe(types[0].total);
    expect(await exactly(page, '#house-water')).toBe(250);
    await expect(page.locator('#house-gas')).toHaveCount(0);
    const rows = card(page, 'house-electricity').locator('.beside-amount');
    await expect(rows).toHaveText(['498.5 kWh', '100.3 kWh', '300.5 kWh'].map((text) => text.replace(' ', '\u00a0')));
    await expect(card(page, 'house-electricity')).toContainText('1 day has no record');
    await expect(card(page, 'house-electricity').locator('.delta')).toHaveText([/398\.3.kWh more/, /198.kWh more/]);

    // A gap is a gap, and none consumed is none.
    const bars = card(page, 'house-electricity-chart').locator('.bars i');
    await expect(bars).toHaveCount(31);
    await expect(bars.nth(4)).toHaveClass(/gap/);
    await expect(bars.nth(6)).toHaveClass(/zero/);
    await expect(bars.nth(6)).not.toHaveClass(/gap/);
    await bars.nth(4).hover();
    await expect(card(page, 'house-electricity-chart').locator('.hours-said')).toContainText('no record');
    await expect(card(page, 'house-electricity-chart').locator('.house-legend')).toContainText('no record');

    // As a table, and as a file.
    await card(page, 'house-electricity-chart').getByRole('button', { name: 'Table' }).click();
    const cells = card(page, 'house-electricity-chart').locator('tbody tr');
    await expect(cells).toHaveCount(31);
    await expect(cells.nth(4)).toContainText('no record');
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save Electricity by day as CSV' }).click();
    const lines = (await readFile(await (await waiting).path(), 'utf8')).replace('\ufeff', '').trim().split('\r\n');
    expect(lines[0]).toMatch(/^Date,kWh/);
    expect(lines[5]).toMatch(/^2024-03-05,,/);
    expect(lines[7]).toMatch(/^2024-03-07,0,/);

    // Every total opens what it is made of.
    await page.getByRole('link', { name: /^Electricity, 1.+see what it is made of$/ }).click();
    await expect(page).toHaveURL(/\/household\/records\?type=electricity&from=2024-03-01&to=2024-03-31$/);
    await ready(page);
    await expect(page.locator('.record')).toHaveCount(30);
    expect(await exactly(page, '#records-sum')).toBe(types[0].total);
    await page.goBack();
    await ready(page);
    await card(page, 'house-electricity-chart').getByRole('button', { name: 'Table' }).click();
    await bars.nth(8).click();
    await expect(page.locator('.record')).toHaveCount(1);
    await expect(page.locator('.record-amount')).toHaveAttribute('value', '9.5');
  });

  test('the present month so far stands beside the last one up to the same day', async ({ page, bare }) => {
    // A day as long as this month has run counts 1; the others 3, so that a wrong cut is seen.
    const today = Number(day(0).slice(8));
    await addDays(bare, 'gas', 430, (ago) => (Number(day(-ago).slice(8)) <= today ? 1 : 3));
    await open(page, bare, '/household');
    // Until the account is known, it is the browser's today.
    await expect(page.locator('#house-gas')).toHaveAttribute('value', String(today));
    const rows = card(page, 'house-gas').locator('.beside-amount');
    const [year, month] = day(0).split('-').map(Number);
    const before = new Date(Date.UTC(year, month - 1, 0)).getUTCDate();
    const same = Math.min(today, before);
    const whole = same + 3 * (before - same);
    if (today < new Date(Date.UTC(year, month, 0)).getUTCDate())
      await expect(rows.nth(1)).toContainText(same < before ? `${same} of ${whole}` : String(whole));
    await expect(rows.nth(2)).toContainText(String(today));
    await expect(card(page, 'house-gas-chart').locator('.bars i')).toHaveCount(
      new Date(Date.UTC(year, month, 0)).getUTCDate(),
    );
  });

  test('by keys: spans, a year of days, records', async ({ page, bare }) => {
    await addDays(bare, 'electricity', 70, (ago) => ago + 1);
    await open(page, bare, '/devices');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await expect(page).toHaveURL(/\/household$/);
    await ready(page);
    const now = page.getByRole('link', { name: 'This month' });
    await page.keyboard.press('ArrowLeft');
    await expect(now).not.toHaveAttribute('aria-current');
    await ready(page);
    await page.keyboard.press('ArrowRight');
    await expect(now).toHaveAttribute('aria-current', 'date');
    await ready(page);
    await page.keyboard.press('w');
    await expect(page).toHaveURL(/\/household\/week/);
    await ready(page);
    await page.keyboard.press('y');
    await expect(page).toHaveURL(/\/household\/year/);
    await ready(page);
    await expect(page.locator('.house-bars .bars i')).toHaveCount(12);
    const year = page.getByRole('slider', { name: 'Day of the year' });
    await year.focus();
    await expect(year).toHaveAttribute('aria-valuetext', /1.kWh$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await expect(year).toHaveAttribute('aria-valuetext', /, 9.kWh$/);
    await page.keyboard.press('Home');
    await expect(year).toHaveAttribute('aria-valuetext', /no record$/);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`from=${day(0)}&to=${day(0)}$`));
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await ready(page);
    await page.keyboard.press('r');
    await expect(page).toHaveURL(/\/household\/records$/);
  });

  test('other dates', async ({ page, bare }) => {
    await addMarch(bare);
    await open(page, bare, '/household/month/2024-03-01');
    await page.getByRole('button', { name: 'Other dates' }).click();
    await sheet(page).getByLabel('From').fill('2024-03-10');
    await sheet(page).getByLabel('To').fill('2024-03-09');
    await sheet(page).getByRole('button', { name: 'Show' }).click();
    await expect(sheet(page)).toContainText('must not come before');
    await sheet(page).getByLabel('To').fill('2024-03-12');
    await sheet(page).getByRole('button', { name: 'Show' }).click();
    await expect(page).toHaveURL(/\/household\/dates\/2024-03-10\/2024-03-12$/);
    await expect(page.locator('#house-electricity')).toHaveAttribute('value', '34.5');
    await page.keyboard.press('ArrowLeft');
    await expect(page).toHaveURL(/\/household\/dates\/2024-03-07\/2024-03-09$/);
    await expect(page.locator('#house-electricity')).toHaveAttribute('value', '18');
  });

  test('the first view asks for two things', async ({ page, bare }) => {
    await addDays(bare, 'electricity', 400, () => 1);
    await open(page, bare, '/settings');
    const asked = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/') && !pathname.endsWith('/live')) asked.push(pathname.replace('/api/v1', ''));
    });
    const held = [];
    await page.route(/\/api\/v1\/(consumption\/profile|users|sessions)/, (route) => held.push(route));
    await page.goto(`${bare.url}/household`);
    await expect(page.locator('#house-electricity')).toBeVisible();
    expect(asked.slice(0, 3)).toEqual(['/auth/refresh', '/consumption/analytics', '/consumption/analytics']);
    for (const route of held) await route.continue();
    await page.unrouteAll({ behavior: 'wait' });
  });

  test('empty, elsewhere, and while the server is away', async ({ page, bare, expected }) => {
    expected.push('Failed to load resource');
    await open(page, bare, '/household');
    await expect(page.getByRole('heading', { name: 'Nothing recorded yet' })).toBeVisible();
    await page.locator('.state').getByRole('button', { name: 'Enter what was consumed' }).click();
    await expect(sheet(page)).toBeVisible();
    await page.keyboard.press('Escape');
    await addMarch(bare);
    await page.reload();
    await expect(page.locator('.state')).toContainText('31 March 2024');
    await page.getByRole('link', { name: 'Go there' }).click();
    await expect(page.locator('#house-electricity')).toHaveAttribute('value', '498.5');
    await page.route('**/api/v1/consumption/**', (route) => route.abort());
    await page.goto(`${bare.url}/household/year/2024-01-01`);
    await expect(page.locator('.state')).toContainText('The server does not answer');
    await page.unroute('**/api/v1/consumption/**');
    await expect(page.locator('#house-electricity')).toBeVisible();
  });

  test('days are those of the account, and begin when its days do', async ({ page }) => {
    const account = await Account.make(process.env.ALMANAC_URL, { timezone: 'Pacific/Kiritimati' });
    const today = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);
    await add(account, { amount: 7.5, consumption_date: today });
    await open(page, account, '/household');
    await expect(page.locator('#house-electricity')).toHaveAttribute('value', '7.5');
    await page.getByRole('button', { name: 'Enter what was consumed' }).click();
    await expect(sheet(page).getByLabel('Date')).toHaveValue(today);
  });

  test('what happens elsewhere appears by itself', async ({ page, bare }) => {
    await add(bare, { amount: 2 });
    await open(page, bare, '/household');
    await expect(page.locator('.connection', { hasText: 'Live.' })).toBeVisible();
    await add(bare, { amount: 3.5 });
    await expect(page.locator('#house-electricity')).toHaveAttribute('value', '5.5');
  });
});

test.describe('entering', () => {
  test('two taps on a phone, and a way back', async ({ browser, bare }) => {
    const context = await browser.newContext({
      viewport: { width: 360, height: 780 },
      hasTouch: true,
      isMobile: true,
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    await add(bare, { amount: 10, consumption_date: day(-1) });
    await open(page, bare, '/household');
    await page.getByRole('button', { name: 'Enter what was consumed' }).tap();
    const amount = sheet(page).getByLabel('Amount');
    await expect(amount).toBeFocused();
    await expect(amount).toHaveAttribute('inputmode', 'decimal');
    await page.keyboard.type('12,5');
    await sheet(page).getByRole('button', { name: 'Save' }).tap();
    await expect(page.locator('.toast-line')).toContainText('Electricity: 12.5');
    const [newest] = (await records(bare)).consumptions;
    expect(newest).toMatchObject({
      amount: 12.5,
      unit: 'kWh',
      consumption_type: 'electricity',
      consumption_date: day(0),
    });
    await page.locator('.toasts').getByRole('button', { name: 'Undo' }).tap();
    await expect.poll(async () => (await records(bare)).total).toBe(1);

    // Type and unit are remembered, for each type its own.
    await page.getByRole('button', { name: 'Enter what was consumed' }).tap();
    await sheet(page).getByRole('radio', { name: 'Water' }).tap();
    await expect(sheet(page).getByLabel('Unit')).toHaveValue('m3');
    await sheet(page).getByLabel('Unit').selectOption('L');
    await sheet(page).getByRole('button', { name: 'Yesterday' }).tap();
    await amount.fill('230');
    await sheet(page).getByRole('button', { name: 'Save' }).tap();
    await expect
      .poll(async () => (await records(bare, '?consumption_type=water')).consumptions[0])
      .toMatchObject({
        amount: 230,
        unit: 'L',
        consumption_date: day(-1),
      });
    await page.reload();
    await ready(page);
    await page.getByRole('button', { name: 'Enter what was consumed' }).tap();
    await expect(sheet(page).getByRole('radio', { name: 'Water' })).toBeChecked();
    await expect(sheet(page).getByLabel('Unit')).toHaveValue('L');
    await expect(sheet(page).getByLabel('Date')).toHaveValue(day(0));
    await sheet(page).getByRole('radio', { name: 'Gas' }).tap();
    await expect(sheet(page).getByLabel('Unit')).toHaveValue('m3');
    await fitsItsWidth(page);
    await context.close();
  });

  test('what cannot be an amount is said beside the field, and what has two meanings is read out', async ({
    page,
    bare,
    expected,
  }) => {
    expected.push('422');
    await open(page, bare, '/household');
    await page.keyboard.press('n');
    const amount = sheet(page).getByLabel('Amount');
    const save = () => page.keyboard.press('Enter');
    await save();
    await expect(sheet(page)).toContainText('This is needed.');
    await amount.fill('-3');
    await save();
    await expect(sheet(page)).toContainText('An amount is a number');
    await expect(amount).toBeFocused();
    await amount.fill('1.2345');
    await save();
    await expect(sheet(page)).toContainText('at most three decimals');
    await amount.fill('1,234');
    await expect(sheet(page)).toContainText('Reads as 1.234');
    await amount.fill('1.234,5');
    await expect(sheet(page)).toContainText('Reads as 1,234.5');
    await sheet(page).getByLabel('Date').fill(day(3));
    await save();
    await expect(sheet(page).locator('#entry-date-wrong')).not.toBeEmpty();
    await sheet(page).getByRole('button', { name: 'Today' }).click();
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await expect(sheet(page)).toBeHidden();
    expect((await records(bare)).consumptions.map((one) => one.amount)).toEqual([1234.5]);
    await page.keyboard.press('u');
    await expect.poll(async () => (await records(bare)).total).toBe(0);
  });

  test('an answer that is lost adds nothing twice', async ({ page, bare, expected }) => {
    expected.push('Failed to load resource');
    await open(page, bare, '/household');
    let lost = true;
    await page.route('**/api/v1/consumption', async (route) => {
      if (route.request().method() !== 'POST' || !lost) return route.continue();
      lost = false;
      await route.fetch();
      return route.abort();
    });
    await page.keyboard.press('n');
    await page.keyboard.type('4');
    await page.keyboard.press('Enter');
    await expect(sheet(page)).toContainText('does not answer');
    await page.keyboard.press('Enter');
    await expect(sheet(page)).toBeHidden();
    expect((await records(bare)).total).toBe(1);
  });
});

test.describe('records', () => {
  test('their sum is that of the newest answer', async ({ page, bare }) => {
    await add(bare, { amount: 1 });
    await open(page, bare, '/household/records?type=electricity');
    await expect(live(page)).toBeVisible();
    const sum = page.locator('#records-sum');
    await expect(sum).toHaveAttribute('value', '1');
    const { held, letGo } = await keepBack(page, '**/api/v1/consumption/analytics?*');
    await add(bare, { amount: 2, consumption_date: day(-1) });
    await expect.poll(() => held.length).toBe(1);
    await add(bare, { amount: 4, consumption_date: day(-2) });
    await expect.poll(() => held.length).toBe(2);
    await letGo(1);
    await expect(sum).toHaveAttribute('value', '7');
    await letGo(0, 1);
    await expect(sum).toHaveAttribute('value', '7');
  });

  test('are filtered and sorted, and the address says how', async ({ page, bare }) => {
    await add(bare, { amount: 2, consumption_date: day(-1), description: 'By hand' });
    await add(bare, { amount: 9, consumption_date: day(-40) });
    await add(bare, { consumption_type: 'gas', unit: 'm3', amount: 0.1, consumption_date: day(-2) });
    await open(page, bare, '/household/records');
    const amounts = page.locator('.record-amount');
    await expect(page.locator('.history-day')).toHaveCount(3);
    await expect(page.locator('.record').first()).toContainText('By hand');
    await page.getByLabel('Order').selectOption('-amount');
    await expect(amounts).toHaveText([/^9.kWh$/, /^2.kWh$/, /^0\.1.m³$/]);
    await page.getByLabel('Type').selectOption('electricity');
    await expect(amounts).toHaveCount(2);
    await expect(page.locator('#records-sum')).toHaveAttribute('value', '11');
    await page.getByLabel('From').fill(day(-10));
    await expect(amounts).toHaveText([/^2.kWh$/]);
    await expect(page).toHaveURL(new RegExp(`type=electricity&from=${day(-10)}&sort=-amount$`));
    await page.reload();
    await expect(amounts).toHaveCount(1);
    await page.getByLabel('To', { exact: true }).fill(day(-5));
    await expect(page.getByRole('heading', { name: 'No record matches' })).toBeVisible();
    await page.getByRole('link', { name: 'Clear the dates' }).click();
    await expect(amounts).toHaveCount(2);
  });

  test('come page by page', async ({ page, bare }) => {
    await addDays(bare, 'water', 250, (ago) => ago);
    await open(page, bare, '/household/records?type=water');
    await expect(page.locator('.record')).toHaveCount(100);
    await page.getByRole('button', { name: 'Show more records' }).click();
    await expect(page.locator('.record')).toHaveCount(200);
    // What is here stays when something happens.
    await add(bare, { consumption_type: 'water', unit: 'L', amount: 1 });
    await expect(page.locator('#records-title')).toContainText('251 records');
    await expect(page.locator('.record')).toHaveCount(200);
  });

  test('are changed and deleted, and both can be taken back', async ({ page, bare }) => {
    await add(bare, { amount: 2, description: 'One' });
    await add(bare, { amount: 5, consumption_date: day(-1), description: 'Two' });
    await open(page, bare, '/household/records');
    const rows = page.locator('.record');
    await rows
      .filter({ hasText: 'One' })
      .getByRole('button', { name: /^Change/ })
      .click();
    await sheet(page).getByLabel('Amount').fill('3,25');
    await sheet(page).getByLabel('Note').fill('');
    await page.keyboard.press('Enter');
    await expect(rows.first().locator('.record-amount')).toHaveAttribute('value', '3.25');
    await expect(page.getByText('One')).toHaveCount(0);
    await page.locator('.toasts').getByRole('button', { name: 'Undo' }).click();
    await expect(rows.first().locator('.record-amount')).toHaveAttribute('value', '2');
    await expect(rows.first()).toContainText('One');

    const remove = (text) =>
      rows
        .filter({ hasText: text })
        .getByRole('button', { name: /^Delete/ })
        .click();
    await remove('Two');
    await expect(rows).toHaveCount(1);
    await page.keyboard.press('u');
    await expect(rows).toHaveCount(2);
    expect((await records(bare)).total).toBe(2);
    await remove('Two');
    await page.locator('.toast-line').getByRole('button', { name: 'Close' }).click();
    await expect.poll(async () => (await records(bare)).total).toBe(1);
    await remove('One');
    await page.goto(`${bare.url}/devices`);
    await expect.poll(async () => (await records(bare)).total).toBe(0);
  });
});

test('stored text is text on every page of the household', async ({ page, bare }) => {
  const hostile = '<img src=x onerror="alert(1)">"><script>alert(1)</script>';
  await add(bare, { description: hostile });
  const clean = async () => {
    expect(await page.locator('img, iframe, [onerror], [onload]').count()).toBe(0);
  };
  await open(page, bare, '/household/records');
  await expect(page.locator('.record')).toContainText('<img');
  await page.getByRole('button', { name: /^Change/ }).click();
  await expect(sheet(page).getByLabel('Note')).toHaveValue(hostile);
  await clean();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Delete/ }).click();
  await clean();
  await settled(page);
});
