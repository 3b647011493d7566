import { Account, call } from './account.mjs';
import { expect, open, password, ready, test } from './almanac.mjs';
import { Server } from './server.mjs';

/** A server of their own: what an admin decides concerns everybody on it. */
let server;
let admin;
test.beforeAll(async () => {
  server = await Server.fresh();
  admin = await Account.make(server.url, { username: 'root', email: 'root@example.org' });
});
test.afterAll(() => server.remove());

const row = (page, account) => page.locator(`[data-user="${account.username}"]`);

/** Chooses what to do with somebody. */
async function act(page, account, what) {
  await row(page, account).locator('summary').click();
  await row(page, account).getByRole('button', { name: what, exact: true }).click();
}

test('who is no admin sees none of it', async ({ page, expected }) => {
  expected.push('403');
  const person = await Account.make(server.url);
  await open(page, person, '/today');
  await expect(page.getByLabel(`Signed in as ${person.username}`)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).not.toContainText('Admin');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page).toHaveURL(/today$/);
  for (const path of ['/admin', '/admin/devices', '/admin/audit', '/admin/server']) {
    await page.goto(server.url + path);
    await ready(page);
    await expect(page.getByRole('heading', { name: 'There is no such page', level: 2 })).toBeVisible();
  }
});

test('people are found by name, role and status', async ({ page }) => {
  const ada = await Account.make(server.url, { name: 'Ada Lovelace' });
  await ada.addDevice('Phone');
  const bob = await Account.make(server.url, { name: 'Bob' });
  await open(page, admin, '/today');
  // Who somebody is comes after the figures.
  await expect(page.locator('.rail').getByRole('link', { name: 'Admin' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page).toHaveURL(/\/admin/);
  await ready(page);
  await expect(row(page, admin)).toContainText('you');
  await expect(row(page, ada)).toContainText('1 device');
  await page.getByLabel('Search by name or e-mail').fill('LOVELACE');
  await expect(row(page, bob)).toHaveCount(0);
  await expect(row(page, ada)).toBeVisible();
  await expect(page.locator('.finder').getByRole('status')).toHaveText('1 person');
  await page.getByLabel('Search by name or e-mail').fill('nobody of this name');
  await expect(page.getByText('Nobody matches.')).toBeVisible();
  await page.getByLabel('Search by name or e-mail').fill('');
  await page.getByLabel('Role').selectOption('admin');
  await expect(row(page, bob)).toHaveCount(0);
  await expect(row(page, admin)).toBeVisible();
});

test('an account is disabled and enabled, and its person notices', async ({ page, browser, expected }) => {
  expected.push('401', '403');
  const person = await Account.make(server.url);
  const theirs = await browser.newContext();
  const elsewhere = await theirs.newPage();
  await open(elsewhere, person, '/today');
  await open(page, admin, '/admin');
  await act(page, person, 'Disable');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(row(page, person)).toContainText('disabled');
  // Their page hears of it by itself.
  await expect(elsewhere.getByRole('heading', { name: 'Sign in', level: 2 })).toBeVisible();
  await elsewhere.getByLabel('Username or e-mail').fill(person.username);
  await elsewhere.getByLabel('Password', { exact: true }).fill(password);
  await elsewhere.keyboard.press('Enter');
  await expect(elsewhere.locator('form > .problem')).toHaveText('An admin has disabled this account.');
  await page.getByLabel('Status').selectOption('disabled');
  await expect(page.locator('.device')).toHaveCount(1);
  await act(page, person, 'Enable');
  await expect(page.getByText('Nobody matches.')).toBeVisible();
  await elsewhere.keyboard.press('Enter');
  await expect(elsewhere.locator('.rail')).toBeVisible();
  await theirs.close();
});

test('a role is given and taken; the last admin stays one', async ({ page, expected }) => {
  expected.push('403');
  const person = await Account.make(server.url);
  await open(page, admin, '/admin');
  await act(page, person, 'Make an admin');
  await page.getByRole('dialog').getByRole('button', { name: 'Make an admin' }).click();
  await expect(row(page, person).locator('.badge-soft')).toHaveText(['admin']);
  await act(page, person, 'Take the admin role away');
  await page.getByRole('dialog').getByRole('button', { name: 'Take the admin role away' }).click();
  await expect(row(page, person).locator('.badge-soft')).toHaveCount(0);
  await act(page, admin, 'Take the admin role away');
  await page.getByRole('dialog').getByRole('button', { name: 'Take the admin role away' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('the last admin');
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('somebody is deleted when their name is typed', async ({ page }) => {
  const person = await Account.make(server.url);
  await open(page, admin, '/admin');
  await act(page, person, 'Delete');
  const sure = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
  await expect(sure).toBeDisabled();
  await page.getByLabel(`Type ${person.username} to confirm`).fill(person.username);
  await sure.click();
  await expect(row(page, person)).toHaveCount(0);
  await expect(person.get('/users/me')).rejects.toThrow('401');
});

test('a link that the admin hands over sets a new password, once', async ({ page, browser, expected }) => {
  expected.push('422', '401');
  const person = await Account.make(server.url);
  await open(page, admin, '/admin');
  await act(page, person, 'Link to set a new password');
  await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(link).toMatch(new RegExp(`^${server.url}/reset#.{20,}$`));
  const theirs = await browser.newContext();
  const elsewhere = await theirs.newPage();
  await elsewhere.goto(link);
  await expect(elsewhere).toHaveURL(`${server.url}/reset`);
  await elsewhere.getByLabel('New password', { exact: true }).fill('password1');
  await elsewhere.keyboard.press('Enter');
  await expect(elsewhere.locator('#reset-new_password-wrong')).toContainText('tried first');
  await elsewhere.getByLabel('New password', { exact: true }).fill('a new good password');
  await elsewhere.keyboard.press('Enter');
  await expect(elsewhere.getByRole('status').filter({ hasText: 'is set' })).toBeVisible();
  await elsewhere.getByRole('link', { name: 'Go to sign-in' }).click();
  await elsewhere.getByLabel('Username or e-mail').fill(person.email);
  await elsewhere.getByLabel('Password', { exact: true }).fill('a new good password');
  await elsewhere.keyboard.press('Enter');
  await expect(elsewhere.locator('.rail')).toBeVisible();
  await elsewhere.goto(link);
  await elsewhere.getByLabel('New password', { exact: true }).fill('yet another password');
  await elsewhere.keyboard.press('Enter');
  await expect(elsewhere.getByRole('alert').filter({ hasText: 'was used' })).toBeVisible();
  await theirs.close();
});

test('registration is closed, by invitation, and open again', async ({ page, browser, expected }) => {
  expected.push('403', '409');
  await open(page, admin, '/admin/server');
  const fresh = await browser.newContext();
  const visitor = await fresh.newPage();
  const fill = async () => {
    await visitor.goto('about:blank');
    await visitor.goto(`${server.url}/register`);
    await visitor.getByLabel('E-mail').fill(`guest-${Date.now()}@example.org`);
    await visitor.getByLabel('Password', { exact: true }).fill(password);
    await visitor.keyboard.press('Enter');
  };
  await page.getByRole('radio', { name: /^Closed/ }).check();
  await expect(page.locator('.toasts')).toContainText('Registration: Closed.');
  await fill();
  await expect(visitor.locator('form > .problem')).toContainText('Nobody can register');

  await page.getByRole('radio', { name: /^By invitation/ }).check();
  await expect(page.locator('.toasts')).toContainText('Registration: By invitation.');
  await fill();
  await expect(visitor.locator('#register-invite_code-wrong')).toContainText('invite code is needed');
  await expect(visitor.getByLabel('Invite code')).toBeFocused();
  await visitor.keyboard.type('not-a-code');
  await visitor.keyboard.press('Enter');
  await expect(visitor.locator('#register-invite_code-wrong')).toContainText('unknown, used up');

  await page.getByRole('button', { name: 'New invite code' }).click();
  await page.getByLabel('Note').fill('For Grace');
  await page.getByRole('button', { name: 'Make the code' }).click();
  const code = await page.getByRole('dialog').locator('b.code').textContent();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.keyboard.press('Escape');
  await expect(page.locator('.place', { hasText: 'For Grace' })).toContainText('used 0 of 1');
  await expect(page.locator('body')).not.toContainText(code);
  await visitor.goto('about:blank');
  await visitor.goto(link);
  await expect(visitor.getByLabel('Invite code')).toHaveValue(code);
  await expect(visitor).toHaveURL(`${server.url}/register`);
  await visitor.getByLabel('E-mail').fill('grace@example.org');
  await visitor.getByLabel('Password', { exact: true }).fill(password);
  await visitor.keyboard.press('Enter');
  await expect(visitor.locator('.rail')).toBeVisible();
  await page.reload();
  await expect(page.locator('.place', { hasText: 'For Grace' })).toContainText('used 1 of 1');
  await page.getByRole('button', { name: 'Delete: For Grace' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.locator('.place')).toHaveCount(0);
  await page.getByRole('radio', { name: /^Open/ }).check();
  await expect(page.locator('.toasts')).toContainText('Registration: Open.');
  await fresh.close();
});

test('devices of all are listed with their owners, guests’ too', async ({ page }) => {
  const person = await Account.make(server.url);
  await person.addDevice('Their phone');
  await call(server.url, 'POST', '/devices/register', { body: { platform: 'linux', name: 'Nobody’s laptop' } });
  await open(page, admin, '/admin/devices');
  await expect(page.locator('tr', { hasText: 'Their phone' })).toContainText(person.username);
  await expect(page.locator('tr', { hasText: 'Nobody’s laptop' })).toContainText('guest');
  await page.getByLabel('Search by device or owner').fill('laptop');
  await expect(page.locator('tbody tr')).toHaveCount(1);
});

test('the audit log says who did what, before and after', async ({ page }) => {
  const person = await Account.make(server.url);
  await admin.call('PATCH', `/admin/users/${person.id}`, { body: { role: 'admin' } });
  await admin.call('PATCH', `/admin/users/${person.id}`, { body: { role: 'user', is_active: false } });
  await open(page, admin, '/admin/audit');
  const [last, before] = [page.locator('tbody tr').nth(0), page.locator('tbody tr').nth(1)];
  await expect(before).toContainText(['root', 'Changed an account', person.username, 'role: user → admin'].join(''), {
    useInnerText: false,
  });
  await expect(last).toContainText('role: admin → user');
  await expect(last).toContainText('may sign in: yes → no');
  await page.getByLabel('What').selectOption('settings.update');
  await expect(page.locator('tbody')).not.toContainText('Changed an account');
});

test('the figures of the server are the API’s, as a chart and a table', async ({ page }) => {
  const person = await Account.make(server.url);
  const phone = await person.addDevice('Phone');
  const now = Date.now();
  await person.upload(phone, [
    { app: 'x', started_at: new Date(now - 9000).toISOString(), ended_at: new Date(now - 5000).toISOString() },
  ]);
  await expect
    .poll(async () => (await admin.get('/admin/stats')).ingest.days.at(-1).accepted, { timeout: 30_000 })
    .toBeGreaterThan(0);
  const stats = await admin.get('/admin/stats');
  await open(page, admin, '/admin/server');
  await expect(page.locator('.figure').first()).toHaveText(String(stats.people.total));
  await expect(page.locator('.bars i')).toHaveCount(60);
  await page.locator('.bars').hover();
  await page.getByRole('button', { name: '30 days' }).click();
  await expect(page.locator('.bars i')).toHaveCount(30);
  const ingest = page.locator('section[aria-labelledby="ingest-title"]');
  await ingest.getByRole('button', { name: 'Table' }).click();
  await expect(ingest.locator('tbody tr')).toHaveCount(30);
  await expect(ingest.locator('tbody tr').first().locator('td').nth(2)).toHaveText(
    stats.ingest.days.at(-1).accepted.toLocaleString('en-GB'),
  );
  await expect(page.locator('section[aria-labelledby="storage-title"] tbody tr')).toHaveCount(
    stats.storage.tables.length,
  );
});
