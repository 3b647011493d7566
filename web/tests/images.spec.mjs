// The README's pictures: what `almanac demo` shows. `npm run images`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, ready, test } from './almanac.mjs';

const folder = new URL('../../docs/images/', import.meta.url).pathname;

/** Loads the demo; gives its pairing link and the day of the last six that was used most. */
async function demo(url) {
  const binary = resolve(import.meta.dirname, '..', process.env.ALMANAC_BIN ?? '../target/debug/almanac');
  const env = { ...process.env, ALMANAC_DATA: mkdtempSync(join(tmpdir(), 'almanac-demo-')) };
  const said = execFileSync(binary, ['demo', '--url', url, '--timezone', 'UTC'], { env, encoding: 'utf8' });
  const link = said.trim().split('\n').at(-1);
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ platform: 'browser', device_key: link.split('#pair=')[1] });
  const registered = await fetch(`${url}/api/v1/devices/register`, { method: 'POST', headers, body });
  const { access_token } = await registered.json();
  const asked = await fetch(`${url}/api/v1/stats/week`, { headers: { Authorization: `Bearer ${access_token}` } });
  const { days } = await asked.json();
  const [most] = days.slice(0, 6).sort((a, b) => b.active_seconds - a.active_seconds);
  return { link, date: most.date };
}

for (const theme of ['light', 'dark']) {
  test(`pictures, ${theme}`, async ({ page }) => {
    const url = process.env.ALMANAC_URL;
    const { link, date } = await demo(url);
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(link);
    await expect(page.locator('.rail')).toBeVisible();
    const picture = async (name, path) => {
      await page.goto(url + path);
      await ready(page);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: `${folder}${name}-${theme}.png` });
    };
    await picture('today', `/day/${date}`);
    await picture('week', `/week/${date}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await picture('phone', `/day/${date}`);
  });
}
