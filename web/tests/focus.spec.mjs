// The focus page: whole sessions under a clock of the test's own, the history, and the figures.

import { readFile } from 'node:fs/promises';
import { Account } from './account.mjs';
import { atNoon, day, expect, fitsItsWidth, keepBack, live, open, ready, test } from './almanac.mjs';
import { DAY, addSessions, setBack } from './focus.mjs';

test.use(atNoon);

const time = (page) => page.locator('.ring-time');
const plant = (page) => page.locator('.ring-plant img');
const button = (page, name) => page.locator('.timer-side').getByRole('button', { name, exact: true });

test.describe('the timer', () => {
  test.use({ serviceWorkers: 'block' });
  test.afterEach(({ context }) => context.unrouteAll({ behavior: 'ignoreErrors' }));

  test('a whole session in two tabs', async ({ page, bare, context }) => {
    test.setTimeout(90_000);
    const clock = await setBack(context, 25);
    await addSessions(bare, [{ ago: DAY, minutes: 25 }]);
    const ended = [];
    const note = (request) =>
      request.method() === 'PATCH' && request.url().includes('/sessions/') && ended.push(request.url());
    page.on('request', note);
    await page.addInitScript(() => {
      globalThis.rung = 0;
      const { start } = OscillatorNode.prototype;
      OscillatorNode.prototype.start = function (...args) {
        globalThis.rung += 1;
        return start.apply(this, args);
      };
    });
    await open(page, bare, '/focus');
    const other = await context.newPage();
    other.on('request', note);
    await other.goto(`${bare.url}/devices`);
    await ready(other);
    await expect(other.locator('.clock')).toHaveCount(0);

    await page.getByText('Breaks and signals').click();
    await page.getByLabel('Soft sound').check();
    await page.locator('#focus-label').fill('Write the chapter on tides');
    await page.getByLabel('Tulip').check();
    await button(page, 'Start').click();
    await expect(page.locator('.timer-label')).toContainText('Write the chapter on tides');
    await expect(time(page)).toHaveText(/^(25:00|24:5\d)$/);
    await expect(page).toHaveTitle(/^(25:00|24:5\d) · Focus/);
    await expect(plant(page)).toHaveAttribute('src', '/plants/tulip/0.svg');

    // The other tab shows it, leads there, and shows the same.
    await expect(other.locator('.clock')).toContainText(/^\s*(25:00|24:5\d)/);
    await expect(other).toHaveTitle(/^(25:00|24:5\d) · Devices/);
    await other.locator('.clock').click();
    await expect(time(other)).toHaveText(/^24:[45]\d$/);
    await expect(plant(other)).toHaveAttribute('src', '/plants/tulip/0.svg');

    // Time is reckoned, not counted: a reload changes nothing.
    await clock.forward(600);
    await expect(time(page)).toHaveText(/^14:[345]\d$/);
    await expect(plant(page)).toHaveAttribute('src', '/plants/tulip/2.svg');
    await page.reload();
    await expect(time(page)).toHaveText(/^14:[345]\d$/);
    await expect(plant(page)).toHaveAttribute('src', '/plants/tulip/2.svg');
    expect(await page.evaluate(() => globalThis.rung)).toBe(0);

    await clock.forward(900);
    await expect(page.locator('#timer-done')).toContainText('25 m done');
    await expect(page.locator('#timer-done')).toContainText('+25 points');
    await expect(other.locator('#timer-done')).toContainText('25 m done');
    await expect(page.locator('.ring-word')).toHaveText('Break');
    await expect(time(page)).toHaveText(/^(05:00|04:[345]\d)$/);
    await expect(plant(page)).toHaveAttribute('src', '/plants/tulip/5.svg');
    await expect(page.locator('#focus-streak')).toHaveAttribute('value', '2');
    await expect(page.locator('#focus-today')).toHaveAttribute('value', '25');
    // One of the tabs ended it, and only the one that did made a sound.
    expect(ended).toHaveLength(1);
    const rung = await Promise.all([page, other].map((tab) => tab.evaluate(() => globalThis.rung ?? 0)));
    expect(rung.filter((count) => count > 0).length).toBeLessThanOrEqual(1);

    const { sessions } = await bare.get('/sessions');
    expect(sessions[0]).toMatchObject({ completed: true, focus_min: 25, label: 'Write the chapter on tides' });
    expect(await bare.get(`/garden/session/${sessions[0].id}`)).toMatchObject({
      plant_type: 'tulip',
      growth_stage: 5,
      withered: false,
    });
    expect(await bare.get('/stats/me')).toMatchObject({ xp_points: 50, current_streak: 2 });

    // After the break it waits for the person.
    await clock.forward(300);
    await expect(button(page, 'Start')).toBeVisible();
    await expect(page).toHaveTitle(/^Focus/);
    expect((await bare.get('/sessions')).sessions).toHaveLength(2);
    for (const date of [day(-1), day(0)]) {
      await page.goto(`${bare.url}/garden/day/${date}`);
      await expect(page.locator('.garden-ground .plant')).toHaveCount(1);
    }
  });

  test('breaks: the long one after the last of a round, and the next session by itself', async ({
    page,
    bare,
    context,
  }) => {
    test.setTimeout(90_000);
    const clock = await setBack(context, 120);
    await context.addInitScript(() => {
      const set = { minutes: 10, short: 3, long: 12, every: 2, next: true };
      localStorage.setItem('almanac.focus', JSON.stringify(set));
    });
    await open(page, bare, '/focus');
    await page.locator('#focus-label').fill('Piano');
    await page.keyboard.press('Enter');
    await expect(time(page)).toHaveText(/^(10:00|09:5\d)$/);
    await clock.forward(600);
    await expect(page.locator('.ring-word')).toHaveText('Break');
    await expect(page.getByRole('img', { name: '1 of 2 until the long break' })).toBeVisible();
    await clock.forward(180);
    // It goes on with what it was about.
    await expect(page.locator('.timer-label')).toContainText('Piano');
    await expect(time(page)).toHaveText(/^(10:00|09:[345]\d)$/);
    await clock.forward(600);
    await expect(page.locator('.ring-word')).toHaveText('Long break');
    await button(page, 'Skip the break').click();
    await expect(button(page, 'Start')).toBeVisible();
    expect((await bare.get('/sessions')).sessions.map((one) => one.completed)).toEqual([true, true]);
  });

  test('giving up asks, and says what becomes of the plant', async ({ page, bare, context }) => {
    const clock = await setBack(context, 10);
    await open(page, bare, '/focus');
    await button(page, 'Start').click();
    await button(page, 'Give up').click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText('leaves no trace');
    await expect(question.getByRole('button', { name: 'Go on' })).toBeFocused();
    await clock.forward(60);
    await expect(question).toContainText('withers');
    await question.getByRole('button', { name: 'Go on' }).click();
    await expect(button(page, 'Complete')).toBeVisible();
    await page.keyboard.press('x');
    await clock.forward(120);
    await question.getByRole('button', { name: 'Give up' }).click();
    await expect(page.locator('.timer-after')).toContainText('Given up.');
    await expect(page.locator('.session')).toHaveAttribute('class', /is-abandoned/);
    const { sessions } = await bare.get('/sessions');
    expect(sessions[0]).toMatchObject({ abandoned: true, completed: false });
    expect(await bare.get(`/garden/session/${sessions[0].id}`)).toMatchObject({ withered: true });
  });

  test('by keys', async ({ page, bare, context }) => {
    const clock = await setBack(context, 520 / 60);
    await open(page, bare, '/devices');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await expect(page).toHaveURL(/\/focus$/);
    await ready(page);
    await page.keyboard.press('t');
    await expect(button(page, 'Complete')).toBeVisible();
    await page.keyboard.press('x');
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await clock.forward(400);
    await page.getByRole('heading', { name: 'Focus', level: 1 }).focus();
    await page.keyboard.press('Space');
    await expect(page.locator('#timer-done')).toContainText('8 m done');
    // From any other page, t leads to the timer.
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await ready(page);
    await page.keyboard.press('t');
    await expect(page).toHaveURL(/\/focus$/);
    await ready(page);
    await page.keyboard.press('t');
    await expect(button(page, 'Complete')).toBeVisible();
    await clock.forward(120);
    await page.keyboard.press('c');
    await expect(page.locator('#timer-done')).toContainText('2 m done');
  });

  test('an open end counts up, and what was started elsewhere is shown', async ({ page, bare, context, expected }) => {
    expected.push('409');
    await setBack(context, 0);
    await open(page, bare, '/focus');
    await button(page, 'Open end').click();
    await expect(time(page)).toHaveText('00:00');
    await bare.call('POST', '/sessions', {
      body: { label: 'On the phone', started_at: new Date(Date.now() - 65 * 60_000).toISOString() },
    });
    await button(page, 'Start').click();
    await expect(page.locator('.timer-label')).toContainText('On the phone');
    await expect(time(page)).toHaveText(/^1:05:\d\d$/);
    await expect(page.locator('.ring-word')).toHaveText('so far');
  });

  test('a notification comes when it was asked for', async ({ page, bare, context }) => {
    await context.grantPermissions(['notifications']);
    await page.addInitScript(() => {
      globalThis.shown = [];
      globalThis.Notification = class {
        static permission = 'granted';
        static requestPermission = async () => 'granted';
        constructor(title, { body }) {
          globalThis.shown.push([title, body]);
        }
      };
    });
    const clock = await setBack(context, 25);
    await open(page, bare, '/focus');
    await page.getByText('Breaks and signals').click();
    await page.getByLabel('Notification when the time is up').check();
    await page.locator('#focus-label').fill('<b>Tides</b>');
    await button(page, 'Start').click();
    await expect(button(page, 'Complete')).toBeVisible();
    await clock.forward(1500);
    await expect(page.locator('#timer-done')).toBeVisible();
    expect(await page.evaluate(() => globalThis.shown)).toEqual([
      ['Focus session complete', '<b>Tides</b>: 25 minutes'],
    ]);
  });
});

