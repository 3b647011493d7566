import { once } from 'node:events';
import { createServer } from 'node:http';
import { Account } from './account.mjs';
import { addHalfHour } from './browsing.mjs';
import { addSessions } from './focus.mjs';
import { day, exactly, expect, fitsItsWidth, open, settled, test } from './almanac.mjs';
import { Server } from './server.mjs';

const card = (page, title) =>
  page.locator('section.card', { has: page.getByRole('heading', { name: new RegExp(`^${title}`) }) });

/** An hour of a day: half of it productive, 20 minutes distracting, and the rest in no category. */
function addHour(account, date, names = ['code', 'com.reddit.frontpage', 'unknown']) {
  const at = (/** @type {string} */ time) => `${date}T${time}:00Z`;
  return account.upload(account.devices[0], [
    { app: names[0], started_at: at('10:00'), ended_at: at('10:30') },
    { app: names[1], started_at: at('10:30'), ended_at: at('10:50') },
    { app: names[2], started_at: at('10:50'), ended_at: at('11:00') },
  ]);
}

/** Texts as the page says them, in its own language. */
const said = (page, texts) =>
  page.evaluate(async (all) => all.map((await import('/pages/insights/said.js')).said), texts);

test('a day in words and figures, as the API tells them', async ({ page, bare }) => {
  await addHour(bare, day(-1));
  await addHour(bare, day(-3));
  await open(page, bare, `/insights/${day(-1)}`);
  const told = await bare.get(`/ai/daily-summary?date=${day(-1)}`);
  await expect(page.locator('.summary-text')).toHaveText(await said(page, [told.summary]));
  await expect(page.locator('.highlights li')).toHaveText(await said(page, told.highlights));
  await expect(page.locator('.summary-by')).toContainText('Written by Almanac from the figures alone');
  // 50 + 25 × (30 × 2 - 20 × 2) / 60.
  expect(await exactly(page, '#insights-score')).toBe(58);
  const parts = page.locator('.share-list data');
  await expect(parts).toHaveText([/30.m/, /0.s/, /20.m/, /10.m/]);
  const worth = await bare.get('/analytics/productivity?days=30');
  const rows = card(page, 'Productivity by day').locator('tbody tr');
  await card(page, 'Productivity by day').getByRole('button', { name: 'Table' }).click();
  await expect(rows).toHaveCount(30);
  expect(await rows.evaluateAll((all) => all.map((row) => row.children[1].textContent.trim()))).toEqual(
    worth.daily.map(({ score }) => (score === null ? '' : String(score))),
  );
  await expect(card(page, 'Most productive time').getByRole('listitem')).toContainText('1 h');
  await expect(card(page, 'Most distracting time').getByRole('listitem')).toContainText('40');
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(new RegExp(`/insights/${day(-2)}$`));
  await expect(page.locator('.summary-text')).toContainText('nothing was recorded');
});

test('each finding carries its figures', async ({ page, bare }) => {
  // A week of an hour a day, and then focus that was kept.
  for (let ago = 2; ago < 12; ago += 1) await addHour(bare, day(-ago));
  const at = (/** @type {string} */ time) => new Date(`${day(-1)}T${time}:00Z`).toISOString();
  for (const [from, to] of [
    ['10:00', '10:25'],
    ['11:00', '11:25'],
    ['12:00', '12:25'],
  ]) {
    await bare.call('POST', '/sessions', {
      body: { started_at: at(from), ended_at: at(to), completed: true, duration_min: 25 },
    });
  }
  await open(page, bare, `/insights/${day(-1)}`);
  await settled(page);
  const { insights } = await bare.get(`/ai/daily-summary?date=${day(-1)}`);
  expect(insights.length).toBeGreaterThan(0);
  const recent = (await bare.get('/ai/productivity-insights?days=7')).insights;
  const cards = page.locator('.insight');
  await expect(cards).toHaveCount(insights.length + recent.length);
  for (const [index, insight] of [...insights, ...recent].entries()) {
    await expect(cards.nth(index).getByRole('heading')).toHaveText(insight.title);
    await expect(cards.nth(index).getByRole('paragraph')).toHaveText(insight.text);
    const values = await cards
      .nth(index)
      .locator('data')
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute('value'))));
    expect(values).toEqual(insight.evidence.map(({ value }) => value));
    // What is not known by a name of ours would stand there as it is called inside.
    expect(await cards.nth(index).locator('dt').allTextContents()).not.toContain(expect.stringContaining('_'));
  }
});

test('what would be sent is shown byte for byte, and nothing is sent before that is wanted', async ({ page, bare }) => {
  await addHour(bare, day(-1));
  await open(page, bare, `/insights/${day(-1)}`);
  await page.getByRole('button', { name: 'What would be sent' }).click();
  const { message, instructions } = await bare.get(`/ai/preview?kind=daily-summary&date=${day(-1)}`);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Nothing is sent: Almanac writes by itself.');
  expect(await dialog.locator('.sent').first().textContent()).toBe(message);
  await dialog.getByText('What it would be told to do').click();
  expect(await dialog.locator('.sent').last().textContent()).toBe(instructions);
});

test('new figures are told by themselves', async ({ page, bare }) => {
  await open(page, bare, `/insights/${day(-1)}`);
  await expect(page.locator('.summary-text')).toContainText('nothing was recorded');
  await expect(page.locator('.connection', { hasText: 'Live.' })).toBeAttached();
  await addHour(bare, day(-1));
  await expect(page.locator('#insights-score')).toHaveAttribute('value', '58', { timeout: 8000 });
});

