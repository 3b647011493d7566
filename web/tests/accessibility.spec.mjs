import AxeBuilder from '@axe-core/playwright';
import { Account } from './account.mjs';
import { addHalfHour } from './browsing.mjs';
import { DAY, addSessions } from './focus.mjs';
import { addDays } from './household.mjs';
import { addEntries, addWork } from './time.mjs';
import { day, dayOfBoth, expect, open, ready, test } from './almanac.mjs';

test.describe.configure({ mode: 'parallel', timeout: 120_000 });

const date = day(-4);

/**
 * Nothing for axe to find: in either theme where the page is wide, in one where it is narrow, which has the same colours.
 * @param {string} [part] only there: what an open menu lies over is no target meanwhile
 */
async function axeFindsNothing(page, part = 'html') {
  // What is about to be drawn anew is pale.
  await expect(page.locator('.stale')).toHaveCount(0);
  const isNarrow = page.viewportSize().width < 500;
  for (const colorScheme of isNarrow ? ['light'] : ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForFunction((theme) => document.documentElement.dataset.bsTheme === theme, colorScheme);
    // Colours fade for a tenth of a second.
    await page.waitForTimeout(200);
    // What passes need not be told, and there are no frames to look into: either takes longer than the rules themselves.
    const axe = new AxeBuilder({ page })
      .options({ resultTypes: ['violations'] })
      .include(part)
      .setLegacyMode();
    // The themes differ in their colours alone.
    if (colorScheme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
    else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    const { violations } = await axe.analyze();
    const found = violations.map(
      ({ id, nodes }) =>
        `${colorScheme} ${id}: ${nodes.map((node) => `${node.html} ${node.any[0]?.message ?? ''}`).join(' | ')}`,
    );
    expect(found).toEqual([]);
  }
}

for (const width of [360, 1440]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 900 } });

    test('pages', async ({ page, account }) => {
      const both = await dayOfBoth(account);
      const paths = [
        '/today',
        `/day/${both}`,
        `/week/${date}`,
        '/devices',
        '/settings',
        '/settings/sign-in',
        '/settings/webhooks',
        '/nowhere',
      ];
      for (const path of paths) {
        await open(page, account, path);
        await axeFindsNothing(page);
      }
    });

    test('before the door', async ({ page, account, expected }) => {
      expected.push('401');
      for (const path of ['/', '/register#invite=K7QM-3XWD-9PLT', '/reset#token', '/reset', '/#pair=K7QM-3XWD']) {
        await page.goto('about:blank');
        await page.goto(account.url + path);
        await expect(page.locator('.door')).toBeVisible();
        await axeFindsNothing(page);
      }
      await page.goto(account.url);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByText('This is needed.').first()).toBeVisible();
      await axeFindsNothing(page);
      await page.getByLabel('Username or e-mail').fill(account.username);
      await page.getByLabel('Password', { exact: true }).fill('not the password');
      await page.keyboard.press('Enter');
      await expect(page.locator('form > .problem')).not.toBeEmpty();
      await axeFindsNothing(page);
    });

    test('the pages of admins', async ({ page }) => {
      const admin = await Account.admin();
      for (const path of ['/admin', '/admin/devices', '/admin/audit', '/admin/server']) {
        await open(page, admin, path);
        await axeFindsNothing(page);
      }
      await page.getByRole('button', { name: 'Table' }).click();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Table' }).click();
      await page.getByRole('button', { name: 'New invite code' }).click();
      await axeFindsNothing(page);
      await open(page, admin, '/admin');
      await page.locator('.device summary').first().click();
      await axeFindsNothing(page, '.menu[open]');
    });

    test('tables, dialogs and what is chosen', async ({ page, account }) => {
      await open(page, account, `/day/${date}`);
      for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
      await axeFindsNothing(page);
      await page.locator('.app-row').first().click();
      await expect(page.getByRole('dialog').locator('tbody tr').first()).toBeVisible();
      await axeFindsNothing(page);
      await page.keyboard.press('Escape');
      for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
      await page.keyboard.press('z');
      await page.keyboard.press('ArrowRight');
      await expect(page.locator('.tl-tip')).toBeVisible();
      await axeFindsNothing(page);
      await page.keyboard.press('Tab');
      await page.keyboard.press('?');
      await axeFindsNothing(page);
      await open(page, account, '/devices');
      await page.locator('.device').first().getByRole('button', { name: 'Delete' }).click();
      await axeFindsNothing(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Add a device' }).click();
      await expect(page.locator('.qr')).toBeVisible();
      await axeFindsNothing(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Claim a device' }).click();
      await axeFindsNothing(page);
      await page.keyboard.press('Escape');
      await page.getByLabel(/^Signed in as/).click();
      await axeFindsNothing(page, '.menu[open]');
      await open(page, account, '/settings/sign-in');
      await page.getByRole('button', { name: 'Delete the account' }).click();
      await axeFindsNothing(page);
    });

    test('focus, the garden and the boards', async ({ page, bare }) => {
      test.setTimeout(180_000);
      await open(page, bare, '/garden');
      await axeFindsNothing(page);
      await addSessions(bare, [{ ago: 5, label: 'Write' }, { ago: 60, completed: false }, { ago: DAY }]);
      for (const path of ['/focus', '/garden', '/leaderboard', '/leaderboard/focus-time']) {
        await open(page, bare, path);
        await axeFindsNothing(page);
      }
      await open(page, bare, '/garden/year');
      await page.locator('.garden-ground').focus();
      await page.keyboard.press('End');
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Table' }).click();
      await axeFindsNothing(page);
      await open(page, bare, '/focus');
      await page.getByText('Breaks and signals').click();
      await page.getByRole('button', { name: 'Custom' }).click();
      for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
      await page.getByRole('button', { name: /^Delete: Write/ }).click();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Add a session' }).click();
      await axeFindsNothing(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Complete' })).toBeVisible();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Give up' }).click();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('button', { name: 'Complete' }).click();
      await expect(page.locator('#timer-done')).toBeVisible();
      await axeFindsNothing(page);
    });

    test('time, projects and reports', async ({ page, bare }) => {
      test.setTimeout(240_000);
      for (const path of ['/time', '/projects', '/time/report', '/time/import']) {
        await open(page, bare, path);
        await axeFindsNothing(page);
      }
      const [tides] = await addWork(bare);
      await bare.call('PATCH', '/users/me', { body: { settings: { overlap: 'warn' } } });
      await addEntries(bare, [
        { ago: 1500, minutes: 90, description: 'Draw', project_id: tides.id, tags: ['maps'] },
        { ago: 1450, minutes: 20 },
        { ago: 12, description: 'Read proofs', project_id: tides.id, billable: true },
      ]);
      for (const path of ['/time', '/time/day', '/projects', `/time/report/month/${day(-1)}?and=tag&tag=maps`]) {
        await open(page, bare, path);
        await axeFindsNothing(page);
      }
      await page.getByRole('button', { name: 'Table', exact: true }).click();
      await axeFindsNothing(page);
      await open(page, bare, '/time');
      await page.keyboard.press('n');
      await page.keyboard.type('9:00-10:30 Draw @');
      await expect(page.locator('.quick-offers li').first()).toBeVisible();
      await axeFindsNothing(page, '.quick');
      await page.keyboard.press('Escape');
      await page.locator('.entry-name').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await axeFindsNothing(page);
      await page.keyboard.press('Escape');
      await page
        .getByLabel(/^What to do with/)
        .first()
        .click();
      await axeFindsNothing(page, '.menu[open]');
      await open(page, bare, '/projects');
      await page.getByRole('button', { name: 'Change: Tide tables' }).click();
      await axeFindsNothing(page);
      await page.keyboard.press('Escape');
      await page.getByLabel('What to do with: Tide tables').click();
      await page.locator('.menu[open]').getByRole('button', { name: 'Delete' }).click();
      await axeFindsNothing(page);
    });

    test('the household', async ({ page, bare }) => {
      test.setTimeout(240_000);
      await open(page, bare, '/household');
      await axeFindsNothing(page);
      await addDays(bare, 'electricity', 60, (ago) => (ago % 9 === 4 ? null : ago % 7));
      await addDays(bare, 'gas', 40, (ago) => ago);
      await addDays(bare, 'water', 20, (ago) => 100 + ago);
      for (const path of ['/household', '/household/week', '/household/year', '/household/records']) {
        await open(page, bare, path);
        await axeFindsNothing(page);
      }
      await page
        .getByRole('button', { name: /^Delete/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Enter what was consumed' }).click();
      await axeFindsNothing(page);
      await page.keyboard.press('Enter');
      await expect(page.getByText('This is needed.')).toBeVisible();
      await axeFindsNothing(page);
      await open(page, bare, '/household');
      for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
      await axeFindsNothing(page);
      for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
      await page.getByRole('slider', { name: 'Day of the year' }).focus();
      await page.keyboard.press('ArrowLeft');
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Other dates' }).click();
      await axeFindsNothing(page);
    });

    test('browsing, and the categories', async ({ page, bare, expected }) => {
      expected.push('422');
      test.setTimeout(180_000);
      await open(page, bare, '/browsing');
      await axeFindsNothing(page);
      await addHalfHour(bare, bare.devices[0], day(-1));
      const at = (time) => `${day(-1)}T${time}:00Z`;
      await bare.upload(bare.devices[0], [{ app: 'firefox', started_at: at('10:00'), ended_at: at('10:30') }]);
      await open(page, bare, '/browsing');
      await page.locator('.domain-row').first().click();
      await page.getByRole('slider', { name: 'Hour of the week' }).focus();
      await page.keyboard.press('ArrowRight');
      await axeFindsNothing(page);
      for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
      await axeFindsNothing(page);
      await open(page, bare, '/categories');
      await page.locator('.category-open').nth(1).click();
      await expect(page.locator('#preview-score')).toBeVisible();
      await axeFindsNothing(page);
      await page.getByLabel('Name', { exact: true }).fill('');
      await expect(page.getByText('A name has 1 to 60 characters.')).toBeVisible();
      await page.getByLabel('Put firefox into a category').selectOption({ index: 1 });
      await axeFindsNothing(page);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await axeFindsNothing(page);
    });

    test('insights, and the weekly report', async ({ page, bare }) => {
      test.setTimeout(180_000);
      await open(page, bare, '/insights');
      await axeFindsNothing(page);
      const at = (time) => `${day(-1)}T${time}:00Z`;
      await bare.upload(bare.devices[0], [
        { app: 'code', started_at: at('10:00'), ended_at: at('10:30') },
        { app: 'com.reddit.frontpage', started_at: at('11:00'), ended_at: at('11:20') },
      ]);
      for (const path of [`/insights/${day(-1)}`, `/report?date=${day(-1)}`]) {
        await open(page, bare, path);
        await axeFindsNothing(page);
        await page.getByRole('button', { name: 'What would be sent' }).click();
        await expect(page.locator('.sent').first()).toBeVisible();
        await axeFindsNothing(page);
      }
    });

    test('meters, and a file that is imported', async ({ page, bare, expected }) => {
      expected.push('422');
      test.setTimeout(240_000);
      await open(page, bare, '/household/meters');
      await axeFindsNothing(page);
      const cellar = { name: 'Cellar', consumption_type: 'electricity', unit: 'kWh' };
      const { id } = await bare.call('POST', '/meters', { body: cellar });
      const readings = [500, 9000, 600, 700].map((reading, index) => ({
        reading,
        read_at: new Date(Date.now() - (10 - index) * 86_400_000).toISOString(),
      }));
      await bare.call('POST', `/meters/${id}/readings`, { body: { readings } });
      await open(page, bare, '/household/meters');
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Add a meter' }).click();
      await axeFindsNothing(page);
      await open(page, bare, `/household/meters/${id}`);
      await expect(page.locator('.reading.is-suspect')).toBeVisible();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Enter a reading' }).click();
      await page.keyboard.type('3');
      await expect(page.locator('.entry-said.is-lower')).toBeVisible();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'It was exchanged for another' }).click();
      await axeFindsNothing(page);
      await open(page, bare, '/household');
      await axeFindsNothing(page);
      await open(page, bare, '/household/import');
      await axeFindsNothing(page);
      const choose = (name, text) =>
        page.setInputFiles('#import-file', { name, mimeType: 'text/csv', buffer: Buffer.from(text) });
      await choose('asks.csv', 'Datum;Verbrauch\n01/02/2026;1,234\n');
      await expect(page.locator('.import-question').first()).toBeVisible();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Choose another file' }).click();
      await choose('some.csv', 'type,date,amount,unit\ngas,2026-01-02,3,kWh\ngas,2026-01-33,1,kWh\n');
      await expect(page.locator('.import-rejected')).toBeVisible();
      await page.getByText('How it was read').click();
      await page.getByText('Read it differently').click();
      await axeFindsNothing(page);
      await page.getByRole('button', { name: 'Import 1 row' }).click();
      await expect(page.locator('.place')).toBeVisible();
      await axeFindsNothing(page);
    });

    test('empty, waiting and failing', async ({ page, bare, expected }) => {
      expected.push('500');
      await open(page, bare, '/today');
      await axeFindsNothing(page);
      await page.route('**/stats/**', () => {});
      await page.goto(`${bare.url}/week`);
      await expect(page.locator('[aria-busy="true"]')).toBeVisible();
      await axeFindsNothing(page);
      await page.unroute('**/stats/**');
      await page.route('**/stats/**', (route) => route.fulfill({ status: 500, json: {} }));
      await page.goto(`${bare.url}/today`);
      await expect(page.getByRole('alert')).toBeVisible();
      await axeFindsNothing(page);
    });
  });
}

