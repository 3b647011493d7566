import { day, expect, open, ready, test } from './almanac.mjs';

test('the whole of it goes by keys', async ({ page, account }) => {
  await open(page, account, `/day/${day(-4)}`);
  await page.keyboard.press('?');
  await expect(page.getByRole('heading', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  const steps = [
    [['ArrowLeft'], `/day/${day(-5)}`],
    [['ArrowRight'], `/day/${day(-4)}`],
    [['w'], '/week/'],
    [['ArrowLeft'], '/week/'],
    [['d'], '/day/'],
    [['g', 'd'], '/devices'],
    [['g', 's'], '/settings'],
    [['g', 'w'], '/week'],
    [['g', 't'], '/today'],
  ];
  for (const [keys, address] of steps) {
    for (const key of keys) await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(address));
    await ready(page);
  }
});

test('a new page puts the focus on its heading, and the first Tab skips to the content', async ({ page, account }) => {
  await open(page, account, '/today');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page.getByRole('heading', { name: 'Devices', level: 1 })).toBeFocused();
});

test('every control can be reached and left by Tab', async ({ page, account }) => {
  await open(page, account, `/day/${day(-4)}`);
  const seen = new Set();
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const one = document.activeElement;
      return one && one !== document.body
        ? `${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent?.trim()}`
        : '';
    });
    if (seen.has(name) && name.includes('Skip')) break;
    seen.add(name);
  }
  const all = [...seen].join('\n');
  for (const wanted of [
    'Skip to content',
    'Week',
    'Settings',
    'Signed in as',
    'Day before',
    'Pick a date',
    'Theme',
    'Timeline by device',
    'Hour of the day',
    'Zoom in',
    'show its sessions',
  ]) {
    expect(all).toContain(wanted);
  }
});

test('a dialog gives the focus back to what opened it', async ({ page, account }) => {
  await open(page, account, `/day/${day(-4)}`);
  const row = page.locator('.app-row').first();
  await row.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row).toBeFocused();
});

test('typing is typing, and single keys can be turned off', async ({ page, account }) => {
  await open(page, account, `/day/${day(-4)}`);
  await page.keyboard.press('/');
  await page.keyboard.type('gd?');
  await expect(page.locator('#app-search')).toHaveValue('gd?');
  await expect(page).toHaveURL(/\/day\//);
  await page.goto(`${account.url}/settings`);
  await ready(page);
  await page.getByLabel(/Single-key shortcuts/).uncheck();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).click();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeHidden();
});
