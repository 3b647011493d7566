// Importing files of time trackers: the two terms of a student, shown, imported, known the second time, undone.

import { readFile } from 'node:fs/promises';
import { Account } from './account.mjs';
import { exactly, expect, fitsItsWidth, open, ready, test } from './almanac.mjs';

const data = new URL('../../data/time_entries/', import.meta.url).pathname;
const term = 'toggl_student_2023_spring.csv';
const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const choose = (page, one) => page.setInputFiles('#import-file', one);
const card = (page) => page.locator('.import-card').first();
const button = (page, name) => card(page).getByRole('button', { name });
const head = 'Project,Client,Description,Start Date,Start Time,End Date,End Time,Tags';

test('a term: shown, imported, reported exactly, known the second time, undone', async ({ page }) => {
  test.setTimeout(90_000);
  const account = await Account.make(process.env.ALMANAC_URL, { timezone: 'America/Denver' });
  const expected = JSON.parse(await readFile(`${data}expected.json`, 'utf8')).files[term];
  await open(page, account, '/time');
  await page.getByRole('link', { name: 'Import' }).click();
  await choose(page, data + term);
  await expect(card(page)).toContainText('Nothing is kept yet.');
  await expect(card(page).locator('.import-sum data')).toHaveAttribute('value', String(expected.total_seconds));
  await expect(card(page)).toContainText('339 new');
  await expect(card(page).getByRole('row', { name: /^Chemistry 1/ })).toContainText('new');
  await card(page).getByText('How it was read').click();
  await expect(card(page)).toContainText('America/Denver');
  expect((await account.get('/projects')).total).toBe(0);

  await button(page, 'Import 339 rows').click();
  await expect(page.locator('#import-step')).toContainText('Imported');
  await expect(page.locator('.place')).toContainText(term);
  await card(page).getByRole('link', { name: 'See it' }).click();
  await ready(page);
  expect(await exactly(page, '#time-total')).toBe(expected.total_seconds);
  const chemistry = page
    .getByRole('row', { name: /^Chemistry 1/ })
    .locator('data')
    .first();
  await expect(chemistry).toHaveAttribute('value', String(expected.per_project_seconds['Chemistry 1']));

  await open(page, account, '/time/import');
  await choose(page, data + term);
  await expect(card(page)).toContainText('Everything in it is known already.');
  await expect(button(page, 'Import 0 rows')).toBeDisabled();
  await page.locator('.place').getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo the import' }).click();
  await expect(page.locator('.place')).toContainText('undone');
  expect((await account.get('/time-entries?limit=1')).total).toBe(0);
  expect((await account.get('/projects')).total).toBe(0);
});

test('what a file does not say is asked; rows that cannot be taken are told', async ({ page, bare, expected }) => {
  expected.push('422');
  await open(page, bare, '/time/import');
  await choose(page, file('asks.csv', `${head}\nTides,,Draw,01/02/2026,09:00,01/02/2026,10:00,\n`));
  await page.getByRole('group', { name: 'What comes first in its dates?' }).getByLabel('The day').check();
  await button(page, 'Go on').click();
  await expect(card(page).getByRole('row', { name: /1 Feb 2026/ })).toBeVisible();
  await button(page, 'Choose another file').click();
  const rows = 'Tides,,Draw,2026-02-01,09:00,2026-02-01,10:00,\nTides,,Draw,2026-02-02,09:00,2026-02-01,10:00,\n';
  await choose(page, file('some.csv', `${head}\n${rows}`));
  await expect(page.locator('.import-rejected')).toContainText('1 row cannot be taken');
  // Read in another zone, it is another time.
  await page.getByText('Read it differently').click();
  await page.locator('[name="tz"]').fill('Asia/Tokyo');
  await button(page, 'Read again').click();
  await page.getByText('How it was read').click();
  await expect(card(page)).toContainText('Asia/Tokyo');
  await button(page, 'Import 1 row').click();
  await expect(page.locator('#import-step')).toContainText('Imported');
  const [entry] = (await bare.get('/time-entries')).time_entries;
  expect(entry).toMatchObject({ start_time: '2026-02-01T00:00:00Z', end_time: '2026-02-01T01:00:00Z' });
  await page.getByRole('button', { name: 'Choose another file' }).click();
  await choose(page, file('what.csv', 'a,b\n1,2\n'));
  await expect(card(page).getByRole('alert')).not.toBeEmpty();
});

test('what a file says is text, on a narrow page', async ({ page, bare }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page, bare, '/time/import');
  const text = '<img src=x onerror=alert(1)>'.repeat(3);
  const row = `${text},${text},${text},2026-02-01,09:00,2026-02-01,10:00,${text}`;
  await choose(page, file(`${text.replaceAll('/', '')}.csv`, `${head}\n${row}\n`));
  await expect(card(page).locator('.import-sum')).toContainText('1 new');
  await fitsItsWidth(page);
  await button(page, 'Import 1 row').click();
  await expect(page.locator('.place')).toContainText('<img');
  expect(await page.locator('img, [onerror]').count()).toBe(0);
  await fitsItsWidth(page);
});
