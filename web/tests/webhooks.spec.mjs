// What the libraries that senders use sign, the server believes; and what they did not sign, it does not.

import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { Account } from './account.mjs';
import { expect, test } from './almanac.mjs';

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