test('what another device starts appears by itself', async ({ page, bare }) => {
  await open(page, bare, '/focus');
  await expect(live(page)).toBeVisible();
  const session = await bare.call('POST', '/sessions', { body: { duration_min: 25, label: 'On the phone' } });
  await expect(page.locator('.timer-label')).toContainText('On the phone');
  await bare.call('PATCH', `/sessions/${session.id}`, { body: { completed: true } });
  await expect(button(page, 'Start')).toBeVisible();
});

test('what a session brought is told, whether its points or word of its end come first', async ({ page, bare }) => {
  const started_at = new Date(Date.now() - 10 * 60_000).toISOString();
  const { id } = await bare.call('POST', '/sessions', { body: { duration_min: 25, started_at } });
  await open(page, bare, '/focus');
  await expect(page.locator('.timer-label')).toBeVisible();
  await expect(live(page)).toBeVisible();
  let release = () => {};
  const held = new Promise((resolve) => (release = resolve));
  // What the timer asks, and not the list.
  await page.route('**/api/v1/sessions?limit=20', (route) => held.then(() => route.continue()));
  const points = page.waitForResponse(
    async (answer) => answer.url().endsWith('/stats/me') && (await answer.json()).xp_points === 10,
  );
  await bare.call('PATCH', `/sessions/${id}`, { body: { completed: true } });
  await points;
  release();
  await expect(page.locator('#timer-done')).toContainText('10 m done');
  await expect(page.locator('#timer-done')).toContainText('+10 points');
});

