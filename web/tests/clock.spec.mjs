import { expect, open, test } from './almanac.mjs';
import { Account } from './account.mjs';

/** An account in Berlin with one long session around each clock change of 2026 that has passed. */
async function berlin() {
  const account = await Account.make(process.env.ALMANAC_URL, { timezone: 'Europe/Berlin' });
  const phone = await account.addDevice('Phone');
  await account.upload(phone, [
    { app: 'spring', started_at: '2026-03-28T23:00:00Z', ended_at: '2026-03-29T22:00:00Z' },
    { app: 'autumn', started_at: '2025-10-25T22:00:00Z', ended_at: '2025-10-26T21:00:00Z' },
    { app: 'late', started_at: '2025-10-26T21:00:00Z', ended_at: '2025-10-26T23:00:00Z' },
  ]);
  await account.call('PATCH', '/users/me', {
    body: { timezone: 'Europe/Berlin', effective_from: '2000-01-01T00:00:00Z' },
  });
  return account;
}

test('a day of 23 hours and one of 25 are drawn as such', async ({ page }) => {
  const account = await berlin();
  for (const [date, hours, said] of [
    ['2026-03-29', 23, 'went forward at 02:00'],
    ['2025-10-26', 25, 'went back at 03:00'],
  ]) {
    await open(page, account, `/day/${date}`);
    await expect(page.locator('.day-note')).toContainText(`${hours}-hour day`);
    await expect(page.locator('.day-note')).toContainText(said);
    await expect(page.locator('#screen-time')).toHaveAttribute('value', String(hours * 3600));
    const span = await page.locator('almanac-timeline').evaluate((element) => element.view.to - element.view.from);
    expect(span).toBe(hours * 3_600_000);
    await page.locator('section[aria-labelledby="hours-title"]').getByRole('button', { name: 'Table' }).click();
    const shown = await page
      .locator('section[aria-labelledby="hours-title"] td data')
      .evaluateAll((all) => all.map((one) => Number(one.value)));
    expect(shown[2]).toBe(hours === 23 ? 0 : 7200);
    expect(shown.reduce((sum, seconds) => sum + seconds, 0)).toBe(hours * 3600);
    await page.locator('section[aria-labelledby="hours-title"]').getByRole('button', { name: 'Table' }).click();
  }
});

test('the repeated hour opens to both of its halves', async ({ page }) => {
  const account = await berlin();
  await open(page, account, '/day/2025-10-26');
  await page.getByRole('slider', { name: 'Hour of the day' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').locator('.dialog-sum data')).toHaveAttribute('value', '7200');
});

test('an ordinary day says nothing of clocks', async ({ page }) => {
  const account = await berlin();
  await open(page, account, '/day/2025-10-25');
  await expect(page.locator('.day-note')).toHaveCount(0);
});
