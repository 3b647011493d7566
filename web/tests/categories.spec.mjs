import { day, expect, keepBack, open, test } from './almanac.mjs';

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
  // 50 - 25 × (30 + 10) × 2 / 60.
  await expect(page.locator('.categories-score b')).toHaveText('17', { timeout: 5000 });
  await expect(page.locator('.category-row').first()).toContainText(name);
  expect(await page.locator('img').count()).toBe(0);
});

test('without evidence there is no score', async ({ page, bare }) => {
  const at = (/** @type {string} */ time) => `${day(-1)}T${time}:00Z`;
  await bare.upload(bare.devices[0], [{ app: 'unknown', started_at: at('10:00'), ended_at: at('10:30') }]);
  await open(page, bare, `/day/${day(-1)}`);
  await expect(page.locator('.categories-score')).toContainText('No score');
});

test.describe('the editor', () => {
  const row = (page, name) => page.locator('.category-open', { hasText: name });
  const score = (page) => page.locator('#preview-score');
  /** What is kept, as names and rules. */
  const kept = async (account) => (await account.get('/categories')).categories;

  test('what is changed is tried at once, kept when it is saved, and taken back', async ({ page, bare }) => {
    await upload(bare);
    await open(page, bare, `/day/${day(-1)}`);
    await page.getByRole('link', { name: 'Edit' }).click();
    await expect(score(page)).toHaveText('67');
    await row(page, 'Coding').click();
    await page.getByLabel('What its time is worth').selectOption({ label: 'very distracting' });
    // 50 - 25 × (30 × 2 + 10 × 2) / 60, of which 20 are in no category.
    await expect(score(page)).toHaveText('17');
    await expect(page.locator('.preview-score')).toContainText('67 as it is saved');
    await page.getByLabel('Name', { exact: true }).fill('Reading manuals');
    await expect(row(page, 'Reading manuals')).toBeVisible();
    // The greatest that has no category gets one with a tap.
    await page.getByLabel('Put somewhere.example into a category').selectOption({ label: 'Learning' });
    await expect(page.getByText('2 apps and sites move')).toBeVisible();
    expect((await bare.get('/categories')).own).toBe(false);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Categories saved.')).toBeVisible();
    const [work] = await kept(bare);
    expect(work.children[0]).toMatchObject({ name: 'Reading manuals', weight: -2 });
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(row(page, 'Coding')).toBeVisible();
    expect((await bare.get('/categories')).own).toBe(false);
  });

  test('what is wrong is told at its place, and is not saved', async ({ page, bare, expected }) => {
    expected.push('422');
    await upload(bare);
    const categories = [
      { name: 'One', rules: [{ domain: 'docs.rs' }] },
      { name: 'Two', children: [{ name: 'In' }] },
    ];
    await bare.call('PATCH', '/users/me', { body: { settings: { categorization: { mine: 1, categories } } } });
    await open(page, bare, '/categories');
    await row(page, 'One').click();
    await page.getByLabel('What the new rule looks at').selectOption({ label: 'Title matches' });
    await page.getByPlaceholder('A name, a site').fill('(');
    await page.keyboard.press('Enter');
    await expect(page.getByText('This is no regular expression, or too large a one.')).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Two');
    await expect(page.getByText('There is another of this name beside it.')).toHaveCount(0);
    await row(page, 'Two').last().click();
    await expect(page.getByText('There is another of this name beside it.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
    // The last two changes, taken back by a key.
    await row(page, 'Two').last().focus();
    await page.keyboard.press('u');
    await page.keyboard.press('u');
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0);
    await row(page, 'In').click();
    await page.getByLabel('Where it stands').selectOption({ label: 'In One' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Categories saved.')).toBeVisible();
    expect((await kept(bare)).map(({ name, children = [] }) => [name, ...children.map((one) => one.name)])).toEqual([
      ['One', 'In'],
      ['Two'],
    ]);
    // What other clients keep there stays.
    expect((await bare.get('/users/me')).settings.categorization.mine).toBe(1);
  });

  test('what is not saved is kept, however fast one leaves', async ({ page, bare }) => {
    const { held, letGo } = await keepBack(page, '**/api/v1/users/me');
    await open(page, bare, '/categories');
    const go = (name) => page.locator('.rail').getByRole('link', { name }).click();
    const first = page.locator('.category-open').first();
    const before = await first.textContent();
    await first.click();
    await page.getByRole('button', { name: 'Move down' }).click();
    await expect(first).not.toHaveText(before);
    const after = await first.textContent();
    // Before it is known here whose account it is.
    await expect.poll(() => held.length).toBe(1);
    await go('Devices');
    await expect(page.getByRole('heading', { name: 'Devices', level: 1 })).toBeVisible();
    await letGo(0);
    await page.unroute('**/api/v1/users/me');
    // Back, and away again before the page has been there.
    const categories = await keepBack(page, '**/api/v1/categories');
    await page.goBack();
    await expect.poll(() => categories.held.length).toBe(1);
    await go('Devices');
    await categories.letGo(0);
    await page.unroute('**/api/v1/categories');
    await page.goBack();
    await expect(first).toHaveText(after);
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeVisible();
  });

  test('keys alone are enough, and what is not saved is still there later', async ({ page, bare }) => {
    await bare.call('PATCH', '/users/me', {
      body: { settings: { categorization: { categories: [{ name: 'One' }, { name: 'Two' }] } } },
    });
    await open(page, bare, '/categories');
    await row(page, 'One').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Move up' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('.category-open').first()).toContainText('Two');
    // At the top there is only the way down.
    await expect(page.getByRole('button', { name: 'Move down' })).toBeFocused();
    await page.getByRole('button', { name: 'Add one inside' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.type('Three');
    await page.locator('.rail').getByRole('link', { name: 'Devices' }).click();
    await expect(page.getByRole('heading', { name: 'Devices', level: 1 })).toBeVisible();
    await page.goBack();
    await expect(page.locator('.category-open')).toHaveText([/Two/, /Three/, /One/]);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Categories saved.')).toBeVisible();
    expect(await kept(bare)).toEqual([{ name: 'Two', children: [{ name: 'Three' }] }, { name: 'One' }]);
    await page.getByRole('button', { name: 'Restore the original' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore the original' }).click();
    await expect(row(page, 'Coding')).toBeVisible();
    // What was saved before can be undone as well.
    await expect(page.getByText('The original categories count again.')).toBeVisible();
    expect((await bare.get('/categories')).own).toBe(false);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await expect(page.locator('.category-open')).toHaveText([/Two/, /Three/, /One/]);
  });
});