test('an answer that comes late does not take the place of a newer one', async ({ page, bare }) => {
  await open(page, bare, '/focus');
  await expect(live(page)).toBeVisible();
  const today = page.locator('#focus-today');
  await expect(today).toHaveAttribute('value', '0');
  const { held, letGo } = await keepBack(page, '**/api/v1/stats/daily/*');
  await addSessions(bare, [{ ago: 20, minutes: 3 }]);
  await expect.poll(() => held.length).toBe(1);
  await addSessions(bare, [{ ago: 10, minutes: 7 }]);
  await expect.poll(() => held.length).toBe(2);
  await letGo(1);
  await expect(today).toHaveAttribute('value', '10');
  await letGo(0, 1);
  await expect(today).toHaveAttribute('value', '10');
});

test('what runs is what the newest answer says, though an older one came before it', async ({ page, bare }) => {
  const { id } = await bare.call('POST', '/sessions', { body: { duration_min: 25 } });
  await open(page, bare, '/focus');
  await expect(live(page)).toBeVisible();
  await expect(button(page, 'Complete')).toBeVisible();
  const { held, letGo } = await keepBack(page, '**/api/v1/sessions?limit=20');
  await bare.call('PATCH', `/sessions/${id}`, { body: { label: 'Tides' } });
  await expect.poll(() => held.length).toBe(1);
  await bare.call('PATCH', `/sessions/${id}`, { body: { completed: true } });
  await expect.poll(() => held.length).toBe(2);
  await letGo(0, 1);
  await expect(page.locator('.timer-label')).toContainText('Tides');
  await letGo(1);
  await expect(button(page, 'Start')).toBeVisible();
});