test('a finger has 44 pixels to hit', async ({ browser, account }) => {
  const context = await browser.newContext({
    viewport: { width: 360, height: 780 },
    hasTouch: true,
    isMobile: true,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const admin = await Account.admin();
  await addSessions(account, [{ ago: 5, label: 'Write' }]);
  await addDays(account, 'electricity', 40, () => 1);
  await addHalfHour(account, account.devices[1], day(-1));
  const meter = await account.call('POST', '/meters', {
    body: { name: 'Cellar', consumption_type: 'water', unit: 'm3' },
  });
  for (const [ago, reading] of [
    [9, 5],
    [5, 90],
    [1, 6],
  ]) {
    const read_at = new Date(Date.now() - ago * 86_400_000).toISOString();
    await account.call('POST', `/meters/${meter.id}/readings`, { body: { read_at, reading } });
  }
  const [{ id: project_id }] = await addWork(account);
  await addEntries(account, [{ ago: 12, description: 'Read proofs', project_id, billable: true }]);
  for (const [who, path] of [
    [null, '/'],
    [null, '/register'],
    [account, `/day/${date}`],
    [account, '/focus'],
    [account, '/time'],
    [account, '/time/report'],
    [account, '/time/import'],
    [account, '/projects'],
    [account, '/garden'],
    [account, '/leaderboard/focus-time'],
    [account, '/household'],
    [account, '/household/records'],
    [account, '/household/meters'],
    [account, `/household/meters/${meter.id}`],
    [account, '/household/import'],
    [account, '/browsing'],
    [account, '/categories'],
    [account, `/insights/${date}`],
    [account, `/report?date=${date}`],
    [account, '/devices'],
    [account, '/settings'],
    [account, '/settings/sign-in'],
    [admin, '/admin'],
    [admin, '/admin/audit'],
    [admin, '/admin/server'],
  ]) {
    if (who) await open(page, who, path);
    else await page.goto(account.url + path);
    await ready(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('a[href], button, select, input:not([tabindex="-1"])')]
        .filter((one) => one.checkVisibility() && !one.matches('.skip, .search input, .form-check-input'))
        .map((one) => ({
          box: one.getBoundingClientRect(),
          name: `${one.tagName} ${one.className} ${one.textContent?.trim()}`,
        }))
        .filter(({ box }) => box.height < 44 || box.width < 44)
        .map(({ box, name }) => `${Math.round(box.width)}×${Math.round(box.height)} ${name}`),
    );
    expect(small).toEqual([]);
  }
  await context.close();
});
