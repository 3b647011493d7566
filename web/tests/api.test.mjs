import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError, OfflineError } from '../answers.js';
import { Api, queryString } from '../api.js';
import { codeIn, pairingAddress } from '../pairing-code.js';
import { readAgent } from '../user-agent.js';

/** A server in a function: what it was asked, and what it answers. */
function makeApi(answer, { channel = null, locks } = {}) {
  const asked = [];
  const fetch = async (path, options) => {
    const request = { path: path.replace('/api/v1', ''), ...options };
    asked.push(request);
    const { status = 200, body = {}, headers = {} } = await answer(request, asked.length);
    return new Response(status === 204 || status === 304 ? null : JSON.stringify(body), { status, headers });
  };
  const api = new Api({ fetch, locks, channel });
  const heard = [];
  for (const type of ['signed-in', 'signed-out', 'left', 'another', 'online', 'offline']) {
    api.addEventListener(type, () => heard.push(type));
  }
  return { api, asked, heard };
}

/** An access token as far as a client reads it. */
const access = (number, person = 'ada') => `h.${btoa(JSON.stringify({ sub: person }))}.${number}`;
const tokens = (number, person = 'ada', expires_in = 900) => ({
  access_token: access(number, person),
  refresh_token: `r${number}`,
  expires_in,
});
const refuse = (error_code) => ({ status: 401, body: { detail: { message: 'no', error_code, status_code: 401 } } });
const isRefresh = (request) => request.path === '/auth/refresh';
const paths = (asked) => asked.map((request) => request.path);

test('the first request fetches a token by the cookie, which goes nowhere else', async () => {
  const { api, asked, heard } = makeApi((request) =>
    isRefresh(request) ? { body: tokens(1) } : { body: { ok: true } },
  );
  assert.equal(api.state, 'unknown');
  assert.deepEqual(await api.get('/stats/today', { query: { date: null, device_id: 'x y' } }), { ok: true });
  assert.deepEqual(paths(asked), ['/auth/refresh', '/stats/today?device_id=x+y']);
  assert.deepEqual(
    asked.map((request) => [request.credentials, request.headers.Authorization]),
    [
      ['same-origin', undefined],
      ['omit', `Bearer ${access(1)}`],
    ],
  );
  assert.deepEqual([api.state, heard], ['in', ['signed-in']]);
});

test('parallel requests renew once, and what has run out is not even sent', async () => {
  let round = 0;
  const { api, asked } = makeApi((request) => {
    if (!isRefresh(request)) return {};
    round += 1;
    return { body: tokens(round, 'ada', round === 1 ? 0 : 900) };
  });
  await Promise.all([api.get('/a'), api.get('/b'), api.get('/c')]);
  assert.equal(asked.filter(isRefresh).length, 1);
  await Promise.all([api.get('/a'), api.get('/b')]);
  assert.deepEqual(paths(asked).slice(4), ['/auth/refresh', '/a', '/b']);
});

test('a token that is refused in mid-use is renewed and the request sent again', async () => {
  let good = access(1);
  let round = 0;
  const { api } = makeApi((request) => {
    if (isRefresh(request)) {
      round += 1;
      return { body: tokens(round) };
    }
    return request.headers.Authorization === `Bearer ${good}` ? { body: { good } } : refuse('TOKEN_EXPIRED');
  });
  assert.deepEqual(await api.get('/x'), { good });
  good = access(2);
  assert.deepEqual(await api.get('/x'), { good });
});

test('when the renewal is refused it is said so once, with its reason, and nothing is asked any more', async () => {
  const { api, asked, heard } = makeApi(() => refuse('REFRESH_TOKEN_REUSED'));
  await assert.rejects(Promise.all([api.get('/x'), api.get('/y')]), ApiError);
  assert.deepEqual([api.state, api.ending, heard], ['out', 'REFRESH_TOKEN_REUSED', ['signed-out']]);
  await assert.rejects(api.get('/z'), { code: 'SIGNED_OUT' });
  assert.deepEqual(paths(asked), ['/auth/refresh']);
});

test('without a cookie nobody was signed in, and there is no reason to tell', async () => {
  const { api } = makeApi(() => refuse('TOKEN_MISSING'));
  await api.resume();
  assert.deepEqual([api.state, api.ending], ['out', null]);
});

test('renewals, signing in and signing out take turns with other tabs', async () => {
  const turns = [];
  const locks = { request: async (name, act) => (turns.push(name), act()) };
  const { api, heard } = makeApi(
    ({ path }) =>
      path === '/auth/login'
        ? { body: { ...tokens(1), user: { role: 'admin' } } }
        : path === '/auth/logout'
          ? { status: 204 }
          : { body: tokens(2) },
    { locks },
  );
  await api.resume();
  await api.signIn('ada', 'secret');
  assert.equal(api.admin, true);
  await api.signOut();
  assert.deepEqual(turns, Array(3).fill('almanac.session'));
  assert.deepEqual([api.state, api.account, heard], ['out', null, ['signed-in', 'left']]);
});

