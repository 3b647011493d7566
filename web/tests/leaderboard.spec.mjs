// The leaderboard: who is on it, in which order, and where one stands oneself.

import { Account } from './account.mjs';
import { expect, noonZone, open, ready, test } from './almanac.mjs';
import { Server } from './server.mjs';
import { DAY, addSessions } from './focus.mjs';

/** A server of its own: who else has an account would be on the boards. */
let server;
test.beforeAll(async () => {
  server = await Server.fresh();
});
test.afterAll(() => server?.remove());

const names = (page) => page.locator('.board-name .wrap');

test('four boards, shared ranks, the own row and its place', async ({ page }) => {
  test.setTimeout(90_000);
  const people = {};
  for (const [name, sessions] of Object.entries({
    ada: [
      { ago: 60, minutes: 50 },
      { ago: DAY, minutes: 50 },
      { ago: 2 * DAY, minutes: 50 },
    ],
    grace: [{ ago: 60, minutes: 60 }],
    linus: [{ ago: 60, minutes: 60 }],
    mira: [
      { ago: 60, minutes: 10 },
      { ago: 400 * DAY, minutes: 100 },
    ],
  })) {
    people[name] = await Account.make(server.url, {
      username: name,
      email: `${name}@example.org`,
      timezone: noonZone(),
    });
    await addSessions(people[name], sessions);
  }
  const hidden = await Account.make(server.url, { username: 'quiet', email: 'quiet@example.org' });
  await addSessions(hidden, [{ ago: 60, minutes: 400 }]);
  await hidden.call('PATCH', '/users/me', { body: { settings: { public_profile: false } } });

  // Others' figures may be a minute old.
  await expect
    .poll(async () => (await people.mira.get('/leaderboard/xp')).leaderboard.map((row) => row.username), {
      timeout: 70_000,
    })
    .toEqual(['ada', 'mira', 'grace', 'linus']);
  await open(page, people.mira, '/leaderboard');
  await expect(names(page)).toHaveText(['ada', 'mira', 'grace', 'linus']);
  await expect(page.locator('.board-rank')).toHaveText(['1', '2', '3', '3']);
  await expect(page.locator('.is-me')).toContainText('mira');
  await expect(page.locator('.is-me')).toContainText('110 points');
  await expect(page.locator('.board h2')).toContainText('you are number 2');
  await expect(page.locator('.together')).toContainText('Everybody together');
  await expect(page.locator('.board-hint')).toHaveCount(0);

  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/\/leaderboard\/focus-time$/);
  await page.getByRole('link', { name: 'This month' }).click();
  await expect(page).toHaveURL(/period=month$/);
  await expect(page.locator('.is-me data')).toHaveAttribute('value', '10');
  await page.getByRole('link', { name: 'Longest streak' }).click();
  await expect(page.locator('.is-me')).toContainText('1 day');
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(page.locator('.is-me')).toContainText('2 sessions');

  // Who hides stands on the own board only, and is told so.
  await open(page, hidden, '/leaderboard');
  await expect(page.locator('.board-hint')).toContainText('Your profile is hidden');
  await expect(page.locator('.is-me.is-apart')).toContainText('quiet');
  await page.getByRole('link', { name: 'Make it public' }).click();
  await expect(page).toHaveURL(/\/settings$/);
});

test('who is not among the first sees the own row below them', async ({ page }) => {
  const me = await Account.make(server.url, { username: 'far', email: 'far@example.org' });
  const row = (rank, username, user_id) => ({ rank, username, user_id, lvl: 1, xp_points: 1000 - rank });
  const leaderboard = Array.from({ length: 50 }, (_, index) => row(index + 1, `<b>${index}</b>`, `u${index}`));
  await page.route('**/api/v1/leaderboard/xp*', (route) =>
    route.fulfill({
      json: {
        leaderboard,
        current_user_rank: 812,
        current_user: row(812, 'far', me.id),
        total_users: 9000,
        period: 'all',
      },
    }),
  );
  await open(page, me, '/leaderboard');
  await expect(page.locator('.board tbody tr')).toHaveCount(51);
  await expect(page.locator('.board tbody tr').last()).toContainText('far');
  await expect(page.locator('.board tbody tr').last()).toContainText('812');
  await expect(names(page).first()).toHaveText('<b>0</b>');
});

test('a board that nobody is on says what opens it', async ({ page }) => {
  const me = await Account.make(server.url, { username: 'first', email: 'first@example.org' });
  await page.route('**/api/v1/leaderboard/sessions*', (route) =>
    route.fulfill({
      json: {
        leaderboard: [],
        current_user_rank: 1,
        current_user: { rank: 1, username: 'first', user_id: me.id, lvl: 1, total_sessions: 0 },
        total_users: 0,
        period: 'week',
      },
    }),
  );
  await open(page, me, '/leaderboard/sessions?period=week');
  await expect(page.getByRole('heading', { name: 'Nobody is on this board yet this week' })).toBeVisible();
  await ready(page);
});
