import { randomUUID } from 'node:crypto';
import jsQR from 'jsqr';
import { call } from './account.mjs';
import { expect, open, ready, test } from './almanac.mjs';

test('devices are listed with what they reported', async ({ page, account }) => {
  const { devices } = await account.get('/devices');
  await open(page, account, '/devices');
  await expect(page.locator('.device')).toHaveCount(devices.length);
  for (const device of devices) {
    const row = page.locator(`[data-device="${device.device_id}"]`);
    await expect(row).toContainText(device.name);
    await expect(row).toContainText(`${device.session_count.toLocaleString('en-GB')} sessions`);
    await expect(row).toContainText('seen');
  }
});

test('a device is renamed', async ({ page, account }) => {
  await open(page, account, '/devices');
  await page.locator('.device', { hasText: 'Study PC' }).getByRole('button', { name: 'Rename' }).click();
  const field = page.getByRole('textbox', { name: 'Name' });
  await expect(field).toBeFocused();
  await field.fill('  ');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Rename' })).toBeDisabled();
  await field.fill('Desk');
  await page.keyboard.press('Enter');
  await expect(page.locator('.device', { hasText: 'Desk' })).toBeVisible();
  await expect(page.locator('.toasts')).toContainText('Desk');
  const { devices } = await account.get('/devices');
  expect(devices.map((device) => device.name).toSorted()).toEqual(['Desk', 'Phone']);
});

test('a device is revoked after asking, and cannot report any more', async ({ page, account }) => {
  const computer = account.devices[1];
  await open(page, account, '/devices');
  const row = page.locator(`[data-device="${computer.device_id}"]`);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await row.getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('dialog')).toContainText('Revoke Study PC?');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(row).toContainText('revoked');
  await expect(row.getByRole('button', { name: 'Revoke' })).toHaveCount(0);
  const late = account.call('POST', '/usage/batch', { token: computer.access_token, body: { sessions: [] } });
  await expect(late).rejects.toThrow('401');
});

test('a device is deleted only when its name is typed', async ({ page, account }) => {
  const computer = account.devices[1];
  await open(page, account, '/devices');
  await page.locator(`[data-device="${computer.device_id}"]`).getByRole('button', { name: 'Delete' }).click();
  const sure = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
  await expect(sure).toBeDisabled();
  await page.getByLabel('Type Study PC to confirm').fill('Study P');
  await expect(sure).toBeDisabled();
  await page.getByLabel('Type Study PC to confirm').fill('Study PC');
  await sure.click();
  await expect(page.locator('.device')).toHaveCount(1);
  expect((await account.get('/devices')).devices).toHaveLength(1);
});

/** What a camera reads on the page: the pixels of the picture, as they are on the screen. */
async function scan(page) {
  const picture = await page.locator('.qr').screenshot();
  const { data, width, height } = await page.evaluate(
    async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      canvas.drawImage(bitmap, 0, 0);
      const image = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
      return { data: [...image.data], width: bitmap.width, height: bitmap.height };
    },
    [...picture],
  );
  return jsQR(Uint8ClampedArray.from(data), width, height)?.data;
}

for (const theme of ['light', 'dark']) {
  test(`a device is added by what the picture says, ${theme}`, async ({ page, bare }) => {
    await page.emulateMedia({ colorScheme: theme });
    await open(page, bare, '/devices');
    await page.getByRole('button', { name: 'Add a device' }).click();
    const dialog = page.getByRole('dialog');
    const code = await dialog.locator('b.code').textContent();
    expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    await expect(dialog.getByRole('timer')).toHaveText(/for another (9:\d\d|10:00)\.$/);
    await expect(dialog.getByRole('textbox', { name: 'Server' })).toHaveValue(bare.url);
    expect(await scan(page)).toBe(`${bare.url}/#pair=${code}`);
    // The device registers with the code, and nobody's token.
    const device = await call(bare.url, 'POST', '/devices/register', {
      body: { platform: 'ios', name: 'New phone', pairing_code: code.toLowerCase().replace('-', ' ') },
    });
    await expect(dialog.getByRole('status')).toContainText('New phone has joined your account.');
    await expect(page.locator(`[data-device="${device.device_id}"]`)).toBeVisible();
    expect((await bare.get('/devices')).devices).toHaveLength(2);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('button', { name: 'Add a device' })).toBeFocused();
  });
}

