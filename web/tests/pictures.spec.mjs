import { day, dayOfBoth, expect, fitsItsWidth, open, test } from './almanac.mjs';

const pages = [
  ['today', () => '/today'],
  ['day', (both) => `/day/${both}`],
  ['week', () => `/week/${day(-7)}`],
  ['devices', () => '/devices'],
  ['settings', () => '/settings'],
];

for (const theme of ['light', 'dark']) {
  for (const width of [360, 768, 1440]) {
    test(`${theme} at ${width} px`, async ({ page, account }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: width < 500 ? 780 : 900 });
      await page.goto(account.url);
      await expect(page.getByLabel('Pairing link or device key')).toBeVisible();
      await fitsItsWidth(page);
      await page.screenshot({ path: `screenshots/${theme}-${width}-pairing.png`, fullPage: true });
      const both = await dayOfBoth(account);
      for (const [name, address] of pages) {
        await open(page, account, address(both));
        await page.waitForLoadState('networkidle');
        await fitsItsWidth(page);
        await page.screenshot({ path: `screenshots/${theme}-${width}-${name}.png`, fullPage: true });
      }
    });
  }
}
