// Time: the line, the timer in two tabs, the entries of days and weeks, projects, and the report.

import { readFile } from 'node:fs/promises';
import { Account } from './account.mjs';
import { day, exactly, expect, live, open, ready, settled, test } from './almanac.mjs';
import { addEntries, addWork } from './time.mjs';

const line = (page) => page.getByRole('combobox', { name: 'What are you doing?' });
const rows = (page) => page.locator('.entry-row');
const said = (page) => page.locator('#quick-said');

/** An instant so many days ago, at a time of day in UTC. */
const at = (days, clock) => `${day(-days)}T${clock}:00Z`;

/** An entry of a day that is over. */
const add = (account, days, from, to, more = {}) =>
  account.call('POST', '/time-entries', { body: { start_time: at(days, from), end_time: at(days, to), ...more } });

test('an entry and a timer by the keyboard alone', async ({ page, bare }) => {
  const { id } = await bare.call('POST', '/projects', { body: { title: 'Tide tables' } });
  await add(bare, 1, '06:00', '06:30', { tags: ['maps'] });
  await open(page, bare, `/time/day/${day(-1)}`);
  await page.keyboard.press('n');
  await expect(line(page)).toBeFocused();
  await page.keyboard.type('9:00-10:30 Draw them @tid');
  await expect(page.locator('.quick-offers').getByRole('option', { name: 'Tide tables' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Project', { exact: true })).toHaveValue(id);
  await page.keyboard.type('#ma');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await expect(line(page)).toHaveValue('9:00-10:30 Draw them #maps ');
  await expect(said(page)).toContainText('Adds 09:00 to 10:30, 1 h 30 m');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(2);
  const [entry] = (await bare.get(`/time-entries?from=${day(-1)}&to=${day(-1)}`)).time_entries;
  expect(entry).toMatchObject({
    project_id: id,
    description: 'Draw them',
    tags: ['maps'],
    start_time: `${day(-1)}T09:00:00Z`,
    end_time: `${day(-1)}T10:30:00Z`,
  });
  await expect(line(page)).toHaveValue('');
  // A length needs a now, which a day that is over has not.
  await page.keyboard.type('20m Proofs');
  await page.keyboard.press('Enter');
  await expect(page.locator('.quick .problem')).toContainText('This day is over');
  await page.keyboard.press('Escape');
  await page.keyboard.press('u');
  await expect(rows(page)).toHaveCount(1);

  await open(page, bare, '/time');
  await page.keyboard.press('n');
  await page.keyboard.type('Read @New');
  await expect(page.getByRole('option', { name: 'New project “New”' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Project', { exact: true })).not.toHaveValue('');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('timer')).toHaveText(/^0\d:\d\d$/);
  await expect(page.locator('.time-clock')).toContainText('Read');
  const running = await bare.get('/time-entries/active');
  const { projects } = await bare.get('/projects');
  expect(projects.find((one) => one.id === running.project_id).title).toBe('New');
  // Outside of the line, keys are the page's.
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await expect(page.locator('.time-clock')).toHaveCount(0);
  await page.keyboard.press('c');
  await expect(page.locator('.time-clock')).toContainText('Read');
  const { total } = await bare.get('/time-entries?running=true');
  expect(total).toBe(1);
});

test('a timer in two tabs', async ({ page, bare, context }) => {
  await open(page, bare, '/time');
  const other = await context.newPage();
  await other.goto(`${bare.url}/devices`);
  await ready(other);
  // It listens once it is live.
  await expect(other.locator('.connection')).toHaveAttribute('title', /Live/);
  await line(page).fill('Write');
  await page.keyboard.press('Enter');
  await expect(other.locator('.time-clock')).toContainText('Write');
  await expect(other.locator('.time-clock almanac-running')).toHaveText(/^00:\d\d$/);
  // Another that is started elsewhere takes its place.
  await bare.call('POST', '/time-entries', { body: { description: 'Draw' } });
  for (const tab of [page, other]) await expect(tab.locator('.time-clock')).toContainText('Draw');
  await expect(rows(page)).toHaveCount(2);
  await other.getByRole('button', { name: 'Stop: Draw' }).click();
  for (const tab of [page, other]) await expect(tab.locator('.time-clock')).toHaveCount(0);
  await expect(page.locator('.entry-row.is-running')).toHaveCount(0);
  const { time_entries: entries } = await bare.get('/time-entries');
  expect(entries.map(({ description, end_time: end }) => [description, end !== null])).toEqual([
    ['Draw', true],
    ['Write', true],
  ]);
});

test('what runs goes on after a reload, and counts up', async ({ page, bare }) => {
  await addEntries(bare, [{ ago: 65, description: 'Long' }]);
  await open(page, bare, '/time');
  await expect(page.getByRole('timer')).toHaveText(/^1:0[5-9]:\d\d$/);
  const before = await page.getByRole('timer').textContent();
  await expect(page.getByRole('timer')).not.toHaveText(before);
  await page.reload();
  await expect(page.getByRole('timer')).toHaveText(/^1:0[5-9]:\d\d$/);
});

test('an entry is changed, duplicated, continued and deleted, with a way back', async ({ page, bare, expected }) => {
  expected.push('422');
  const { id } = await add(bare, 1, '08:00', '09:00', { description: 'Draw', start_time: `${day(-1)}T08:00:12Z` });
  await open(page, bare, `/time/day/${day(-1)}`);
  await page.getByRole('button', { name: 'Change: Draw' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What was done').fill('Paint');
  await dialog.getByLabel('To', { exact: true }).fill(`${day(-1)}T09:15`);
  await dialog.getByLabel('Tags').fill('oil, , blue');
  await dialog.getByLabel('Billable').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(rows(page)).toContainText('Paint');
  // The seconds of a time that was left alone stay.
  const changed = { description: 'Paint', tags: ['oil', 'blue'], billable: true };
  expect(await bare.get(`/time-entries/${id}`)).toMatchObject({
    ...changed,
    start_time: `${day(-1)}T08:00:12Z`,
    end_time: `${day(-1)}T09:15:00Z`,
  });
  await page.keyboard.press('u');
  await expect(rows(page)).toContainText('Draw');
  expect(await bare.get(`/time-entries/${id}`)).toMatchObject({ description: 'Draw', tags: [], billable: false });

  const act = async (name) => {
    await page.getByLabel('What to do with: Draw').first().click();
    await page.locator('.menu[open]').getByRole('button', { name }).click();
  };
  await act('Duplicate');
  await dialog.getByLabel('From').fill(`${day(-1)}T10:00`);
  await dialog.getByLabel('To', { exact: true }).fill(`${day(-1)}T09:30`);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.locator('#entry-end_time-wrong')).toContainText('ends before it begins');
  await dialog.getByLabel('To', { exact: true }).fill(`${day(-1)}T10:30`);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(rows(page)).toHaveCount(2);

  await act('Delete');
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('u');
  await expect(rows(page)).toHaveCount(2);
  expect((await bare.get('/time-entries')).total).toBe(2);
  await act('Delete');
  // Whoever leaves the page has meant it.
  await page.getByRole('link', { name: 'Report' }).click();
  await expect.poll(async () => (await bare.get('/time-entries')).total).toBe(1);
  await open(page, bare, `/time/day/${day(-1)}`);
  await page.getByRole('button', { name: 'Continue: Draw' }).click();
  await expect(page.locator('.time-clock')).toContainText('Draw');
  expect((await bare.get('/time-entries/active')).description).toBe('Draw');
});

test('an entry over midnight has its part on each day', async ({ page }) => {
  const account = await Account.make(process.env.ALMANAC_URL, { timezone: 'Asia/Kolkata' });
  // 23:30 to 02:00 in Kolkata.
  await account.call('POST', '/time-entries', {
    body: { description: 'Night', start_time: at(3, '18:00'), end_time: at(3, '20:30') },
  });
  await open(page, account, `/time/day/${day(-3)}`);
  await expect(page.locator('.entries-sum')).toHaveAttribute('value', '1800');
  expect(await exactly(page, '#time-total')).toBe(1800);
  // It began before this day.
  await open(page, account, `/time/day/${day(-2)}`);
  await expect(page.locator('.entries-sum')).toHaveAttribute('value', '7200');
  await expect(page.locator('.entry-row')).toContainText('of 2 h 30 m');
  expect(await exactly(page, '#time-total')).toBe(7200);
});

test('who types before it is known whose zone it is has the times of that zone', async ({ page }) => {
  const account = await Account.make(process.env.ALMANAC_URL, { timezone: 'Asia/Kolkata' });
  await page.route('**/users/me', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await route.continue();
  });
  await open(page, account, `/time/day/${day(-3)}`);
  await line(page).fill('8:30-9:30 Early');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('08:30 to 09:30');
  expect((await account.get('/time-entries')).time_entries[0].start_time).toBe(at(3, '03:00'));
});

test('what a week adds up to is what its days and the report say', async ({ page, bare }) => {
  await addWork(bare);
  await add(bare, 8, '22:00', '22:00', { end_time: at(7, '01:12'), description: 'Late' });
  const week = `/time/week/${day(-8)}`;
  await open(page, bare, week);
  const total = await exactly(page, '#time-total');
  const days = await page.locator('.entries-sum').evaluateAll((all) => all.map((one) => Number(one.value)));
  expect(days.reduce((sum, seconds) => sum + seconds, 0)).toBe(total);
  await page.getByRole('button', { name: 'Table', exact: true }).click();
  const parts = await page
    .locator('#time-chart-title')
    .locator('xpath=../..')
    .locator('td data')
    .evaluateAll((all) => all.map((one) => Number(one.value)));
  expect(parts.reduce((sum, seconds) => sum + seconds, 0)).toBe(total);
  await page.getByRole('button', { name: 'Table', exact: true }).click();
  await open(page, bare, `/time/report/week/${day(-8)}?by=project&and=day`);
  expect(await exactly(page, '#time-total')).toBe(total);
  const groups = await page
    .locator('.report-group')
    .evaluateAll((all) => all.map((one) => Number(one.closest('tr').querySelector('data').value)));
  expect(groups.reduce((sum, seconds) => sum + seconds, 0)).toBe(total);
  const subs = await page
    .locator('.report-part')
    .evaluateAll((all) => all.map((one) => Number(one.closest('tr').querySelector('data').value)));
  expect(subs.reduce((sum, seconds) => sum + seconds, 0)).toBe(total);
});

test('the report: groups, rounding, amounts, the file', async ({ page, bare }) => {
  const { id } = await bare.call('POST', '/projects', {
    body: { title: 'Tides', client: 'Harbour', hourly_rate: '85.5' },
  });
  await add(bare, 1, '08:00', '08:50', { project_id: id, billable: true, tags: ['a', 'b'] });
  await add(bare, 1, '09:00', '09:20', { tags: ['a'] });
  const dates = `/time/report/dates/${day(-1)}/${day(-1)}`;
  await open(page, bare, dates);
  await expect(page.locator('#time-amount')).toHaveText('71.25');
  expect(await exactly(page, '#time-total')).toBe(4200);
  await page.getByLabel('Rounding').selectOption('up:15');
  await expect(page.locator('#time-total')).toHaveAttribute('value', String(5400));
  await expect(page.locator('#time-amount')).toHaveText('85.50');
  await page.getByLabel('Put together').selectOption('tag');
  await page.getByLabel('And then').selectOption('client');
  await expect(page.locator('.report-group')).toHaveText(['a', 'b']);
  await expect(page.getByText('they may add up to more than the whole')).toBeVisible();
  expect(new URL(page.url()).search).toBe('?by=tag&and=client&rounding=up%3A15');
  const waiting = page.waitForEvent('download');
  await page.locator('.report').getByRole('button', { name: 'CSV' }).click();
  const text = await readFile(await (await waiting).path(), 'utf8');
  expect(text.split('\r\n').slice(0, 2)).toEqual([
    'tag,client,hours,seconds,billable_seconds,billable_amount,entries',
    'a,Harbour,1,3600,3600,85.5,1',
  ]);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(`Timesheet of ${bare.username}`)).toBeVisible();
  await expect(page.locator('.rail')).toBeHidden();
  await expect(page.locator('.report-finder')).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await open(page, bare, '/time/report/year/2001-05-05');
  await expect(page.getByText('No entries on these dates')).toBeVisible();
});

test('a report of some of the entries says what the list has of them', async ({ page, bare }) => {
  const dates = { from: day(-3), to: day(-1) };
  const [tides, garden] = await Promise.all(
    [
      { title: 'Tides', client: 'Harbour', hourly_rate: 60 },
      { title: 'Garden', archived: true },
    ].map((body) => bare.call('POST', '/projects', { body })),
  );
  await add(bare, 1, '08:00', '08:50', {
    project_id: tides.id,
    billable: true,
    tags: ['a & b'],
  });
  await add(bare, 2, '08:00', '08:20', { project_id: tides.id, tags: ['c'] });
  await add(bare, 3, '08:00', '11:00', { project_id: garden.id, tags: ['a & b'] });
  await add(bare, 3, '12:00', '12:30');
  const total = page.locator('#time-total');
  /** That the figure is what entries of the list add up to. */
  const agrees = async (query, seconds) => {
    const { time_entries: entries } = await bare.get(`/time-entries?${new URLSearchParams({ ...dates, ...query })}`);
    expect(entries.reduce((sum, one) => sum + one.duration_seconds, 0)).toBe(seconds);
    await expect(total).toHaveAttribute('value', String(seconds));
    const groups = page.locator('section.report tbody tr td:nth-child(2) data');
    // The total may be that of the page before, which goes while it is looked at.
    await expect
      .poll(() => groups.evaluateAll((all) => all.reduce((sum, one) => sum + Number(one.value), 0)))
      .toBe(seconds);
  };
  const path = `/time/report/dates/${dates.from}/${dates.to}`;
  await open(page, bare, path);
  await agrees({}, 16_800);
  const choices = page.locator('#report-filter');
  await expect(choices).toHaveCount(0);
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.getByLabel('Of project').locator('option')).toHaveText([
    'All projects',
    'Garden',
    'Tides (Harbour)',
  ]);
  await expect(page.getByLabel('With tag').locator('option')).toHaveText(['All tags', 'a & b', 'c']);
  await page.getByLabel('Of project').selectOption('Tides (Harbour)');
  await agrees({ project_id: tides.id }, 4200);
  await expect(page).toHaveURL(`${bare.url}${path}?project=${tides.id}`);
  await page.getByLabel('With tag').selectOption('a & b');
  await agrees({ project_id: tides.id, tag: 'a & b' }, 3000);
  await page.getByLabel('Of project').selectOption('All projects');
  await agrees({ tag: 'a & b' }, 13_800);
  await page.getByLabel('Billable or not').selectOption('Not billable');
  await agrees({ tag: 'a & b', billable: false }, 10_800);
  await page.getByLabel('With tag').selectOption('All tags');
  await page.getByLabel('Billable or not').selectOption('Billable');
  await page.getByLabel('Of client').selectOption('Harbour');
  await agrees({ billable: true }, 3000);
  // How it is put together is another matter; so are its dates.
  await page.getByLabel('Put together').selectOption('client');
  await expect(page.locator('.report-group')).toHaveText(['Harbour']);
  expect(new URL(page.url()).search).toBe('?by=client&client=Harbour&billable=true');
  await expect(page.getByLabel('Of client')).toHaveValue('Harbour');
  const waiting = page.waitForEvent('download');
  await page.locator('.report').getByRole('button', { name: 'CSV' }).click();
  const text = await readFile(await (await waiting).path(), 'utf8');
  expect(text.split('\r\n').slice(1)).toEqual(['Harbour,0.83,3000,3000,50,1', '']);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(', client Harbour, billable')).toBeVisible();
  await expect(choices).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('link', { name: 'As many days before' }).click();
  await expect(page.getByText('There may be some that the filter leaves out.')).toBeVisible();
  expect(new URL(page.url()).search).toBe('?by=client&client=Harbour&billable=true');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(choices).toHaveCount(0);
  expect(new URL(page.url()).search).toBe('?by=client');

  // Another's project is as one that is gone; what is no project at all is nothing.
  const other = await Account.make(process.env.ALMANAC_URL);
  const { id } = await other.call('POST', '/projects', { body: { title: 'Private' } });
  await add(other, 1, '08:00', '09:00', { project_id: id });
  await open(page, bare, `${path}?project=${id}`);
  await expect(page.getByText('No entries on these dates')).toBeVisible();
  await expect(page.getByLabel('Of project').locator('option:checked')).toHaveText('A project that is gone');
  await open(page, bare, `${path}?project=7&billable=perhaps`);
  await agrees({}, 16_800);
});

test('projects: added, changed, archived, and deleted with or without what they have', async ({ page, bare }) => {
  await open(page, bare, '/projects');
  await page.locator('.state').getByRole('button', { name: 'Add a project' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('This is needed.')).toBeVisible();
  await dialog.getByLabel('Title').fill('Tides');
  await dialog.getByLabel('Client').fill('Harbour');
  await dialog.getByLabel('Hourly rate').fill('85,5');
  await dialog.getByLabel('Colour 4').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.project')).toContainText('Harbour · 85.50 an hour · 0 entries');
  const [project] = (await bare.get('/projects')).projects;
  expect(project).toMatchObject({ title: 'Tides', client: 'Harbour', hourly_rate: 85.5, color: '3' });
  await page.getByRole('button', { name: 'Change: Tides' }).click();
  await dialog.getByLabel('Hourly rate').fill('');
  await dialog.getByLabel('Choose your own colour').fill('#123456');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.project')).not.toContainText('an hour');
  expect((await bare.get('/projects')).projects[0]).toMatchObject({ hourly_rate: null, color: '#123456' });

  const act = async (title, name) => {
    await page.getByLabel(`What to do with: ${title}`).click();
    await page.locator('.menu[open]').getByRole('button', { name }).click();
  };
  await act('Tides', 'Archive');
  await expect(page.getByRole('heading', { name: 'Archived' })).toBeVisible();
  const { id: heir } = await bare.call('POST', '/projects', { body: { title: 'Heir' } });
  const moved = await add(bare, 1, '08:00', '09:00', { project_id: project.id });
  await expect(page.locator(`[data-project="${project.id}"]`)).toContainText('1 entry');
  await act('Tides', 'Delete');
  await dialog.getByLabel('They go to another project:').check();
  await dialog.getByRole('button', { name: 'Delete the project' }).click();
  await expect(page.locator('.project')).toHaveCount(1);
  expect((await bare.get(`/time-entries/${moved.id}`)).project_id).toBe(heir);
  await act('Heir', 'Delete');
  await dialog.getByLabel('They stay, without a project.').check();
  await dialog.getByRole('button', { name: 'Delete the project' }).click();
  await expect(page.locator('.project')).toHaveCount(0);
  expect((await bare.get(`/time-entries/${moved.id}`)).project_id).toBeNull();
});

test('an answer that comes late does not hide what came after its question', async ({ page, bare }) => {
  await add(bare, 1, '08:00', '09:00', { description: 'One' });
  await open(page, bare, `/time/day/${day(-1)}`);
  await expect(live(page)).toBeVisible();
  await settled(page);
  let release = null;
  await page.route('**/time-entries/report?*', async (route) => {
    const response = await route.fetch();
    if (!release) await new Promise((resolve) => (release = resolve));
    await route.fulfill({ response });
  });
  const asked = page.waitForResponse('**/time-entries?from*');
  await add(bare, 1, '09:00', '09:30', { description: 'Two' });
  await asked;
  await expect.poll(() => release).not.toBeNull();
  await add(bare, 1, '10:00', '10:30', { description: 'Three' });
  await expect(rows(page)).toHaveCount(3);
  const late = page.waitForResponse('**/time-entries/report?*');
  release();
  await late;
  await settled(page);
  await expect(rows(page)).toHaveCount(3);
  expect(await exactly(page, '#time-total')).toBe(7200);
});

test('overlaps are told where the account wants to know, and refused where it forbids them', async ({
  page,
  bare,
  expected,
}) => {
  expected.push('409');
  await open(page, bare, '/settings');
  await page.getByLabel('Entries that overlap').selectOption('warn');
  await expect(page.locator('.toast-line')).toContainText('Saved');
  await add(bare, 1, '08:00', '09:00', { description: 'One' });
  await open(page, bare, `/time/day/${day(-1)}`);
  await line(page).fill('8:30-9:30 Two');
  await page.keyboard.press('Enter');
  await expect(page.getByText('It overlaps another entry.')).toBeVisible();
  await expect(page.locator('.entry-overlap')).toHaveCount(2);
  const [two] = (await bare.get('/time-entries')).time_entries;
  await bare.call('DELETE', `/time-entries/${two.id}`);
  await expect(page.locator('.entry-overlap')).toHaveCount(0);
  await bare.call('PATCH', '/users/me', { body: { settings: { overlap: 'forbid' } } });
  await line(page).fill('8:30-9:30 Two');
  await page.keyboard.press('Enter');
  await expect(page.locator('.quick .problem')).toContainText('your settings forbid that');
  // What was typed is still there to be mended.
  await expect(line(page)).toHaveValue('8:30-9:30 Two');
});

test('hostile descriptions, projects, clients and tags are text', async ({ page, bare }) => {
  const hostile = ['<img src=x onerror="alert(1)">', '"><script>alert(1)</script>', "' onmouseover='alert(1)"];
  for (const [index, text] of hostile.entries()) {
    const { id } = await bare.call('POST', '/projects', { body: { title: text, client: text, description: text } });
    await add(bare, 1, `0${index}:00`, `0${index}:40`, {
      project_id: id,
      description: text,
      tags: [text],
      billable: true,
    });
  }
  await bare.call('POST', '/time-entries', { body: { description: hostile[0] } });
  const clean = async () => {
    await expect(page.locator('.time-clock')).toContainText(hostile[0]);
    expect(await page.locator('img, iframe, object, embed, [onerror], [onload], [onmouseover]').count()).toBe(0);
  };
  for (const path of [`/time/day/${day(-1)}`, `/time/week/${day(-1)}`, '/projects', `/day/${day(-1)}`]) {
    await open(page, bare, path);
    for (const one of await page.locator('.entry-row, .project, .bars').all()) await one.hover();
    await clean();
  }
  await open(page, bare, '/time');
  await line(page).fill('@');
  await expect(page.getByRole('option').first()).toContainText(/[<'"]/);
  await line(page).fill('#');
  await clean();
  for (const by of ['project', 'client', 'tag']) {
    const filter = by === 'project' ? {} : { [by]: hostile[1] };
    await open(page, bare, `/time/report/dates/${day(-1)}/${day(-1)}?${new URLSearchParams({ by, ...filter })}`);
    await expect(page.locator('.report-group').first()).toContainText(/[<'"]/);
    await clean();
  }
});

test('nothing yet, and a server that does not answer', async ({ page, bare, expected }) => {
  expected.push('500');
  await open(page, bare, '/time');
  await expect(page.getByText('No entries in this week')).toBeVisible();
  await page.getByRole('button', { name: 'Write an entry' }).click();
  await expect(line(page)).toBeFocused();
  await page.route('**/time-entries/report**', (route) => route.fulfill({ status: 500, json: {} }));
  for (const path of ['/time', '/time/report']) {
    await page.goto(bare.url + path);
    await expect(page.getByRole('alert').filter({ hasText: 'could not be loaded' })).toBeVisible();
  }
  // Until it is known who it is, and what happens is heard, the page tries again by itself.
  await expect(live(page)).toBeVisible();
  await settled(page);
  await page.unroute('**/time-entries/report**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No entries on these dates')).toBeVisible();
});

test('the day’s timeline has a lane of entries', async ({ page, bare }) => {
  const { id } = await bare.call('POST', '/projects', { body: { title: 'Tides', color: '#123456' } });
  await add(bare, 3, '22:00', '23:00', { end_time: at(2, '01:00'), description: 'Night', project_id: id });
  await add(bare, 2, '09:00', '10:30', { description: 'Draw' });
  await open(page, bare, `/day/${day(-2)}`);
  await expect(page.locator('.tl-name')).toContainText('Time');
  // Of the one over midnight this day has an hour.
  await expect(page.locator('.tl-name')).toContainText('2 h 30 m');
  await page.keyboard.press('z');
  await page.keyboard.press('Home');
  await expect(page.locator('.tl-tip')).toContainText(/Night\s+Tides\s+22:00:00 – 01:00:00/);
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.tl-tip')).toContainText('Draw');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/time\/day\/[\d-]+$/);
  await expect(rows(page)).toHaveCount(2);
  await expect(page.locator('.entries-sum')).toHaveAttribute('value', '9000');
});
