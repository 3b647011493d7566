import { expect, open, test } from './almanac.mjs';

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
  await expect(page.getByText('opens this page')).toHaveCount(1);
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

test('revoking the device that opens the page closes it', async ({ page, account, expected }) => {
  expected.push('401');
  await open(page, account, '/devices');
  await page.locator(`[data-device="${account.devices[0].device_id}"]`).getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('dialog')).toContainText('you will be signed out');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('heading', { name: 'Open your Almanac', level: 2 })).toBeVisible();
});
