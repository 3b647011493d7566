// The README's pictures: `npm run images`.

import { day, dayOfBoth, open, test } from './almanac.mjs';

const folder = new URL('../../docs/images/', import.meta.url).pathname;

for (const theme of ['light', 'dark']) {
  test(`pictures, ${theme}`, async ({ page, account }) => {
    await page.emulateMedia({ colorScheme: theme });
    const both = await dayOfBoth(account);
    for (const [name, path] of [
      ['today', `/day/${both}`],
      ['week', `/week/${day(-7)}`],
    ]) {
      await open(page, account, path);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: `${folder}${name}-${theme}.png` });
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, account, `/day/${both}`);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${folder}phone-${theme}.png` });
  });
}