test('what one tab does the others hear', async () => {
  const channel = new EventTarget();
  channel.postMessage = (data) => channel.said.push(data);
  channel.said = [];
  const hear = (data) => channel.dispatchEvent(Object.assign(new Event('message'), { data }));
  let person = 'ada';
  let round = 0;
  const { api, heard, asked } = makeApi(
    (request) => {
      if (request.path === '/auth/login') return { body: { ...tokens(9, person), user: {} } };
      round += 1;
      return isRefresh(request) ? { body: tokens(round, person) } : {};
    },
    { channel },
  );
  await api.signIn('ada', 'x');
  assert.deepEqual(channel.said, ['signed-in']);
  // The same person elsewhere: this tab takes the new cookie, and goes on.
  hear('signed-in');
  await api.get('/x');
  assert.deepEqual(paths(asked), ['/auth/login', '/auth/refresh', '/x']);
  assert.deepEqual(heard, ['signed-in']);
  // Somebody else: nothing of theirs is shown to who was here.
  person = 'bob';
  hear('signed-in');
  await assert.rejects(api.get('/x'), { status: 401 });
  assert.deepEqual(heard, ['signed-in', 'another']);
  hear('signed-out');
  assert.deepEqual(heard, ['signed-in', 'another', 'left']);
  assert.equal(api.state, 'out');
});

test('an error of the server keeps its code, its words and its wait', async () => {
  const { api } = makeApi((request) =>
    isRefresh(request)
      ? { body: tokens(1) }
      : {
          status: 503,
          headers: { 'Retry-After': '2' },
          body: { detail: { message: 'busy', error_code: 'OVERLOADED', request_id: 'q' } },
        },
  );
  await assert.rejects(api.get('/x'), { code: 'OVERLOADED', retryAfter: 2, status: 503, requestId: 'q' });
});

test('no answer is told apart from a refusal, and its end noticed', async () => {
  let away = false;
  const { api, heard } = makeApi((request) => {
    if (away) throw new TypeError('fetch failed');
    return isRefresh(request) ? { body: tokens(1) } : {};
  });
  await api.get('/x');
  away = true;
  await assert.rejects(api.get('/x'), OfflineError);
  await assert.rejects(api.get('/x'), OfflineError);
  assert.equal(await api.knock(), false);
  away = false;
  assert.equal(await api.knock(), true);
  assert.deepEqual(heard, ['signed-in', 'offline', 'online']);
  assert.equal(api.state, 'in', 'being offline signs nobody out');
});

test('an unchanged answer is the same object', async () => {
  const { api, asked } = makeApi((request) => {
    if (isRefresh(request)) return { body: tokens(1) };
    if (request.headers['If-None-Match'] === '"1"') return { status: 304 };
    return { body: { n: 1 }, headers: { ETag: '"1"' } };
  });
  assert.equal(await api.get('/x'), await api.get('/x'));
  assert.equal(asked.length, 3);
});

test('the server’s clock counts where this machine’s is wrong', async () => {
  const date = (ahead) => ({ Date: new Date(Date.now() + ahead).toUTCString() });
  let ahead = 3_600_000;
  const { api } = makeApi(() => ({ body: tokens(1), headers: date(ahead) }));
  await api.resume();
  assert.ok(Math.abs(api.now() - Date.now() - ahead) < 2000);
  ahead = 5000;
  await api.knock();
  assert.ok(Math.abs(api.now() - Date.now() - ahead) < 1100);
  // What is no more than the answers' whole seconds is no difference.
  ahead = 0;
  await api.knock();
  assert.ok(Math.abs(api.now() - Date.now()) < 5);
});

test('a pairing code is found in the address that a picture holds, and nothing else is one', () => {
  const address = pairingAddress('https://almanac.example', 'K7QM-3XWD');
  assert.equal(address, 'https://almanac.example/#pair=K7QM-3XWD');
  assert.equal(codeIn(new URL(address).hash.slice(1)), 'K7QM-3XWD');
  assert.equal(codeIn('pair=k7qm-3xwd'), 'K7QM-3XWD');
  for (const fragment of ['', 'pair=', 'pair=K7QM', 'pair=%3Cimg%3E', 'pair=%', 'content']) {
    assert.equal(codeIn(fragment), null, fragment);
  }
});

test('clients are called what people call them', () => {
  const read = (agent) => Object.values(readAgent(agent));
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  assert.deepEqual(
    read(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/141.0.0.0 Safari/537.36 Edg/141.0`),
    ['Edge', 'Windows', false],
  );
  assert.deepEqual(read(`Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/141.0.0.0 Mobile Safari/537.36`), [
    'Chrome',
    'Android',
    true,
  ]);
  assert.deepEqual(
    read(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
    ),
    ['Safari', 'iPhone', true],
  );
  assert.deepEqual(read('Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0'), [
    'Firefox',
    'Linux',
    false,
  ]);
  assert.deepEqual(read('curl/8.5.0'), ['curl', null, false]);
  assert.deepEqual(read('<img src=x onerror=alert(1)>'), [null, null, false]);
});

test('queries leave out what is not asked', () => {
  assert.equal(queryString({ a: null, b: undefined, c: '', d: 0, e: false }), '?d=0&e=false');
  assert.equal(queryString({}), '');
});
