// Meters: added, read in two taps, exchanged; what does not count and what to do about it; deleted by name.

import { atNoon, day, exactly, expect, fitsItsWidth, open, ready, test } from './almanac.mjs';

test.use(atNoon);

const sheet = (page) => page.getByRole('dialog');
const rows = (page) => page.locator('.reading');
const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString();

/**
 * A meter with readings, each so many days ago.
 * @param {import('./account.mjs').Account} account
 * @param {object} meter
 * @param {[number, number, object?][]} readings
 */
async function addMeter(account, meter, readings = []) {
  const body = { consumption_type: 'electricity', unit: 'kWh', name: 'Cellar', ...meter };
  const made = await account.call('POST', '/meters', { body });
  if (readings.length > 0) {
    await account.call('POST', `/meters/${made.id}/readings`, {
      body: {
        readings: readings.map(([ago, reading, more = {}]) => ({ read_at: daysAgo(ago), reading, ...more })),
      },
    });
  }
  return made;
}

const readingsOf = async (account, { id }) => (await account.get(`/meters/${id}/readings`)).readings;

test('a meter is added, read, changed and deleted by its name', async ({ page, bare, expected }) => {
  // The server's word that the meter is gone may come before its answer.
  expected.push('409', '404');
  await open(page, bare, '/household/meters');
  await page.locator('.state').getByRole('button', { name: 'Add a meter' }).click();
  await expect(sheet(page).getByLabel('Name')).toBeFocused();
  await sheet(page).getByLabel('Name').fill('Cellar');
  await sheet(page).getByLabel('What it counts').selectOption('gas');
  await expect(sheet(page).getByLabel('Unit')).toHaveValue('m3');
  await sheet(page).getByLabel('Digits').fill('x');
  await sheet(page).getByRole('button', { name: 'Save' }).click();
  await expect(sheet(page)).toContainText('1 to 9 digits.');
  await sheet(page).getByLabel('Digits').fill('5');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/household\/meters\/[\da-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cellar');
  const [meter] = (await bare.get('/meters')).meters;
  expect(meter).toMatchObject({ name: 'Cellar', consumption_type: 'gas', unit: 'm3', digits: 5 });
  await expect(page.locator('.state')).toContainText('No reading yet');

  // A name that is taken is said; another changes it.
  await addMeter(bare, { name: 'Attic', consumption_type: 'gas', unit: 'm3' });
  await page.getByLabel('What to do with Cellar').click();
  await page.locator('.menu-list').getByRole('button', { name: 'Change' }).click();
  await sheet(page).getByLabel('Name').fill('Attic');
  await page.keyboard.press('Enter');
  await expect(sheet(page).locator('.problem:not(:empty)')).toBeVisible();
  await sheet(page).getByLabel('Name').fill('Under the stairs');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Under the stairs');

  await page.getByLabel('What to do with Under the stairs').click();
  await page.locator('.menu-list').getByRole('button', { name: 'Delete' }).click();
  const button = sheet(page).getByRole('button', { name: 'Delete' });
  await expect(button).toBeDisabled();
  await sheet(page).getByLabel('Type Under the stairs to confirm').fill('Under the stairs');
  await button.click();
  await expect(page).toHaveURL(/\/household\/meters$/);
  await expect(page.locator('.meter')).toHaveCount(1);
  expect((await bare.get('/meters')).meters.map((one) => one.name)).toEqual(['Attic']);
});

test('a reading in two taps on a phone, with what it comes to while it is typed', async ({ browser, bare }) => {
  const meter = await addMeter(bare, {}, [
    [20, 1000],
    [10, 1100],
  ]);
  await addMeter(bare, { name: 'Tap', consumption_type: 'water', unit: 'm3' });
  const context = await browser.newContext({
    viewport: { width: 360, height: 780 },
    hasTouch: true,
    isMobile: true,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  await open(page, bare, '/household/meters');
  await page.getByRole('button', { name: 'Enter a reading' }).tap();
  await sheet(page).getByLabel('Meter').selectOption('Cellar');
  const field = sheet(page).getByLabel(/^Reading/);
  await field.fill('1225,5');
  await expect(sheet(page).locator('.entry-said')).toContainText(/125\.5.kWh since, 12\.\d+.kWh a day/);
  await fitsItsWidth(page);
  await sheet(page).getByRole('button', { name: 'Save' }).tap();
  await expect(page.locator('.toast-line')).toContainText('1,225.5');
  expect((await readingsOf(bare, meter))[0]).toMatchObject({ reading: 1225.5, status: 'counted', consumption: 125.5 });
  await expect(page.locator('.meter', { hasText: 'Cellar' }).locator('.meter-last data')).toHaveAttribute(
    'value',
    '1225.5',
  );

  // The meter that was read last is there the next time, and the field has the focus.
  await page.getByRole('button', { name: 'Enter a reading' }).tap();
  await expect(sheet(page).getByLabel('Meter')).toHaveValue(meter.id);
  await expect(field).toBeFocused();
  await page.keyboard.press('Escape');
  await page.locator('.toasts').getByRole('button', { name: 'Undo' }).tap();
  await expect.poll(async () => (await readingsOf(bare, meter)).length).toBe(2);
  await context.close();
});

test('a lower reading is asked about before it is kept', async ({ page, bare }) => {
  const meter = await addMeter(bare, {}, [
    [20, 1000],
    [10, 1100],
  ]);
  await open(page, bare, `/household/meters/${meter.id}`);
  await page.keyboard.press('n');
  await page.keyboard.type('40');
  await expect(sheet(page)).toContainText(/lower than the last, 1,100.kWh/);
  await sheet(page).getByLabel('It was set back to zero').check();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(3);
  await expect(rows(page).first()).toContainText('set to zero');
  expect((await readingsOf(bare, meter))[0]).toMatchObject({ kind: 'reset', status: 'counted', consumption: 40 });
  // In the future nothing has been read.
  await page.keyboard.press('n');
  await page.keyboard.type('50');
  await sheet(page)
    .getByLabel('Read', { exact: true })
    .fill(`${day(2)}T10:00`);
  await page.keyboard.press('Enter');
  await expect(sheet(page)).toContainText('It has not been read yet.');
});

test('what does not count says why, and is put right', async ({ page, bare }) => {
  const meter = await addMeter(bare, {}, [
    [40, 500],
    [30, 600],
    [20, 7000],
    [10, 700],
    [1, 800],
  ]);
  await open(page, bare, `/household/meters/${meter.id}`);
  const suspect = page.locator('.reading.is-suspect');
  await expect(suspect).toHaveCount(1);
  await expect(suspect.locator('.reading-shows')).toHaveAttribute('value', '7000');
  await expect(suspect).toContainText('left out');
  await expect(page.locator('.day-note')).toContainText('1 reading does not count');
  await suspect.getByRole('button', { name: 'Change', exact: true }).click();
  await expect(sheet(page).getByLabel(/^Reading/)).toHaveValue('7000');
  await sheet(page)
    .getByLabel(/^Reading/)
    .fill('650');
  await page.keyboard.press('Enter');
  await expect(suspect).toHaveCount(0);
  expect((await readingsOf(bare, meter)).map((one) => one.consumption)).toEqual([100, 50, 50, 100, null]);
  await page.keyboard.press('u');
  await expect(suspect).toHaveCount(1);
  expect((await readingsOf(bare, meter))[2]).toMatchObject({ reading: 7000, kind: 'reading', status: 'suspect' });

  // A fall without a return: it was set to zero, or exchanged.
  const fallen = await addMeter(bare, { name: 'Fallen' }, [
    [30, 5000],
    [20, 5100],
    [10, 30],
  ]);
  await page.goto(`${bare.url}/household/meters/${fallen.id}`);
  await ready(page);
  await suspect.getByRole('button', { name: 'It was set to zero' }).click();
  await expect(suspect).toHaveCount(0);
  expect((await readingsOf(bare, fallen))[0]).toMatchObject({ kind: 'reset', consumption: 30 });
  await page.locator('.toasts').getByRole('button', { name: 'Undo' }).last().click();
  await expect(suspect).toHaveCount(1);
  await suspect.getByRole('button', { name: 'It was exchanged' }).click();
  await sheet(page)
    .getByLabel(/^Old meter/)
    .fill('5120');
  await sheet(page)
    .getByLabel(/^New meter/)
    .fill('30');
  await page.keyboard.press('Enter');
  await expect(rows(page).first()).toContainText(/5,120.kWh, the new one from 30.kWh/);
  expect((await readingsOf(bare, fallen))[0]).toMatchObject({ kind: 'exchange', consumption: 20, new_reading: 30 });
});

test('an exchange and deletions, and both can be taken back', async ({ page, bare }) => {
  const meter = await addMeter(bare, {}, [
    [20, 1000],
    [10, 1100],
  ]);
  await open(page, bare, `/household/meters/${meter.id}`);
  await page.getByRole('button', { name: 'Exchange', exact: true }).click();
  await sheet(page)
    .getByLabel(/^Old meter/)
    .fill('1150');
  await sheet(page)
    .getByLabel(/^New meter/)
    .fill('3,5');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(3);
  expect((await readingsOf(bare, meter))[0]).toMatchObject({ kind: 'exchange', reading: 1150, new_reading: 3.5 });
  expect(await exactly(page, '#meter-last')).toBe(3.5);
  await page.keyboard.press('u');
  await expect(rows(page)).toHaveCount(2);

  await rows(page)
    .first()
    .getByRole('button', { name: /^Delete/ })
    .click();
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('u');
  await expect(rows(page)).toHaveCount(2);
  expect((await readingsOf(bare, meter)).length).toBe(2);
  await rows(page)
    .first()
    .getByRole('button', { name: /^Delete/ })
    .click();
  await page.goto(`${bare.url}/devices`);
  await expect.poll(async () => (await readingsOf(bare, meter)).length).toBe(1);
});

test('what a meter says is marked in the list and in the pictures, and is changed at the meter', async ({
  page,
  bare,
}) => {
  // Over three days, of which none was measured by itself.
  const meter = await addMeter(bare, {}, [
    [3, 100],
    [0.01, 130],
  ]);
  await open(page, bare, '/household/records');
  const records = page.locator('.record');
  await expect(records.first()).toContainText('from Cellar');
  await expect(records.first()).toContainText('estimated');
  await expect(page.getByRole('button', { name: /^(Change|Delete):/ })).toHaveCount(0);
  await records.first().getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`/household/meters/${meter.id}$`));
  await page.goto(`${bare.url}/household/week`);
  await ready(page);
  await expect(page.locator('.house-bars .bars i.estimated').first()).toBeAttached();
  await expect(page.locator('.house-legend').first()).toContainText('estimated');
  await expect(page.locator('.house-total')).toContainText(/days? (is|are) estimated/);
});

test('a meter that is not there, and stored text', async ({ page, bare, expected }) => {
  expected.push('404');
  const hostile = '<img src=x onerror="alert(1)">';
  const meter = await addMeter(bare, { name: hostile }, [
    [5, 100, { note: hostile }],
    [1, 120],
  ]);
  await open(page, bare, '/household/meters');
  await expect(page.locator('.meter')).toContainText('<img');
  await page.getByRole('button', { name: 'Enter a reading' }).click();
  await expect(sheet(page)).toContainText('<img');
  await page.keyboard.press('Escape');
  await page.goto(`${bare.url}/household/meters/${meter.id}`);
  await expect(page.locator('.reading-note')).toContainText('<img');
  await page.getByLabel(/^What to do with/).click();
  await page.locator('.menu-list').getByRole('button', { name: 'Delete' }).click();
  await expect(sheet(page)).toContainText('<img');
  expect(await page.locator('img, [onerror]').count()).toBe(0);
  await page.goto(`${bare.url}/household/meters/01990a6e-5c1f-7d3a-9b52-7e1a4c0f8d21`);
  await expect(page.locator('.state')).toContainText('There is no such meter');
});

test('what another device reads appears by itself', async ({ page, bare }) => {
  const meter = await addMeter(bare, {}, [[5, 100]]);
  await open(page, bare, `/household/meters/${meter.id}`);
  await expect(page.locator('.connection', { hasText: 'Live.' })).toBeVisible();
  await bare.call('POST', `/meters/${meter.id}/readings`, { body: { read_at: daysAgo(1), reading: 111 } });
  await expect(page.locator('#meter-last')).toHaveAttribute('value', '111');
});