test('the first view asks for two things', async ({ page, bare }) => {
  await addSessions(bare, [{ ago: 5 }]);
  await open(page, bare, '/settings');
  const asked = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    // The page before may just have begun to listen.
    if (pathname.startsWith('/api/') && !pathname.endsWith('/live')) asked.push(pathname.replace('/api/v1', ''));
  });
  const held = [];
  await page.route(/\/api\/v1\/(stats\/(me|hours|trends)|garden|users)/, (route) => held.push(route));
  await page.goto(`${bare.url}/focus`);
  await expect(page.locator('#focus-today')).toHaveAttribute('value', '25');
  expect(asked.slice(0, 3).sort()).toEqual(['/auth/refresh', '/sessions', '/stats/daily/366']);
  for (const route of held) await route.continue();
  await page.unrouteAll({ behavior: 'wait' });
});

test('the figures and charts are the API’s', async ({ page, bare }) => {
  await addSessions(bare, [
    { ago: 10 * DAY, minutes: 50 },
    { ago: 2 * DAY, minutes: 50 },
    { ago: DAY },
    { ago: DAY + 60, minutes: 10, completed: false },
  ]);
  await open(page, bare, '/focus');
  await expect(page.locator('#focus-streak')).toHaveAttribute('value', '2');
  await expect(page.locator('#focus-level')).toHaveAttribute('value', '1');
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '125');
  const { daily_stats: days } = await bare.get('/stats/daily/366');
  const year = page.locator('section[aria-labelledby="focus-year-title"]');
  await year.getByRole('button', { name: 'Table' }).click();
  const shown = await year.locator('td data').evaluateAll((all) => all.map((one) => Number(one.value) / 60));
  expect(shown).toEqual(days.slice(0, shown.length).map((one) => one.focus_min));
  await year.getByRole('button', { name: 'Table' }).click();
  const map = page.getByRole('slider', { name: 'Day of the year' });
  await map.focus();
  await page.keyboard.press('ArrowUp');
  await expect(map).toHaveAttribute('aria-valuetext', /25 minutes, 1 session$/);
  const hours = page.getByRole('slider', { name: 'Hour of the day' });
  await hours.focus();
  await page.keyboard.press('End');
  await expect(hours).toHaveAttribute('aria-valuenow', '23');
  await page.getByRole('button', { name: 'Months', exact: true }).click();
  await expect(page.getByRole('slider', { name: 'Months' })).toBeVisible();
});

