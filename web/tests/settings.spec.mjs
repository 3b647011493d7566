import { Account, call } from './account.mjs';
import { day, expect, open, password, ready, test } from './almanac.mjs';

test('the calendar is kept by the account', async ({ page, account }) => {
  await open(page, account, '/settings');
  await expect(page.getByLabel('Time zone')).toHaveValue('UTC');
  await page.getByRole('button', { name: 'Use Europe/Berlin, as this browser does' }).click();
  await page.getByLabel('Start of day').fill('04:00');
  await page.getByLabel('Week starts on').selectOption('sunday');
  await page.getByLabel('Applies').selectOption('always');
  await page.getByRole('button', { name: 'Save the calendar' }).click();
  await expect(page.locator('.toasts')).toContainText('Saved.');
  const me = await account.get('/users/me');
  expect(me).toMatchObject({ timezone: 'Europe/Berlin', day_start: '04:00', week_start: 'sunday' });
  await page.goto(`${account.url}/day/${day(-4)}`);
  await ready(page);
  await expect(page.locator('.zone')).toContainText('day starts 04:00');
  await expect(page.locator('.zone')).not.toContainText('Europe/Berlin');
  await expect(page.locator('#timeline-title')).toContainText('04:00 to 04:00');
});

test('a zone that is none is refused in words', async ({ page, account }) => {
  await open(page, account, '/settings');
  await page.getByLabel('Time zone').fill('Mars/Olympus');
  await page.getByRole('button', { name: 'Save the calendar' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'not a time zone' })).toBeVisible();
  expect((await account.get('/users/me')).timezone).toBe('UTC');
});

test('the zone is named where it is not the browser’s', async ({ page, account }) => {
  await open(page, account, `/day/${day(-4)}`);
  await expect(page.locator('.zone')).toContainText('UTC');
});

test('the theme is chosen, kept, and shared by tabs', async ({ page, account, context }) => {
  await open(page, account, '/settings');
  const theme = (one) => one.evaluate(() => document.documentElement.dataset.bsTheme);
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  expect(await theme(page)).toBe('dark');
  await page.reload();
  expect(await theme(page)).toBe('dark');
  const other = await context.newPage();
  await other.goto(`${account.url}/today`);
  await ready(other);
  await page.getByRole('button', { name: 'Light', exact: true }).click();
  await expect.poll(() => theme(other)).toBe('light');
  await page.getByRole('button', { name: 'System', exact: true }).click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => theme(page)).toBe('dark');
});

test('the profile is what the person says', async ({ page, account, expected }) => {
  expected.push('409', '422');
  await open(page, account, '/settings');
  const profile = page.locator('section[aria-labelledby="profile-title"]');
  const save = page.getByRole('button', { name: 'Save the profile' });
  await expect(profile.getByLabel('Username', { exact: true })).toHaveValue(account.username);
  await profile.getByLabel('First name').fill('Ada');
  await profile.getByLabel('Last name').fill('Lovelace');
  await save.click();
  await expect(page.locator('.toasts')).toContainText('Saved.');
  // A name that nobody chose is made of its parts.
  await expect(profile.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
  await expect(page.getByLabel('Signed in as Ada Lovelace')).toBeVisible();
  await profile.getByLabel('Username', { exact: true }).fill('not a username');
  await save.click();
  await expect(page.locator('#profile-username-wrong')).toContainText('letters, digits');
  const other = await Account.make(account.url);
  await profile.getByLabel('Username', { exact: true }).fill(other.username);
  await save.click();
  await expect(page.locator('#profile-username-wrong')).toHaveText('This username is taken.');
  await profile.getByLabel('Username', { exact: true }).fill(`x${account.username}`);
  await profile.getByLabel('E-mail').fill('nowhere');
  await save.click();
  await expect(page.locator('#profile-email-wrong')).toHaveText('This is not an e-mail address.');
  await profile.getByLabel('E-mail').fill(`x${account.email}`);
  await profile.getByLabel(/^Public profile/).uncheck();
  await save.click();
  await expect(page.locator('#profile-email-wrong')).toBeEmpty();
  await expect
    .poll(() => account.get('/users/me'))
    .toMatchObject({
      username: `x${account.username}`,
      email: `x${account.email}`,
      name: 'Ada Lovelace',
      settings: { public_profile: false },
    });
  await expect(call(account.url, 'GET', `/users/${account.id}`, { token: other.token })).rejects.toThrow('404');
});

test('the password is changed by who knows it, and the other places end', async ({ page, account, expected }) => {
  expected.push('403', '422');
  await open(page, account, '/settings/sign-in');
  await page.getByLabel('Present password').fill('not the password');
  await page.getByLabel('New password', { exact: true }).fill('battery horse correct');
  await page.keyboard.press('Enter');
  await expect(page.locator('form .problem', { hasText: 'The password is wrong.' })).toBeVisible();
  await page.getByLabel('Present password').fill(password);
  await page.getByLabel('New password', { exact: true }).fill('short');
  await page.keyboard.press('Enter');
  await expect(page.locator('#password-new_password-wrong')).toContainText('at least 8');
  await page.getByLabel('New password', { exact: true }).fill('battery horse correct');
  await page.keyboard.press('Enter');
  await expect(page.locator('.toasts')).toContainText('The password is changed.');
  await expect(page.getByLabel('Present password')).toHaveValue('');
  await expect(page.locator('.place')).toHaveCount(1);
  await expect(account.get('/users/me')).rejects.toThrow('401');
  await page.reload();
  await expect(page.locator('.rail')).toBeVisible();
});

test('signed-in places are listed and ended', async ({ page, account, browser, expected }) => {
  expected.push('401');
  const phone = await browser.newContext({
    userAgent: 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
  });
  const elsewhere = await phone.newPage();
  await open(elsewhere, account, '/today');
  await open(page, account, '/settings/sign-in');
  // This browser, the phone, and the test itself.
  await expect(page.locator('.place')).toHaveCount(3);
  const here = page.locator('.place', { hasText: 'this one' });
  await expect(here).toContainText('Chrome on Linux');
  await expect(here.getByRole('button')).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out: Firefox on Android' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.locator('.place')).toHaveCount(2);
  await elsewhere.getByRole('link', { name: 'Devices' }).first().click();
  await expect(elsewhere.getByRole('heading', { name: 'Sign in', level: 2 })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(page.locator('.place')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Sign out everywhere else' })).toHaveCount(0);
  await expect(account.get('/users/me')).rejects.toThrow('401');
  await phone.close();
});

test('the account goes by its name and its password, and everything with it', async ({ page, account, expected }) => {
  expected.push('403', '401');
  await open(page, account, '/settings/sign-in');
  await page.getByRole('button', { name: 'Delete the account' }).click();
  const dialog = page.getByRole('dialog');
  const sure = dialog.getByRole('button', { name: 'Delete the account' });
  await dialog.getByLabel(`Type ${account.username} to confirm`).fill(account.username);
  await expect(sure).toBeDisabled();
  await dialog.getByLabel('Password').fill('not the password');
  await sure.click();
  await expect(dialog.getByRole('alert')).toHaveText('The password is wrong.');
  await dialog.getByLabel('Password').fill(password);
  await sure.click();
  await expect(page.getByRole('heading', { name: 'Sign in', level: 2 })).toBeVisible();
  expect(await page.context().cookies(`${account.url}/api/v1/auth/refresh`)).toEqual([]);
  const again = call(account.url, 'POST', '/auth/login', { body: { username: account.username, password } });
  await expect(again).rejects.toThrow('INVALID_CREDENTIALS');
});