test('the report of a week stands beside the week before, and prints', async ({ page, bare }) => {
  await addHour(bare, day(-7));
  await addHour(bare, day(-14));
  await addHalfHour(bare, bare.devices[0], day(-7));
  await page.addInitScript(() => {
    window.print = () => (window.printed = (window.printed ?? 0) + 1);
  });
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, bare, `/report?date=${day(-7)}`);
  const report = await bare.get(`/ai/weekly-report?date=${day(-7)}`);
  await expect(page.locator('.summary-text')).toHaveText(await said(page, [report.summary]));
  await expect(page.locator('.report-days li')).toHaveCount(7);
  const active = page.locator('.report-figures tbody tr', { hasText: 'Time at screens' });
  await expect(active).toContainText(/1.h/);
  expect(Number(await active.locator('data').getAttribute('value'))).toBe(report.figures.active_seconds);
  await expect(page.locator('.report-pair .card').first()).toContainText('Work › Coding');
  await page.getByRole('button', { name: 'Print' }).click();
  expect(await page.evaluate(() => window.printed)).toBe(1);
  // On paper there is nothing to press, and nothing dark.
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const hidden of ['.rail', '.seg', 'button']) {
    for (const one of await page.locator(hidden).all()) await expect(one).toBeHidden();
  }
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const colours = await page.evaluate(() =>
    [document.body, ...document.querySelectorAll('.card')].map((one) => getComputedStyle(one).backgroundColor),
  );
  expect([...new Set(colours)]).toEqual(['rgb(255, 255, 255)']);
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
});

test('hostile names are text in what is written of them', async ({ page, bare }) => {
  const hostile = ['<img src=x onerror="alert(1)">', '"><script>alert(1)</script>', '\u202Egnp.exe'];
  const categories = hostile.map((name, index) => ({ name, weight: 2 - 2 * index, rules: [{ app: name }] }));
  await bare.call('PATCH', '/users/me', { body: { settings: { categorization: { categories } } } });
  await addHour(bare, day(-1), hostile);
  await addSessions(bare, [{ ago: 60, label: hostile[0] }]);
  for (const path of [`/insights/${day(-1)}`, `/report?date=${day(-1)}`]) {
    await open(page, bare, path);
    await settled(page);
    await expect(page.locator('.highlights')).toContainText('<img src=x onerror=');
    const shapes =
      '.share-list li, .bars i, .category-row, .insight dl > div, .report-days li, .highlights li, tbody tr';
    for (const shape of await page.locator(shapes).all()) await shape.hover({ force: true });
    await page.getByRole('button', { name: 'What would be sent' }).click();
    await expect(page.locator('.sent').first()).toContainText('script');
    expect(await page.locator('img, iframe, object, embed, main script, [onerror], [onload]').count()).toBe(0);
    await page.keyboard.press('Escape');
  }
});

test('they fit a phone', async ({ page, bare }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await addHour(bare, day(-1));
  for (const path of [`/insights/${day(-1)}`, `/report?date=${day(-1)}`]) {
    await open(page, bare, path);
    await settled(page);
    await fitsItsWidth(page);
  }
});

test('another writes once that is chosen; its answer is text, and where it fails that is told', async ({ page }) => {
  test.setTimeout(180_000);
  const hostile = '<img src=x onerror="alert(1)"> You were at a screen.';
  const asked = [];
  let works = true;
  const provider = createServer(async (request, response) => {
    asked.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    response.writeHead(works ? 200 : 500, { 'Content-Type': 'application/json' });
    const content = JSON.stringify({ summary: hostile, highlights: ['"><script>alert(1)</script>'] });
    response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }] }));
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const base = `http://127.0.0.1:${provider.address().port}/v1`;
  const server = await Server.fresh({ OPENAI_BASE_URL: base, OPENAI_API_KEY: 'a key', OPENAI_MODEL: 'small' });
  try {
    const account = await Account.make(server.url);
    await account.addDevice('Phone');
    for (const ago of [1, 2]) await addHour(account, day(-ago));
    await open(page, account, `/insights/${day(-1)}`);
    await page.getByRole('button', { name: 'What would be sent' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Almanac itself')).toBeChecked();
    await settled(page);
    expect(asked).toEqual([]);
    await dialog.getByLabel('The server’s language model').check();
    await expect(dialog).toContainText('This goes to 127.0.0.1');
    const sent = await dialog.locator('.sent').first().textContent();
    await page.keyboard.press('Escape');
    await expect(page.locator('.summary-text')).toContainText(hostile.slice(0, 8), { timeout: 30_000 });
    await expect(page.locator('.summary-by')).toContainText('Written by the server’s language model');
    expect(await page.locator('img, iframe, object, embed, main script').count()).toBe(0);
    expect(JSON.stringify(asked)).toContain(JSON.stringify(sent).slice(1, -1));
    works = false;
    await page.goto(`${server.url}/insights/${day(-2)}`);
    await expect(page.locator('.summary-by')).toContainText('was to write, but it could not be reached', {
      timeout: 30_000,
    });
    await expect(page.locator('.summary-by')).toContainText('Written by Almanac from the figures alone');
  } finally {
    // A page that is still there would look for its server.
    await page.goto('about:blank');
    await server.remove();
    provider.close();
  }
});
