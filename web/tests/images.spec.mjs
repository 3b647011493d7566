// The pictures of the documents: what `almanac demo` shows. `npm run images`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Account, call } from './account.mjs';
import { expect, ready, settled, test } from './almanac.mjs';
import { DAY, addSessions } from './focus.mjs';

const folder = new URL('../../docs/images/', import.meta.url).pathname;
const url = () => process.env.ALMANAC_URL;

/** The demo's person, their password, and the day of the last six that was used most. */
let demo;
test.beforeAll(async () => {
  const binary = resolve(import.meta.dirname, '..', process.env.ALMANAC_BIN ?? '../target/debug/almanac');
  const data = mkdtempSync(join(tmpdir(), 'almanac-demo-'));
  execFileSync(binary, ['demo', '--url', url(), '--timezone', 'UTC'], { env: { ...process.env, ALMANAC_DATA: data } });
  const body = { username: 'demo', password: readFileSync(join(data, 'demo.key'), 'utf8').trim() };
  const signedIn = await call(url(), 'POST', '/auth/login', { body });
  const { days } = await call(url(), 'GET', '/stats/week', { token: signedIn.access_token });
  const [most] = days.slice(0, 6).sort((a, b) => b.active_seconds - a.active_seconds);
  demo = { ...signedIn, ...body, date: most.date };
  await addOthers();
  await call(url(), 'POST', '/sessions', {
    token: signedIn.access_token,
    body: {
      duration_min: 25,
      label: 'The chapter on tides',
      plant_type: 'rose',
      started_at: new Date(Date.now() - 16 * 60_000).toISOString(),
    },
  });
});

/** People for the leaderboard. */
async function addOthers() {
  const names = ['ada', 'grace', 'katherine', 'radia', 'barbara', 'hedy', 'mary', 'joan'];
  for (const [index, username] of names.entries()) {
    const person = await Account.make(url(), { username, email: `${username}@example.org` });
    await addSessions(
      person,
      Array.from({ length: 16 - index * 2 }, (_, back) => ({ ago: back * DAY + 30, minutes: 50 - index * 3 })),
    );
  }
}

/** What is taken, wide and narrow: whose page, its name, its address, and what is done there first. */
const pages = [
  ['nobody', 'sign-in', () => '/'],
  ['nobody', 'register', () => '/register'],
  ['demo', 'today', (date) => `/day/${date}`],
  ['demo', 'week', (date) => `/week/${date}`],
  ['demo', 'focus', () => '/focus', shows('.timer-label')],
  ['demo', 'garden', () => '/garden/year', shows('.garden-ground .plant')],
  ['demo', 'leaderboard', () => '/leaderboard', shows('.together')],
  ['demo', 'devices', () => '/devices', addDevice],
  ['demo', 'settings', () => '/settings'],
  ['demo', 'settings-sign-in', () => '/settings/sign-in'],
  ['admin', 'admin-users', () => '/admin'],
  ['admin', 'admin-devices', () => '/admin/devices'],
  ['admin', 'admin-audit', () => '/admin/audit'],
  ['admin', 'admin-server', () => '/admin/server'],
];

function shows(selector) {
  return (page) => expect(page.locator(selector).first()).toBeVisible();
}

async function addDevice(page) {
  await page.getByRole('button', { name: 'Add a device' }).click();
  await expect(page.locator('.qr')).toBeVisible();
}

for (const theme of ['light', 'dark']) {
  for (const [shape, width, height] of [
    ['', 1440, 900],
    ['phone-', 390, 844],
  ]) {
    test(`pictures, ${shape}${theme}`, async ({ browser }) => {
      test.setTimeout(120_000);
      const options = { colorScheme: theme, viewport: { width, height }, locale: 'en-GB', timezoneId: 'UTC' };
      const people = { nobody: null, demo: new Account(url(), demo), admin: await Account.admin() };
      for (const [who, person] of Object.entries(people)) {
        const context = await browser.newContext(options);
        await person?.signIn(context);
        const page = await context.newPage();
        for (const [, name, path, act] of pages.filter(([whose]) => whose === who)) {
          await page.goto(url() + path(demo.date));
          await ready(page);
          await act?.(page);
          await settled(page);
          await page.screenshot({ path: `${folder}${shape}${name}-${theme}.png` });
        }
        await context.close();
      }
    });
  }
}