test.describe('the history', () => {
  test('a label is changed in its place', async ({ page, bare }) => {
    await addSessions(bare, [{ ago: 60, label: 'Before' }, { ago: 120 }]);
    await open(page, bare, '/focus');
    await page.getByRole('button', { name: 'Change the label: Before' }).click();
    await page.locator('#session-label').fill('After');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Change the label: After' })).toBeFocused();
    await page.getByRole('button', { name: 'Change the label: no label' }).click();
    await page.locator('#session-label').fill('Never');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Change the label: no label' })).toBeVisible();
    expect((await bare.get('/sessions')).sessions.map((one) => one.label)).toEqual(['After', null]);
  });

  test('a deletion can be taken back until its word is gone, and is kept when the page is left', async ({
    page,
    bare,
  }) => {
    await addSessions(bare, [
      { ago: 60, label: 'One' },
      { ago: 120, label: 'Two' },
      { ago: 180, label: 'Three' },
    ]);
    await open(page, bare, '/focus');
    const rows = page.locator('.session');
    await page.getByRole('button', { name: /^Delete: One/ }).click();
    await expect(rows).toHaveCount(2);
    await page.locator('.toasts').getByRole('button', { name: 'Undo' }).click();
    await expect(rows).toHaveCount(3);
    await page.getByRole('button', { name: /^Delete: Two/ }).click();
    await page.keyboard.press('u');
    await expect(rows).toHaveCount(3);
    expect((await bare.get('/sessions')).total).toBe(3);
    await page.getByRole('button', { name: /^Delete: One/ }).click();
    await page.locator('.toast-line').getByRole('button', { name: 'Close' }).click();
    await expect.poll(async () => (await bare.get('/sessions')).total).toBe(2);
    await page.getByRole('button', { name: /^Delete: Two/ }).click();
    await page.goto('about:blank');
    await expect.poll(async () => (await bare.get('/sessions')).sessions.map((one) => one.label)).toEqual(['Three']);
  });

  test('a session is added after the fact, in the zone of the account', async ({ page }) => {
    const account = await Account.make(process.env.ALMANAC_URL, { timezone: 'Asia/Kolkata' });
    await open(page, account, '/focus');
    await page.getByRole('button', { name: 'Add a session' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Asia/Kolkata');
    await dialog.getByLabel('What for').fill('Reading');
    await dialog.getByLabel('Began').fill(`${day(-2)}T10:00`);
    await dialog.getByLabel('Ended').fill(`${day(-2)}T09:00`);
    await dialog.getByRole('button', { name: 'Add' }).click();
    await expect(dialog.locator('#add-ended_at-wrong')).toContainText('after it began');
    await dialog.getByLabel('Ended').fill(`${day(-2)}T10:50`);
    await dialog.getByRole('button', { name: 'Add' }).click();
    await expect(page.locator('.session')).toContainText('Reading');
    await expect(page.locator('.session-time')).toHaveText('10:00 to 10:50');
    const { sessions } = await account.get('/sessions');
    expect(sessions[0]).toMatchObject({ started_at: `${day(-2)}T04:30:00Z`, focus_min: 50, completed: true });
  });

  test('all of it becomes a file', async ({ page, bare }) => {
    await addSessions(
      bare,
      Array.from({ length: 105 }, (_, index) => ({ ago: 30 * index + 5, label: index ? null : '=1+1' })),
    );
    await open(page, bare, '/focus');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the history as CSV' }).click();
    const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(106);
    expect(lines[1]).toContain("'=1+1");
  });
});

test('the timer is set once for all browsers of a person', async ({ page, bare, browser }) => {
  await open(page, bare, '/focus');
  await page.getByText('Breaks and signals').click();
  await page.getByLabel(/^\s*Break\s/).fill('7');
  await page.getByLabel(/^\s*Break\s/).blur();
  await page.getByRole('button', { name: '50' }).click();
  await expect
    .poll(async () => (await bare.get('/users/me')).settings.timer)
    .toMatchObject({
      short_break_min: 7,
      duration_min: 50,
    });
  const context = await browser.newContext();
  const other = await context.newPage();
  await open(other, bare, '/focus');
  await other.getByText('Breaks and signals').click();
  await expect(other.getByLabel(/^\s*Break\s/)).toHaveValue('7');
  await context.close();
});

test('labels are text wherever they stand', async ({ page, bare }) => {
  const hostile = '<img src=x onerror="alert(1)">"\'><script>alert(1)</script>';
  await addSessions(bare, [
    { ago: 60, label: hostile, plant_type: '<svg onload=alert(1)>' },
    { ago: 120, label: hostile, completed: false },
  ]);
  await bare.call('POST', '/sessions', { body: { duration_min: 25, label: hostile } });
  const clean = async () => {
    expect(await page.locator('img:not([src^="/plants/"], .plant-chosen), iframe, [onerror], [onload]').count()).toBe(
      0,
    );
  };
  await open(page, bare, '/focus');
  await expect(page.locator('.timer-label')).toContainText('<img');
  await expect(page.locator('.session-label').first()).toContainText('<img');
  await fitsItsWidth(page);
  await clean();
  await page.goto(`${bare.url}/garden`);
  await expect(page.locator('.garden-ground .plant')).toHaveCount(3);
  await page.locator('.garden-ground').focus();
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.garden-tip')).toContainText('<');
  await page.getByRole('button', { name: 'Table' }).click();
  await clean();
  await page.goto(`${bare.url}/today`);
  await ready(page);
  await expect(page.locator('.clock')).toHaveAttribute('title', hostile);
  await expect(page.locator('.tl-name')).toContainText('Focus');
  await page.keyboard.press('z');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
  await expect(page.locator('.tl-tip')).toContainText('<img');
  await clean();
});

test('the day’s timeline has a lane of focus, and what runs grows', async ({ page, bare }) => {
  await addSessions(bare, [
    { ago: DAY, label: 'Seen through' },
    { ago: DAY + 90, label: 'Left', completed: false, minutes: 10 },
  ]);
  await open(page, bare, `/day/${day(-1)}`);
  await expect(page.locator('.tl-name')).toContainText('Focus');
  await page.keyboard.press('z');
  await page.keyboard.press('End');
  await expect(page.locator('.tl-tip')).toContainText('Seen through');
  await expect(page.locator('.tl-tip')).toContainText('completed');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.tl-tip')).toContainText('given up');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/focus$/);
});
