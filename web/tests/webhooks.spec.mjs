// What the libraries that senders use sign, the server believes; and what they did not sign, it does not.

import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { Account } from './account.mjs';
import { expect, fitsItsWidth, live, open, settled, test } from './almanac.mjs';

const notification = { type: 'notification', timestamp: new Date().toISOString(), data: { title: 'Ebb — ½ past' } };

/** Somebody's endpoint. */
async function endpoint(scheme) {
  const account = await Account.make(process.env.ALMANAC_URL);
  const made = await account.call('POST', '/webhook-endpoints', { body: { name: 'Sender', scheme } });
  const deliveries = () => account.get(`/webhook-endpoints/${made.id}/deliveries`);
  const deliver = (body, headers) =>
    fetch(account.url + made.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  return { account, secret: made.secret, deliver, deliveries };
}

test('standardwebhooks signs what is believed', async () => {
  const { secret, deliver, deliveries } = await endpoint('standard');
  const signed = (body, id, at) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  });
  const body = JSON.stringify(notification);
  const headers = signed(body, 'msg_1', new Date());
  const first = await deliver(body, headers);
  expect([first.status, await first.json()]).toEqual([202, { id: 'msg_1', status: 'done' }]);
  expect((await deliver(body, headers)).status).toBe(200);
  expect((await deliver(body.replace('Ebb', 'Egg'), headers)).status).toBe(401);
  expect((await deliver(body, { ...headers, 'webhook-id': 'msg_2' })).status).toBe(401);
  const stale = await deliver(body, signed(body, 'msg_3', new Date(Date.now() - 10 * 60_000)));
  expect((await stale.json()).detail.error_code).toBe('SIGNATURE_STALE');
  const listed = await deliveries();
  expect([listed.total, listed.deliveries[0].message]).toEqual([1, 'Ebb — ½ past']);
});

test('@octokit/webhooks-methods signs what is believed', async () => {
  const { account, secret, deliver, deliveries } = await endpoint('github');
  await account.call('POST', '/time-entries', { body: { description: 'Tables' } });
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    repository: { full_name: 'mary/tides' },
    head_commit: { message: 'Fix the tables — at last' },
    commits: [{}],
  });
  const headers = {
    'x-github-event': 'push',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': await sign(secret, body),
  };
  expect((await deliver(body, headers)).status).toBe(202);
  expect((await deliver(body, headers)).status).toBe(200);
  expect((await deliver(`${body} `, headers)).status).toBe(401);
  expect((await deliver(body, { ...headers, 'x-hub-signature-256': await sign('another', body) })).status).toBe(401);
  expect((await deliveries()).total).toBe(1);
  const running = await account.get('/time-entries/active');
  expect(running.description).toBe('Tables\nmary/tides: Fix the tables — at last');
});

test('an endpoint is made, deliveries are listed, looked at and replayed', async ({ page, bare }) => {
  await open(page, bare, '/settings/webhooks');
  await page.getByRole('main').getByRole('button', { name: 'Add an endpoint' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What delivers here').fill('<b>Time</b> clock');
  await dialog.getByLabel('How it signs').selectOption('secret-header');
  await dialog.getByRole('button', { name: 'Add an endpoint' }).click();
  const secret = await dialog.getByLabel('Secret').inputValue();
  const address = await dialog.getByLabel('Address').inputValue();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: '<b>Time</b> clock' })).toBeVisible();

  const deliver = (body) =>
    fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-secret': secret },
      body: JSON.stringify(body),
    });
  await page.getByRole('link', { name: 'Deliveries: <b>Time</b> clock' }).click();
  await expect(page.getByText('0 deliveries')).toBeVisible();
  // What comes is listed at once, and what is to be said is said.
  await expect(live(page)).toBeVisible();
  const data = {
    description: 'Tides',
    project: 'Chart',
    start_time: new Date(Date.now() - 3_600_000),
    end_time: new Date(),
  };
  await deliver({ id: 'one', type: 'time_entry.created', data });
  await deliver({ id: 'two', type: 'notification', data: { title: '<img src=x onerror=alert(1)>' } });
  await expect(page.getByText('2 deliveries')).toBeVisible();
  await expect(page.getByRole('status').getByText('<img src=x onerror=alert(1)>')).toBeVisible();
  const failed = page.locator('[data-delivery="one"]');
  await expect(failed).toContainText('Failed');
  await page.getByRole('button', { name: 'Show: one' }).click();
  await expect(page.getByRole('dialog')).toContainText('"project": "Chart"');
  await page.keyboard.press('Escape');

  // The project is there now.
  await bare.call('POST', '/projects', { body: { title: 'Chart' } });
  await page.getByRole('button', { name: 'Replay: one' }).click();
  await expect(failed).toContainText('Done');
  expect((await bare.get('/time-entries')).total).toBe(1);
  await page.getByLabel('What has become of it').selectOption('failed');
  await expect(page.getByText('Nothing like this was delivered.')).toBeVisible();
  await page.setViewportSize({ width: 360, height: 800 });
  await settled(page);
  await fitsItsWidth(page);
});
