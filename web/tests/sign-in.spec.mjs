import { Account } from './account.mjs';
import { day, expect, open, password, ready, test } from './almanac.mjs';
import { Server } from './server.mjs';

const door = (page) => page.getByRole('heading', { name: 'Sign in', level: 2 });

/** Fills the form by keys alone. */
async function typeIn(page, login, secret) {
  await page.getByLabel('Username or e-mail').focus();
  await page.keyboard.type(login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(secret);
  await page.keyboard.press('Enter');
}

test('nothing is readable without signing in', async ({ page, account }) => {
  const asked = [];
  page.on('request', (request) => request.url().includes('/api/') && asked.push(new URL(request.url()).pathname));
  const paths = ['/', '/today', '/week', '/devices', '/settings', '/settings/sign-in', '/admin', '/admin/audit'];
  for (const path of [...paths, '/day/2026-01-01', '/nowhere']) {
    await page.goto(account.url + path);
    await expect(door(page)).toBeVisible();
    await expect(page.locator('.rail')).toHaveCount(0);
  }
  expect(new Set(asked)).toEqual(new Set(['/api/v1/auth/refresh']));
});

test('signing in by keyboard leads to where the address does, and out again', async ({ page, account }) => {
  await page.goto(`${account.url}/day/${day(-4)}`);
  await ready(page);
  await typeIn(page, account.username, password);
  await expect(page.locator('#attention')).toBeVisible();
  await expect(page).toHaveURL(`${account.url}/day/${day(-4)}`);
  const menu = page.locator('summary', { has: page.locator('use[href$="person-circle"]') });
  await expect(menu).toHaveAttribute('aria-label', `Signed in as ${account.username}`);
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(door(page)).toBeVisible();
  await expect(page).toHaveURL(`${account.url}/`);
  await page.goBack();
  await expect(door(page)).toBeVisible();
  await page.reload();
  await expect(door(page)).toBeVisible();
});

test('an e-mail address does as well as a username, whatever its case', async ({ page, account }) => {
  await page.goto(account.url);
  await typeIn(page, ` ${account.email.toUpperCase()} `, password);
  await expect(page.locator('.rail')).toBeVisible();
});

test('what is wrong is said, and what was typed stays', async ({ page, account, expected }) => {
  expected.push('401');
  await page.goto(account.url);
  await ready(page);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('This is needed.')).toHaveCount(2);
  await expect(page.getByLabel('Username or e-mail')).toBeFocused();
  await typeIn(page, account.username, 'not the password');
  await expect(page.locator('form > .problem')).toHaveText('The username or e-mail, or the password, is wrong.');
  await expect(page.getByLabel('Username or e-mail')).toHaveValue(account.username);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('not the password');
  await page.getByRole('button', { name: 'Show the password' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text');
});

test('too many tries are told how long to wait', async ({ page, bare, expected }) => {
  expected.push('401', '429');
  await page.goto(bare.url);
  await ready(page);
  await typeIn(page, bare.username, 'wrong wrong');
  const problem = page.locator('form > .problem');
  for (let tries = 1; tries <= 5; tries += 1) {
    await expect(problem).toContainText('is wrong');
    await page.keyboard.press('Enter');
  }
  await expect(problem).toHaveText(
    /^Too many tries failed for this account\. Try again in 15 minutes, at \d\d:\d\d\.$/,
  );
});

test('a disabled, deleted or ended sign-in leads to the door, and back to the same page', async ({
  page,
  account,
  expected,
}) => {
  expected.push('401');
  await open(page, account, '/devices');
  const { sessions } = await account.get('/users/me/sessions');
  for (const place of sessions.filter((one) => !one.current)) {
    await account.call('DELETE', `/users/me/sessions/${place.id}`);
  }
  await page.getByRole('link', { name: 'Week' }).first().click();
  await expect(door(page)).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'signed out' })).toBeVisible();
  await typeIn(page, account.username, password);
  await expect(page).toHaveURL(/\/week$/);
  await expect(page.getByRole('link', { name: 'Week before' })).toBeVisible();
});

