import { day, expect, open, test } from './almanac.mjs';

/** @param {import('./account.mjs').Account} account */
async function upload(account) {
  const at = (/** @type {string} */ time) => `${day(-1)}T${time}:00Z`;
  await account.upload(account.devices[0], [
    { app: 'docs.rs', kind: 'website', started_at: at('10:00'), ended_at: at('10:30') },
    { app: 'com.reddit.frontpage', started_at: at('11:00'), ended_at: at('11:10') },
    { app: 'somewhere.example', kind: 'website', started_at: at('12:00'), ended_at: at('12:20') },
  ]);
}

test('a day tells what its time was for, and the figures add up', async ({ page, bare }) => {
  await upload(bare);
  await open(page, bare, `/day/${day(-1)}`);
  const card = page.locator('section.card', { has: page.getByRole('heading', { name: /^What it was for/ }) });
  await expect(card.locator('.categories-score b')).toHaveText('67');
  await expect(card).toContainText('30 m productive, 0 s neutral, 10 m distracting');
  const rows = card.locator('.category-row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText('Coding');
  await expect(rows.nth(2)).toContainText('No category');
  const seconds = await rows.locator('data').evaluateAll((all) => all.map((one) => Number(one.getAttribute('value'))));
  const whole = Number(await page.locator('#screen-time').getAttribute('value'));
  expect(seconds.reduce((sum, one) => sum + one, 0)).toBe(whole);
  await expect(page.locator('.app-row', { hasText: 'docs.rs' })).toContainText('Coding');
});

test('other categories are shown once they are kept, and their names are text', async ({ page, bare }) => {
  await upload(bare);
  await open(page, bare, `/day/${day(-1)}`);
  await expect(page.locator('.categories-score b')).toHaveText('67');
  const name = '<img src=x onerror="alert(1)">';
  const categories = [
    { name, color: '#aa3355', weight: -2, rules: [{ domain: 'docs.rs' }, { app: 'com.reddit.frontpage' }] },
  ];
  await bare.call('PATCH', '/users/me', { body: { settings: { categorization: { categories } } } });
  await page.reload();
  // 50 - 25 × (30 + 10) × 2 / 60.
  await expect(page.locator('.categories-score b')).toHaveText('17');
  await expect(page.locator('.category-row').first()).toContainText(name);
  expect(await page.locator('img').count()).toBe(0);
});

test('without evidence there is no score', async ({ page, bare }) => {
  const at = (/** @type {string} */ time) => `${day(-1)}T${time}:00Z`;
  await bare.upload(bare.devices[0], [{ app: 'unknown', started_at: at('10:00'), ended_at: at('10:30') }]);
  await open(page, bare, `/day/${day(-1)}`);
  await expect(page.locator('.categories-score')).toContainText('No score');
});
