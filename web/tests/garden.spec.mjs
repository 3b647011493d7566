// The garden: what stands in it, when, and how smoothly.

import { cpus, loadavg } from 'node:os';
import { atNoon, day, expect, fitsItsWidth, open, ready, test } from './almanac.mjs';
import { DAY, addSessions } from './focus.mjs';

test.use(atNoon);

const slack = loadavg()[0] > cpus().length ? 3 : 1;
const scene = (page) => page.locator('.garden-ground');

test('plants stand there by day, month and year, and tell what they grew by', async ({ page, bare }) => {
  await addSessions(bare, [
    { ago: 5, label: 'Write', plant_type: 'rose' },
    { ago: 45, minutes: 12, completed: false, plant_type: 'tulip' },
    { ago: 400 * DAY, plant_type: 'fern' },
  ]);
  const date = day(0);
  const of = async (from, to) => (await bare.get(`/garden?from=${from}&to=${to}`)).total;
  await open(page, bare, '/garden/year');
  const year = date.slice(0, 4);
  await expect(page.locator('.garden-ground .plant')).toHaveCount(await of(`${year}-01-01`, `${year}-12-31`));
  await page.keyboard.press('d');
  await expect(page).toHaveURL(/\/garden\/day$/);
  await page.goto(`${bare.url}/garden/day/${date}`);
  await ready(page);
  await expect(page.locator('.garden-ground .plant')).toHaveCount(await of(date, date));
  await expect(page.locator('.garden-ground .plant[src="/plants/rose/5.svg"]')).toHaveCount(1);
  await scene(page).focus();
  await page.keyboard.press('End');
  await expect(page.locator('.garden-tip')).toContainText('Rose');
  await expect(page.locator('.garden-tip')).toContainText('Write');
  await expect(page.locator('.garden-tip')).toContainText('25 min, fully grown');
  await expect(page.locator('almanac-garden [role="status"]')).toContainText('Rose, Write');
  await page.keyboard.press('Escape');
  await expect(page.locator('.garden-tip')).toBeHidden();

  // The pointer finds what it is over.
  const box = await page.locator('.garden-ground .plant[src="/plants/rose/5.svg"]').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.55);
  await expect(page.locator('.garden-tip')).toContainText('Rose');

  await page.keyboard.press('m');
  await expect(page).toHaveURL(/\/garden\/month/);
  await ready(page);
  const before = page.url();
  await page.keyboard.press('ArrowLeft');
  await expect(page).not.toHaveURL(before);
  await page.getByRole('link', { name: 'Month after' }).click();
  await ready(page);
  await expect(page.locator('.garden-ground .plant')).toHaveCount(
    (await bare.get(`/garden?from=${date.slice(0, 7)}-01&to=${date}`)).total,
  );
});

test('the same plant always stands the same way', async ({ page, bare }) => {
  await addSessions(bare, [{ ago: 5 }, { ago: 45 }, { ago: 85, completed: false }]);
  await open(page, bare, '/garden');
  await expect(page.locator('.garden-ground .plant')).toHaveCount(3);
  const places = () =>
    page.locator('.garden-ground .plant').evaluateAll((all) => all.map((one) => one.getAttribute('style')));
  const first = await places();
  await page.reload();
  await ready(page);
  await expect(page.locator('.garden-ground .plant')).toHaveCount(3);
  expect(await places()).toEqual(first);
});

test('the table says the same, and the shelf what may be planted', async ({ page, bare }) => {
  await addSessions(bare, [{ ago: 5, label: 'Write', plant_type: 'rose' }]);
  await open(page, bare, '/garden/year');
  await page.getByRole('button', { name: 'Table' }).click();
  await expect(page.locator('table.data tbody tr')).toContainText(['Rose']);
  await expect(page.locator('table.data tbody tr')).toContainText(['Write']);
  const { species, total } = await bare.get('/garden/species');
  await expect(page.locator('.shelf li')).toHaveCount(total);
  await expect(page.locator('.shelf .is-locked')).toHaveCount(species.filter((one) => !one.unlocked).length);
});

test('an empty garden says what to do next', async ({ page, bare }) => {
  await open(page, bare, '/garden/day');
  await expect(page.getByText('The ground is ready.')).toBeVisible();
  await page.getByRole('link', { name: 'Start a session' }).click();
  await expect(page).toHaveURL(/\/focus$/);
});

test('it follows the theme, and stands still for who prefers that', async ({ page, bare }) => {
  await addSessions(bare, [{ ago: 5 }]);
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  await open(page, bare, '/garden');
  await expect(page.locator('.moon')).toBeHidden();
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' });
  await expect(page.locator('.moon')).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test.describe('where the browser is a day behind', () => {
  test.use({ timezone: 'Pacific/Kiritimati', timezoneId: 'Etc/GMT+12' });

  test('it is the day of the account', async ({ page, bare }) => {
    await bare.call('POST', '/sessions', { body: { duration_min: 25 } });
    await open(page, bare, '/garden/day');
    await expect(page.locator('.garden-ground .plant')).toHaveCount(1);
  });
});

test('eight hundred plants, and the page stays smooth', async ({ page, bare }) => {
  test.setTimeout(120_000);
  await addSessions(bare, [{ ago: 5 }]);
  const { gardens } = await bare.get('/garden');
  const { species } = await bare.get('/garden/species');
  const many = Array.from({ length: 800 }, (_, index) => ({
    ...gardens[0],
    id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    plant_type: species[index % species.length].id,
    growth_stage: index % 6,
    withered: index % 9 === 0,
    started_at: new Date(Date.now() - index * 3_600_000).toISOString(),
  }));
  await page.route('**/api/v1/garden?*', (route) => route.fulfill({ json: { gardens: many, total: 800 } }));
  await open(page, bare, '/garden/year');
  await expect(page.locator('.garden-ground .plant')).toHaveCount(800);
  await fitsItsWidth(page);
  await page.waitForTimeout(1000);
  const frame = async () => {
    const [median, late] = await scene(page).evaluate(async (ground) => {
      const box = ground.getBoundingClientRect();
      const frames = [];
      for (let index = 0; index < 120; index += 1) {
        const before = performance.now();
        const at = {
          clientX: box.left + (box.width * index) / 120,
          clientY: box.top + box.height * (0.6 + 0.3 * ((index % 10) / 10)),
        };
        ground.dispatchEvent(new PointerEvent('pointermove', { ...at, pointerType: 'mouse', bubbles: true }));
        await new Promise((done) => requestAnimationFrame(done));
        frames.push(performance.now() - before);
      }
      frames.sort((a, b) => a - b);
      return [frames[60], frames[114]];
    });
    console.log(`800 plants: ${median.toFixed(1)} ms a frame, ${late.toFixed(1)} ms at the 95th percentile`);
    return median;
  };
  // What else the machine does makes a frame longer and never shorter.
  await expect.poll(frame, { timeout: 60_000, intervals: [2000] }).toBeLessThanOrEqual(17.5 * slack);
});