test('somebody new registers', async ({ page, account, expected }) => {
  expected.push('409', '422');
  await page.goto(`${account.url}/week`);
  await page.getByRole('link', { name: 'Register' }).click();
  await expect(page.getByRole('heading', { name: 'Register', level: 1 })).toBeFocused();
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Register' }).click();
  await expect(page.locator('#register-password-wrong')).toHaveText('A password has at least 8 characters.');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.getByLabel('Password', { exact: true }).fill('password1');
  await page.keyboard.press('Enter');
  await expect(page.locator('#register-password-wrong')).toContainText('tried first');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.locator('#register-email-wrong')).toHaveText('There is an account with this e-mail address.');
  await page.getByLabel('E-mail').fill(`new-${account.email}`);
  await page.getByLabel('Username').fill(account.username);
  await page.keyboard.press('Enter');
  await expect(page.locator('#register-username-wrong')).toHaveText('This username is taken.');
  await page.getByLabel('Username').fill('');
  await page.getByLabel('Name', { exact: true }).fill('New Person');
  await page.keyboard.press('Enter');
  // On to where they wanted to go at first.
  await expect(page).toHaveURL(/\/week$/);
  await ready(page);
  await page.getByLabel('Signed in as New Person').click();
  await expect(page.locator('.menu-about')).toContainText(`new-${account.email}`);
  await page.goto(`${account.url}/register`);
  await expect(page.locator('.rail')).toBeVisible();
});

test('the first account of a fresh server is told it is the admin', async ({ page }) => {
  const server = await Server.fresh();
  try {
    await page.goto(`${server.url}/register`);
    await expect(page.getByText('the first account becomes its admin')).toBeVisible();
    await page.getByLabel('E-mail').fill('first@example.org');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Welcome, first' })).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'you are the admin' })).toBeVisible();
    await page.getByRole('link', { name: 'Add a device' }).click();
    await expect(page.getByRole('heading', { name: 'No device reports to your account yet' })).toBeVisible();
    await expect(page.locator('.rail').getByRole('link', { name: 'Admin' })).toBeVisible();
  } finally {
    // A page would go on to ask.
    await page.goto('about:blank');
    await server.remove();
  }
});

test('a link that is not whole, or was used, is told so', async ({ page, account, expected }) => {
  expected.push('422');
  await page.goto(`${account.url}/reset`);
  await expect(page.getByRole('status').filter({ hasText: 'not whole' })).toBeVisible();
  await page.goto(`${account.url}/reset#no-such-token`);
  await expect(page.getByLabel('New password', { exact: true })).toBeVisible();
  expect(page.url()).toBe(`${account.url}/reset`);
  await page.getByLabel('New password', { exact: true }).fill('another good password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Ask the admin for another' })).toBeVisible();
});

test('who is signed in finds another person’s page anew when they sign in', async ({
  page,
  account,
  context,
  expected,
}) => {
  // The page may be asking at the moment in which it is signed out.
  expected.push('401');
  await open(page, account, '/devices');
  await expect(page.locator('.device')).toHaveCount(2);
  const other = await Account.make(account.url);
  await other.addDevice('Only mine');
  // A second tab signs out and in again as somebody else, by the same cookie.
  const tab = await context.newPage();
  await tab.goto(`${account.url}/today`);
  await ready(tab);
  await tab.getByLabel(/^Signed in as/).click();
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await expect(door(page)).toBeVisible();
  await typeIn(tab, other.username, password);
  await expect(tab.locator('.rail')).toBeVisible();
  await expect(page.locator('.rail')).toBeVisible();
  await page.goto(`${account.url}/devices`);
  await expect(page.locator('.device')).toHaveText([/Only mine/]);
});
