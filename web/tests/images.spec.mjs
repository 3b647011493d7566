// The pictures of the documents: what `almanac demo` shows. `npm run images`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Account, call } from './account.mjs';
import { expect, ready, settled, test } from './almanac.mjs';
import { DAY, addSessions } from './focus.mjs';
import { addEntries } from './time.mjs';

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
  demo.meter = await addMeter(signedIn.access_token);
  await addOthers();
  const tracked = new Account(url(), demo);
  const { projects } = await tracked.get('/projects');
  const { id: project_id } = projects.find(({ hourly_rate: rate }) => rate);
  await addEntries(tracked, [{ ago: 12, description: 'Read proofs', project_id, tags: ['maps'], billable: true }]);
  demo.endpoint = await addDeliveries(tracked);
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

/** Endpoints of webhooks, and what was delivered to one. */
async function addDeliveries(account) {
  const add = (name, scheme) => account.call('POST', '/webhook-endpoints', { body: { name, scheme } });
  await add('Tide tables on GitHub', 'github');
  await add('Backup', 'standard');
  const { id, url: path, secret } = await add('Home automation', 'secret-header');
  for (const event of [
    { type: 'door.opened', data: {} },
    {
      type: 'consumption.recorded',
      data: { consumption_type: 'gas', amount: 4.2, unit: 'm3', consumption_date: '2024-01-01' },
    },
    {
      type: 'time_entry.created',
      data: { project: 'Greenhouse', start_time: '2024-01-01T09:00:00Z', end_time: '2024-01-01T10:00:00Z' },
    },
    { type: 'notification', data: { title: 'The washing machine is done', text: 'Programme 4, 1 h 52 min' } },
  ]) {
    const headers = { 'content-type': 'application/json', 'x-webhook-secret': secret };
    const { status } = await fetch(url() + path, { method: 'POST', headers, body: JSON.stringify(event) });
    expect(status).toBe(202);
  }
  return id;
}

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
  ['demo', 'today', ({ date }) => `/day/${date}`],
  ['demo', 'week', ({ date }) => `/week/${date}`],
  ['demo', 'focus', () => '/focus', shows('.timer-label')],
  ['demo', 'time', () => '/time', shows('.entry-row')],
  ['demo', 'time-report', () => '/time/report', shows('.report-group')],
  ['demo', 'projects', () => '/projects', shows('.project')],
  ['demo', 'garden', () => '/garden/year', shows('.garden-ground .plant')],
  ['demo', 'leaderboard', () => '/leaderboard', shows('.together')],
  ['demo', 'household', () => '/household', shows('.house-profile')],
  ['demo', 'household-records', () => '/household/records', shows('.record')],
  ['demo', 'household-meter', ({ meter }) => `/household/meters/${meter}`, shows('.reading')],
  ['demo', 'household-import', () => '/household/import', chooseFile],
  ['demo', 'browsing', () => '/browsing', openSite],
  ['demo', 'categories', () => '/categories', openCategory],
  ['demo', 'insights', ({ date }) => `/insights/${date}`],
  ['demo', 'report', ({ date }) => `/report?date=${date}`],
  ['demo', 'devices', () => '/devices', addDevice],
  ['demo', 'settings', () => '/settings'],
  ['demo', 'settings-sign-in', () => '/settings/sign-in'],
  ['demo', 'webhooks', () => '/settings/webhooks'],
  ['demo', 'webhook-deliveries', ({ endpoint }) => `/settings/webhooks/${endpoint}`, shows('[data-delivery]')],
  ['admin', 'admin-users', () => '/admin'],
  ['admin', 'admin-devices', () => '/admin/devices'],
  ['admin', 'admin-audit', () => '/admin/audit'],
  ['admin', 'admin-server', () => '/admin/server'],
];

/** A register that went past its end, and a slip. */
async function addMeter(token) {
  const body = { name: 'Cellar', consumption_type: 'gas', unit: 'm3', digits: 5 };
  const { id } = await call(url(), 'POST', '/meters', { token, body });
  const shown = [99_811.4, 99_873.9, 99_936.2, 99_998.8, 63.1, 1250.7, 188.4, 249.9];
  // It hung there before the days of the demo.
  const readings = shown.map((reading, index) => ({
    reading,
    read_at: new Date(Date.UTC(2024, 0, 1 + index * 7, 8, 15)).toISOString(),
  }));
  await call(url(), 'POST', `/meters/${id}/readings`, { token, body: { readings } });
  return id;
}

async function chooseFile(page) {
  const folder = new URL('../../data/household/', import.meta.url).pathname;
  await page.setInputFiles('#import-file', `${folder}gas_313b_hourly_2016.csv.gz`);
  await expect(page.locator('.import-totals')).toBeVisible();
}

function shows(selector) {
  return (page) => expect(page.locator(selector).first()).toBeVisible();
}

async function openSite(page) {
  await page.locator('.domain-row').nth(1).click();
}

async function openCategory(page) {
  await page.locator('.category-open').nth(1).click();
  await expect(page.locator('#preview-score')).toBeVisible();
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
          await page.goto(url() + path(demo));
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
