// The pictures of the documents: what `almanac demo` shows. `npm run images`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Account, call } from './account.mjs';
import { expect, ready, test } from './almanac.mjs';

const folder = new URL('../../docs/images/', import.meta.url).pathname;
const url = () => process.env.ALMANAC_URL;

/** The demo's person, their password, and the day of the last six that was used most. */
let demo;
test.beforeAll(async () => {
  const binary = resolve(import.meta.dirname, '..', process.env.ALMANAC_BIN ?? '../target/debug/almanac');
  const data = mkdtempSync(join(tmpdir(), 'almanac-demo-'));
  execFileSync(binary, ['demo', '--url', url(), '--timezone', 'UTC'], { env: { ...process.env, ALMANAC_DATA: data } });
  const body = { username: 'demo', password: readFileSync(join(data, 'demo.key'), 'utf8') };
  const { access_token: token } = await call(url(), 'POST', '/auth/login', { body });
  const { days } = await call(url(), 'GET', '/stats/week', { token });
  const [most] = days.slice(0, 6).sort((a, b) => b.active_seconds - a.active_seconds);
  demo = { ...body, date: most.date };
});

for (const theme of ['light', 'dark']) {
  test(`pictures, ${theme}`, async ({ page, browser }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: theme });
    const take = async (from, name) => {
      await ready(from);
      await from.waitForLoadState('networkidle');
      await from.screenshot({ path: `${folder}${name}-${theme}.png` });
    };
    await page.goto(url());
    await take(page, 'sign-in');
    const { username, password, date } = demo;
    await page.getByLabel('Username or e-mail').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await expect(page.locator('.rail')).toBeVisible();
    const picture = async (name, path) => {
      await page.goto(url() + path);
      await take(page, name);
    };
    const addDevice = async (name) => {
      await page.goto(`${url()}/devices`);
      await ready(page);
      await page.getByRole('button', { name: 'Add a device' }).click();
      await expect(page.locator('.qr')).toBeVisible();
      await take(page, name);
    };
    await picture('today', `/day/${date}`);
    await picture('week', `/week/${date}`);
    await picture('settings', '/settings');
    await picture('settings-sign-in', '/settings/sign-in');
    await addDevice('devices');
    await page.setViewportSize({ width: 390, height: 844 });
    await picture('phone', `/day/${date}`);
    await picture('phone-settings', '/settings');
    await addDevice('phone-devices');

    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1440, height: 900 } });
    await (await Account.admin()).signIn(context);
    const admins = await context.newPage();
    for (const [name, path] of [
      ['admin-users', '/admin'],
      ['admin-server', '/admin/server'],
    ]) {
      await admins.goto(url() + path);
      await take(admins, name);
    }
    await context.close();
  });
}
