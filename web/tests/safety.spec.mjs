import { readFile } from 'node:fs/promises';
import { Account } from './account.mjs';
import { expect, open, settled, test } from './almanac.mjs';
import { addVisits } from './browsing.mjs';

const hostile = [
  '<img src=x onerror="alert(1)">',
  'javascript:alert(1)',
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '=HYPERLINK("http://x.example","y")',
  '${alert(1)}{{constructor.constructor("alert(1)")()}}',
  '</title><svg onload=alert(1)>',
  '\u202Egnp.exe',
];

test('stored text is text, wherever the pointer goes', async ({ page, bare }) => {
  const phone = bare.devices[0];
  await bare.call('PATCH', `/devices/${phone.device_id}`, { body: { name: hostile[0] } });
  const other = await bare.addDevice(hostile[2], 'windows');
  const now = Date.now();
  for (const [index, device] of [phone, other].entries()) {
    await bare.upload(
      device,
      hostile.map((text, place) => ({
        app: text,
        kind: place % 2 ? 'website' : 'app',
        title: text,
        url: text,
        started_at: new Date(now - 86_400_000 - (place + 1) * 3_600_000 - index * 600_000).toISOString(),
        ended_at: new Date(now - 86_400_000 - place * 3_600_000 - index * 600_000).toISOString(),
      })),
    );
  }
  // The days of the last session and of the first, which began 32 hours ago.
  const dates = [...new Set([25, 31].map((back) => new Date(now - back * 3_600_000).toISOString().slice(0, 10)))];
  for (const path of [...dates.map((date) => `/day/${date}`), `/week/${dates[0]}`]) {
    await open(page, bare, path);
    for (const row of await page.locator('.app-row').all()) await row.hover();
    for (const bar of await page.locator('.hours i, .day, .total').all()) await bar.hover({ force: true });
    await page.locator('.tl-plot').scrollIntoViewIfNeeded();
    const plot = await page.locator('.tl-plot').boundingBox();
    for (let x = 4; x < plot.width; x += 12) {
      for (const y of [14, 64]) await page.mouse.move(plot.x + x, plot.y + y);
    }
    await page.keyboard.press('z');
    for (let step = 0; step < hostile.length * 2; step += 1) await page.keyboard.press('ArrowRight');
    for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
    await page.locator('.app-row').first().click();
    await expect(page.getByRole('dialog').locator('tbody tr').first()).toBeVisible();
    await page.keyboard.press('Escape');
    for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
  }
  await open(page, bare, '/devices');
  await expect(page.locator('.device h2').first()).toContainText('<');
  for (const button of ['Rename', 'Revoke', 'Delete']) {
    await page.locator('.device').first().getByRole('button', { name: button }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
  }
  expect(await page.locator('img, iframe, object, embed, [onerror], [onload], [onmouseover]').count()).toBe(0);
  expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
});

test('titles, sites and kinds of events are text, and so are categories', async ({ page, bare }) => {
  test.setTimeout(240_000);
  const long = `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.example`;
  const hosts = ['javascript.example', 'xn--a-ecp.example', long, '[::1]', "a'b.example", '\u202Egnp.example'];
  const now = Date.now();
  const visits = [...hostile, 'x'.repeat(1000)].flatMap((text, place) => {
    const at = now - 86_400_000 - place * 120_000;
    const host = hosts[place % hosts.length];
    return [
      { at, url: `https://${host}/${encodeURIComponent(text)}`, title: text },
      { at: at + 60_000, type: text.slice(0, 64), title: text },
    ];
  });
  // What is no address is refused for itself.
  for (const visit of visits) await addVisits(bare, bare.devices[0], [visit]).catch(() => {});
  const categories = hostile.map((text) => ({
    name: text,
    color: '#aa3355',
    weight: 1,
    rules: [{ app: text }, { domain: 'javascript.example' }],
  }));
  await bare.call('PATCH', '/users/me', { body: { settings: { categorization: { categories } } } });
  await bare.upload(
    bare.devices[0],
    hostile.map((text, place) => ({
      app: `${text} `,
      started_at: new Date(now - 86_400_000 - (place + 1) * 300_000).toISOString(),
      ended_at: new Date(now - 86_400_000 - place * 300_000).toISOString(),
    })),
  );
  const clean = async () => {
    expect(await page.locator('img, iframe, object, embed, [onerror], [onload], [onmouseover]').count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  };
  await open(page, bare, '/browsing');
  await expect(page.locator('.category-row', { hasText: '<img' }).first()).toBeVisible();
  for (const row of await page.locator('.domain-row').all()) {
    await row.hover();
    await row.click();
  }
  await expect(page.locator('.hosts li', { hasText: 'xxxx' }).first()).toBeVisible();
  const shapes = '.hosts li, .category-row, .bars i, .total, .heat-legend, .week-cells i:nth-child(9n)';
  for (const shape of await page.locator(shapes).all()) await shape.hover({ force: true });
  await clean();
  for (const table of await page.getByRole('button', { name: 'Table' }).all()) await table.click();
  await clean();

  const date = new Date(now - 86_400_000 - 3_600_000).toISOString().slice(0, 10);
  for (const path of [`/day/${date}`, `/day/${new Date(now - 86_400_000).toISOString().slice(0, 10)}`]) {
    await open(page, bare, path);
    await settled(page);
    const plot = page.locator('.tl-plot');
    if ((await plot.count()) === 0) continue;
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    for (let x = 2; x < box.width; x += 9) await page.mouse.move(box.x + x, box.y + 36);
    await plot.focus();
    for (const key of ['ArrowRight', 'ArrowDown']) {
      for (let step = 0; step < hostile.length * 2; step += 1) await page.keyboard.press(key);
    }
    for (const row of await page.locator('.category-row').all()) await row.hover();
    await clean();
  }

  await open(page, bare, '/categories');
  await settled(page);
  for (const row of await page.locator('.category-open').all()) {
    await row.hover();
    await row.click();
    for (const part of await page.locator('.category-form [title], .rule-list input').all()) {
      await part.hover({ force: true });
    }
  }
  await expect(page.locator('.category-open').first()).toContainText('<img');
  for (const row of await page.locator('.category-preview li').all()) await row.hover();
  await clean();
});

test('names and clients that people choose are text, to them and to admins', async ({ page, browser }) => {
  const people = [];
  for (const [index, text] of hostile.slice(0, 4).entries()) {
    const person = await Account.make(process.env.ALMANAC_URL, { name: text, first_name: text, last_name: text });
    await person.addDevice(text, index % 2 ? 'windows' : 'android');
    const context = await browser.newContext({ extraHTTPHeaders: { 'User-Agent': text } });
    await person.signIn(context);
    await context.close();
    people.push(person);
  }
  const clean = async () => {
    expect(await page.locator('img, iframe, object, embed, [onerror], [onload], [onmouseover]').count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  };
  for (const [index, person] of people.entries()) {
    await open(page, person, '/settings/sign-in');
    await expect(page.locator('.place', { hasText: hostile[index].slice(0, 60) })).toBeVisible();
    for (const place of await page.locator('.place').all()) await place.hover();
    await page
      .getByRole('button', { name: /^Sign out: / })
      .first()
      .click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await clean();
    await page.keyboard.press('Escape');
    await page.getByLabel(/^Signed in as/).click();
    await expect(page.locator('.menu-about')).toContainText(hostile[index]);
    await open(page, person, '/settings');
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(hostile[index]);
    await clean();
  }
  const admin = await Account.admin();
  for (const path of ['/admin', '/admin/devices', '/admin/audit']) {
    await open(page, admin, path);
    await expect(page.locator('main')).toContainText(path === '/admin/audit' ? people[0].username : hostile[0]);
    // The newest come first: those are the ones with such names.
    for (const cell of (await page.locator('.device h2, td').all()).slice(0, 24)) await cell.hover();
    await clean();
  }
  await page.goto(`${admin.url}/register#invite=${encodeURIComponent(hostile[0])}`);
  await page.goto(`${admin.url}/nowhere?x=${encodeURIComponent(hostile[2])}`);
  await clean();
});

test('a CSV holds no formula', async ({ page, bare }) => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await bare.upload(
    bare.devices[0],
    ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'].map((text, place) => ({
      app: `${text}x`,
      title: text,
      started_at: `${yesterday}T0${place}:00:00Z`,
      ended_at: `${yesterday}T0${place}:30:00Z`,
    })),
  );
  await open(page, bare, `/day/${yesterday}`);
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save Timeline as CSV' }).click();
  const text = await readFile(await (await waiting).path(), 'utf8');
  const cells = text
    .replace('\ufeff', '')
    .trim()
    .split('\r\n')
    .slice(1)
    .flatMap((line) => line.split(','));
  expect(cells.length).toBeGreaterThan(20);
  expect(cells.filter((cell) => /^"?[=+\-@\t\r]/.test(cell))).toEqual([]);
});

test('the policy is the one promised, and nothing comes from elsewhere', async ({ page, account }) => {
  const hosts = new Set();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  const answer = await page.goto(account.url);
  const policy = answer.headers()['content-security-policy'];
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toContain('unsafe');
  await open(page, account, '/week');
  expect([...hosts]).toEqual([new URL(account.url).host]);
});
