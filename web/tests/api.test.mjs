import assert from 'node:assert/strict';
import test from 'node:test';
import { Api, ApiError, OfflineError, queryString } from '../api.js';
import { deviceKeyIn } from '../pairing-link.js';

/** A server in a function: what it was asked, and what it answers. */
function makeApi(answer, stored = { 'almanac.refresh': 'r0' }) {
  const asked = [];
  const kept = new Map(Object.entries(stored));
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  const fetch = async (path, options) => {
    const request = { path: path.replace('/api/v1', ''), ...options };
    asked.push(request);
    const { status = 200, body = {}, headers = {} } = await answer(request, asked.length);
    return new Response(status === 204 || status === 304 ? null : JSON.stringify(body), { status, headers });
  };
  return { api: new Api({ storage, fetch, locks: undefined }), asked, kept };
}

const tokens = (number) => ({ device_id: 'd', access_token: `a${number}`, refresh_token: `r${number}` });
const refusal = { status: 401, body: { detail: { message: 'no', error_code: 'TOKEN_EXPIRED', status_code: 401 } } };

test('the first request fetches a token, and only the refresh token is stored', async () => {
  const { api, asked, kept } = makeApi((request) =>
    request.path === '/devices/refresh' ? { body: tokens(1) } : { body: { ok: true } },
  );
  assert.deepEqual(await api.get('/stats/today', { query: { date: null, device_id: 'x y' } }), { ok: true });
  assert.deepEqual(
    asked.map((request) => request.path),
    ['/devices/refresh', '/stats/today?device_id=x+y'],
  );
  assert.equal(asked[1].headers.Authorization, 'Bearer a1');
  assert.deepEqual([...kept], [['almanac.refresh', 'r1']]);
});

test('parallel requests renew once', async () => {
  const { api, asked } = makeApi((request) => (request.path === '/devices/refresh' ? { body: tokens(1) } : {}));
  await Promise.all([api.get('/a'), api.get('/b'), api.get('/c')]);
  assert.equal(asked.filter((request) => request.path === '/devices/refresh').length, 1);
});

test('a token that expires in mid-use is renewed and the request sent again', async () => {
  let good = 'a1';
  let round = 0;
  const { api } = makeApi((request) => {
    if (request.path === '/devices/refresh') {
      round += 1;
      return { body: tokens(round) };
    }
    return request.headers.Authorization === `Bearer ${good}` ? { body: { good } } : refusal;
  });
  assert.deepEqual(await api.get('/x'), { good: 'a1' });
  good = 'a2';
  assert.deepEqual(await api.get('/x'), { good: 'a2' });
});

test('when the renewal is refused, access is forgotten and said so once', async () => {
  const { api, kept } = makeApi(() => refusal);
  let ended = 0;
  api.addEventListener('unpaired', () => (ended += 1));
  await assert.rejects(api.get('/x'), ApiError);
  assert.equal(ended, 1);
  assert.equal(kept.size, 0);
  assert.equal(api.paired, false);
});

test('an error of the server keeps its code, its words and its wait', async () => {
  const { api } = makeApi((request) =>
    request.path === '/devices/refresh'
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
  const { api, kept } = makeApi((request) => {
    if (away) throw new TypeError('fetch failed');
    return request.path === '/devices/refresh' ? { body: tokens(1) } : {};
  });
  const heard = [];
  for (const type of ['online', 'offline']) api.addEventListener(type, () => heard.push(type));
  await api.get('/x');
  away = true;
  await assert.rejects(api.get('/x'), OfflineError);
  await assert.rejects(api.get('/x'), OfflineError);
  assert.equal(await api.knock(), false);
  away = false;
  assert.equal(await api.knock(), true);
  assert.deepEqual(heard, ['offline', 'online']);
  assert.equal(kept.size, 1, 'being offline costs no credentials');
});

test('an unchanged answer is the same object', async () => {
  const { api, asked } = makeApi((request) => {
    if (request.path === '/devices/refresh') return { body: tokens(1) };
    if (request.headers['If-None-Match'] === '"1"') return { status: 304 };
    return { body: { n: 1 }, headers: { ETag: '"1"' } };
  });
  assert.equal(await api.get('/x'), await api.get('/x'));
  assert.equal(asked.length, 3);
});

test('an unknown key registers nothing', async () => {
  const { api, asked, kept } = makeApi(() => refusal, {});
  await assert.rejects(api.pair('unknown-key-1'), { status: 401 });
  assert.deepEqual(
    asked.map((request) => request.path),
    ['/usage/batch'],
  );
  assert.equal(kept.size, 0);
});

test('keys are found in links, fragments and by themselves', () => {
  assert.equal(deviceKeyIn('http://localhost:8000/#pair=abc%2Bdef-123'), 'abc+def-123');
  assert.equal(deviceKeyIn('#pair=abcdefgh'), 'abcdefgh');
  assert.equal(deviceKeyIn('  abcdefgh \n'), 'abcdefgh');
  assert.equal(deviceKeyIn('short'), null);
  assert.equal(deviceKeyIn('#pair=%'), null);
  assert.equal(deviceKeyIn('x'.repeat(201)), null);
});

test('queries leave out what is not asked', () => {
  assert.equal(queryString({ a: null, b: undefined, c: '', d: 0, e: false }), '?d=0&e=false');
  assert.equal(queryString({}), '');
});
