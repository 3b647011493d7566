// Importing files: what was understood is shown first, what is not known is asked, all of it can be cancelled and undone.

import { readFile } from 'node:fs/promises';
import { Account } from './account.mjs';
import { exactly, expect, fitsItsWidth, open, ready, test } from './almanac.mjs';

const data = new URL('../../data/household/', import.meta.url).pathname;
const hourly = `${data}electricity_9afa_hourly_2016.csv.gz`;
const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const choose = (page, one) => page.setInputFiles('#import-file', one);
const card = (page) => page.locator('.import-card').first();
const button = (page, name) => card(page).getByRole('button', { name });
const records = async (account) => (await account.get('/consumption?sort=date')).consumptions;

test('a year of hours: shown, imported, seen by hour, known the second time, undone', async ({ page }) => {
  test.setTimeout(90_000);
  const bare = await Account.make(process.env.ALMANAC_URL, { timezone: 'Europe/Brussels' });
  const { files } = JSON.parse(await readFile(`${data}expected.json`, 'utf8'));
  const expected = files['electricity_9afa_hourly_2016.csv.gz'];
  await open(page, bare, '/household/import');
  await choose(page, hourly);
  await expect(card(page)).toContainText('Nothing is kept yet.');
  await expect(card(page)).toContainText('Intervals');
  await expect(card(page).locator('.import-sum data')).toHaveAttribute('value', '8785');
  await expect(card(page).locator('.import-totals li')).toContainText(/9afa\s*3,613\.055.kWh/);
  await expect(card(page).getByRole('row', { name: /^2 .+00:00 .+01:00 Electricity 0\.108.kWh 9afa$/ })).toBeVisible();
  await card(page).getByText('How it was read').click();
  await expect(card(page)).toContainText('Europe/Brussels');
  await expect(card(page).getByRole('row', { name: 'meter_id meter' })).toBeVisible();
  expect((await bare.get('/meters')).total).toBe(0);

  await button(page, /^Import 8,785 rows$/).click();
  await expect(page.locator('#import-step')).toContainText('Imported');
  await expect(page.locator('.place')).toContainText('electricity_9afa_hourly_2016.csv.gz');
  const [meter] = (await bare.get('/meters')).meters;
  expect(meter).toMatchObject({ name: '9afa', first_date: '2016-01-01', last_date: '2017-01-01' });

  await page.goto(`${bare.url}/household/month/2016-03-01`);
  await ready(page);
  expect(await exactly(page, '#house-electricity')).toBe(expected.per_local_month['2016-03'].amount);
  await page.goto(`${bare.url}/household/year/2016-01-01`);
  await expect(page.locator('.house-profile')).toBeVisible();
  const hours = page.getByRole('slider', { name: 'Hour of the day' });
  await hours.focus();
  await page.keyboard.press('End');
  await expect(hours).toHaveAttribute('aria-valuetext', /^23:00 to 00:00: .+ on weekdays, .+ on weekends$/);
  const profile = await bare.get(
    '/consumption/profile?consumption_type=electricity&start_date=2016-01-01&end_date=2016-12-31',
  );
  await page.locator('.house-profile').getByRole('button', { name: 'Table' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save Hour by hour as CSV' }).click();
  const lines = (await readFile(await (await waiting).path(), 'utf8')).trim().split('\r\n').slice(1);
  expect(lines.map((line) => Number(line.split(',')[1]))).toEqual(profile.weekdays.hours.map((one) => one.mean));
  expect(lines.map((line) => Number(line.split(',')[2]))).toEqual(profile.weekends.hours.map((one) => one.mean));

  await page.goto(`${bare.url}/household/import`);
  await ready(page);
  await choose(page, hourly);
  await expect(card(page)).toContainText('Everything in it is known already.');
  await expect(button(page, /^Import 0 rows$/)).toBeDisabled();
  await button(page, 'Choose another file').click();

  await page.locator('.place').getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the import' }).click();
  await expect(page.locator('.place')).toContainText('undone');
  expect((await bare.get('/consumption?limit=1')).total).toBe(0);
  expect((await bare.get('/meters')).total).toBe(0);
  await choose(page, hourly);
  await expect(button(page, /^Import 8,785 rows$/)).toBeEnabled();
});

test('what a file does not say is asked, and the answer counts', async ({ page, bare, expected }) => {
  expected.push('422');
  await open(page, bare, '/household/import');
  await choose(page, file('bill.csv', 'Datum;Verbrauch\n01/02/2026;1,234\n03/02/2026;2,500\n'));
  const group = (name) => page.getByRole('group', { name });
  const goOn = button(page, 'Go on');
  await expect(goOn).toBeDisabled();
  await group('What does it count?').getByLabel('Water').check();
  // What comes next may depend on it.
  for (const [question, answer] of [
    ['In what unit?', 'L'],
    ['What comes first in its dates?', 'The day'],
    ['What does 1,234 mean in it?', 'One and something'],
  ]) {
    if (!(await group(question).isVisible())) {
      await goOn.click();
      await expect(group(question)).toBeVisible();
    }
    await group(question)
      .getByLabel(answer, { exact: answer === 'L' })
      .check();
  }
  await goOn.click();
  await expect(card(page).locator('.import-totals')).toContainText(/3\.734.L/);
  await expect(card(page)).toContainText('Sunday, 1 February 2026');
  await button(page, 'Import 2 rows').click();
  await expect(page.locator('#import-step')).toContainText('Imported');
  expect((await records(bare)).map((one) => [one.consumption_date, one.amount, one.unit])).toEqual([
    ['2026-02-01', 1.234, 'L'],
    ['2026-02-03', 2.5, 'L'],
  ]);
});

test('it can be read differently', async ({ page, bare }) => {
  await open(page, bare, '/household/import');
  await choose(page, file('odd.csv', 'type,date,amount,unit\nelectricity,2026-01-02,1.234,kWh\n'));
  await expect(card(page).locator('.import-totals')).toContainText(/1\.234.kWh/);
  await card(page).getByText('Read it differently').click();
  await card(page).getByLabel('Decimal sign').selectOption('comma');
  await button(page, 'Read again').click();
  await expect(card(page).locator('.import-totals')).toContainText(/1,234.kWh/);
});

test('days that are there from elsewhere are told before anything is kept', async ({ page, bare }) => {
  const of = (type, days, amount) => days.map((day) => `${type},2026-01-0${day},${amount},kWh`);
  const all = (...rows) => file('bill.csv', ['type,date,amount,unit', ...rows.flat()].join('\n'));
  await open(page, bare, '/household/import');
  await choose(page, all(of('electricity', [1, 2, 3], 4), of('gas', [3], 9)));
  await expect(card(page)).toContainText('Nothing is kept yet.');
  await expect(card(page).locator('.import-overlaps')).toHaveCount(0);
  await button(page, 'Import 4 rows').click();
  await expect(page.locator('#import-step')).toContainText('Imported');
  await page.goto(`${bare.url}/household/import`);
  await ready(page);
  await choose(page, all(of('electricity', [2, 3, 4], 5), of('gas', [3, 4], 8)));
  const told = '2 days of electricity and 1 day of gas are here already, from a meter or other records';
  await expect(card(page).locator('.import-overlaps')).toContainText(told);
  await fitsItsWidth(page);
  await button(page, 'Import 5 rows').click();
  await expect(page.locator('#import-step')).toContainText('Imported');
  expect(await records(bare)).toHaveLength(9);
});

test('rows that cannot be taken are told, and can be saved', async ({ page, bare }) => {
  const lines = [
    'type,date,amount,unit',
    'electricity,2026-01-02,3,kWh',
    'gas,2026-01-33,1,kWh',
    'gas,2026-01-04,x,kWh',
  ];
  await open(page, bare, '/household/import');
  await choose(page, file('some.csv', lines.join('\n')));
  await expect(card(page).locator('.import-rejected')).toContainText('2 rows cannot be taken.');
  await expect(card(page).locator('.import-rejected tbody tr')).toHaveCount(2);
  const waiting = page.waitForEvent('download');
  await button(page, 'Save the list').click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('some-not-taken.csv');
  const rows = (await readFile(await download.path(), 'utf8')).replace('\ufeff', '').trim().split('\r\n');
  expect(rows[0]).toBe('Line,error_code,Why');
  expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(['3', '4']);
  await button(page, 'Import 1 row').click();
  await expect(page.locator('#import-step')).toContainText('Imported');
  await card(page).getByRole('button', { name: 'Undo the import' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the import' }).click();
  await expect.poll(async () => (await records(bare)).length).toBe(0);
  await expect(page.locator('#import-file')).toBeAttached();
});

test('what is no file of consumption is said, and another can be chosen', async ({ page, bare, expected }) => {
  expected.push('422');
  await open(page, bare, '/household/import');
  await choose(page, file('cats.csv', 'name,colour\nMimi,grey\n'));
  await expect(card(page).locator('.problem')).not.toBeEmpty();
  await choose(page, file('fine.csv', 'type,date,amount,unit\nwater,2026-01-02,1,m3\n'));
  await expect(button(page, 'Import 1 row')).toBeVisible();
});

test('an import shows how far it is, and can be cancelled', async ({ page, bare }) => {
  await open(page, bare, '/household/import');
  // The answer is held back, as that of a large file would be.
  let release = () => {};
  await page.route('**/api/v1/consumption/import?*', async (route) => {
    await new Promise((resolve) => (release = resolve));
    await route.continue().catch(() => {});
  });
  await choose(page, file('fine.csv', 'type,date,amount,unit\nwater,2026-01-02,1,m3\n'));
  await expect(card(page).getByRole('progressbar')).toBeVisible();
  await expect(card(page)).toContainText('fine.csv');
  await button(page, 'Cancel').click();
  await expect(card(page).locator('.problem')).toHaveText('Cancelled. Nothing was kept.');
  release();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  expect((await records(bare)).length).toBe(0);
});

test('a file dropped on a narrow page, named with markup', async ({ page, bare }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await open(page, bare, '/household/import');
  const name = '<img src=x onerror=alert(1)>.csv';
  const dropped = await page.evaluateHandle((called) => {
    const transfer = new DataTransfer();
    const text = 'type,date,amount,unit,description\nwater,2026-01-02,1,m3,<b onclick=alert(1)>bold</b>\n';
    transfer.items.add(new File([text], called, { type: 'text/csv' }));
    return transfer;
  }, name);
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: dropped });
  await expect(card(page)).toContainText(name);
  await expect(card(page)).toContainText('<b onclick');
  await fitsItsWidth(page);
  await button(page, 'Import 1 row').click();
  await expect(page.locator('.place')).toContainText(name);
  await page.locator('.place').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('dialog')).toContainText(name);
  expect(await page.locator('img, [onerror], [onclick]').count()).toBe(0);
  await fitsItsWidth(page);
});

test('what is listed becomes a file, and importing that changes nothing', async ({ page, bare }) => {
  for (const [consumption_type, amount, unit, consumption_date, description] of [
    ['electricity', 12.345, 'kWh', '2026-01-02', '=1+1'],
    ['electricity', 7, 'kWh', '2026-01-03', 'two, with "quotes"'],
    ['water', 230, 'L', '2026-01-03', null],
  ]) {
    await bare.call('POST', '/consumption', {
      body: { consumption_type, amount, unit, consumption_date, description },
    });
  }
  await open(page, bare, '/household/records?type=electricity&from=2026-01-01&to=2026-01-31');
  const save = async (name) => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    const download = await waiting;
    return { name: download.suggestedFilename(), path: await download.path() };
  };
  const json = await save('Save as JSON');
  const { consumptions } = JSON.parse(await readFile(json.path, 'utf8'));
  expect(consumptions.map((one) => one.amount).sort()).toEqual([12.345, 7].sort());
  const csv = await save('Save as CSV');
  expect(csv.name).toBe('almanac-consumption.csv');
  const text = await readFile(csv.path, 'utf8');
  expect(text.trim().split(/\r?\n/)).toHaveLength(3);
  expect(text).toContain("'=1+1");
  await page.goto(`${bare.url}/household/import`);
  await ready(page);
  await choose(page, csv.path);
  await expect(card(page)).toContainText('Everything in it is known already.');
});