test('a code that has run out says so and gives way to another', async ({ page, bare }) => {
  await page.route('**/devices/pairing-code', async (route) => {
    const answer = await route.fetch();
    const soon = new Date(Date.now() + 2500).toISOString();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), expires_at: soon } });
  });
  await open(page, bare, '/devices');
  await page.getByRole('button', { name: 'Add a device' }).click();
  const code = await page.locator('b.code').textContent();
  await expect(page.getByRole('timer')).toHaveText(/another 0:0\d\.$/);
  await expect(page.getByText('The code has run out.')).toBeVisible();
  await page.unroute('**/devices/pairing-code');
  await page.getByRole('button', { name: 'Get another code' }).click();
  await expect(page.locator('b.code')).not.toHaveText(code);
});

test('a machine whose clock is wrong gets codes too', async ({ page, bare }) => {
  await page.clock.setSystemTime(Date.now() + 3_600_000);
  await open(page, bare, '/devices');
  await page.getByRole('button', { name: 'Add a device' }).click();
  await expect(page.getByRole('timer')).toHaveText(/another (9:\d\d|10:0\d)\.$/);
});

test('a scanned picture that opens in a browser shows the code to type', async ({ page, account }) => {
  await page.goto(`${account.url}/#pair=K7QM-3XWD`);
  await expect(page.locator('b.code')).toHaveText('K7QM-3XWD');
  expect(page.url()).toBe(`${account.url}/`);
  await page.goto(`${account.url}/#pair=<img src=x>`);
  await expect(page.getByText('holds no pairing code')).toBeVisible();
  await page.getByRole('link', { name: 'Open the dashboard' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in', level: 2 })).toBeVisible();
});

test('a guest’s device is claimed with its id and key, and brings what it has', async ({ page, bare, expected }) => {
  expected.push('404');
  const key = `guest-${randomUUID()}`;
  const guest = await call(bare.url, 'POST', '/devices/register', {
    body: { platform: 'linux', name: 'Old laptop', device_key: key },
  });
  const now = Date.now();
  await bare.upload(guest, [
    { app: 'x', started_at: new Date(now - 9000).toISOString(), ended_at: new Date(now - 5000).toISOString() },
  ]);
  await open(page, bare, '/devices');
  await page.getByRole('button', { name: 'Claim a device' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Device id').fill('laptop');
  await dialog.getByLabel('Device key', { exact: true }).fill('not the key of it');
  await page.keyboard.press('Enter');
  await expect(dialog.locator('#claim-device_id-wrong')).toContainText('looks like');
  await dialog.getByLabel('Device id').fill(guest.device_id);
  await page.keyboard.press('Enter');
  await expect(dialog.locator('form > .problem')).toHaveText('There is no guest device with this id and this key.');
  await dialog.getByLabel('Device key', { exact: true }).fill(key);
  await page.keyboard.press('Enter');
  await expect(page.locator('.toasts')).toContainText('Old laptop is yours now.');
  await expect(page.locator(`[data-device="${guest.device_id}"]`)).toContainText('1 session');
  await page.goto(`${bare.url}/today`);
  await ready(page);
  await expect(page.locator('#screen-time')).toHaveAttribute('value', '4');
});

test('without a device the page says how to add one', async ({ page, bare }) => {
  await bare.call('DELETE', `/devices/${bare.devices[0].device_id}`);
  await open(page, bare, '/devices');
  await expect(page.getByRole('heading', { name: 'No device reports to your account yet' })).toBeVisible();
  await page.locator('.state').getByRole('button', { name: 'Add a device' }).click();
  await expect(page.locator('b.code')).toBeVisible();
});
