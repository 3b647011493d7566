import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError, OfflineError } from '../answers.js';
import { Live, read } from '../live.js';

const turn = (milliseconds = 5) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const block = (name, id = 'x') => `event: ${name}\ndata: {"id":"${id}","at":"2026-11-21T12:00:00Z"}\n\n`;

/** A server whose streams a test writes. */
function makeLive({ refuse = () => null, page = null } = {}) {
  const api = new EventTarget();
  api.online = true;
  const streams = [];
  api.stream = async (path, signal) => {
    const error = refuse(streams.length);
    const stream = { path, signal };
    streams.push(stream);
    if (error) throw error;
    const body = new ReadableStream({
      start(controller) {
        stream.say = (text) => controller.enqueue(typeof text === 'string' ? new TextEncoder().encode(text) : text);
        stream.end = () => controller.close();
        signal.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')));
      },
    });
    return new Response(body);
  };
  const states = [];
  const live = new Live(api, { changed: () => states.push(live.state), page, first: 1 });
  const heard = [];
  for (const name of ['hello', 'usage.synced']) live.on(name, ({ name: told, id }) => heard.push(`${told} ${id}`));
  return { api, live, streams, states, heard };
}

test('blocks are read, and comments are none', () => {
  assert.deepEqual(read('event: a\ndata: {"id":"1","at":"2"}'), { name: 'a', id: '1', at: '2' });
  assert.deepEqual(read('retry: 2000\nevent:a\ndata:{}'), { name: 'a' });
  for (const nothing of ['', ':', ': still here', 'event: a', 'data: {}', 'event: a\ndata: {']) {
    assert.equal(read(nothing), null, nothing);
  }
});

test('events come to who asked for them, however they are cut', async () => {
  const { live, streams, states, heard } = makeLive();
  live.start();
  await turn();
  const text = block('hello') + ':\n\n' + block('usage.synced', 'ä') + block('other');
  assert.equal(streams[0].path, '/live');
  let begun = 0;
  live.on('begun', () => (begun += 1));
  for (const byte of new TextEncoder().encode(text)) streams[0].say(new Uint8Array([byte]));
  await turn();
  // The first greeting is another: nothing was missed but what came before it.
  assert.equal(begun, 1);
  assert.deepEqual(heard, ['usage.synced ä']);
  assert.deepEqual(states, ['connecting', 'on']);
  live.stop();
  assert.equal(live.state, 'off');
});

test('a stream that breaks off is opened again, and what was missed is told', async () => {
  const { live, streams, states, heard } = makeLive();
  live.start();
  await turn();
  streams[0].say(block('hello'));
  await turn();
  streams[0].end();
  await turn(30);
  assert.equal(streams.length, 2);
  streams[1].say(block('hello'));
  await turn();
  assert.deepEqual(heard, ['hello x']);
  assert.deepEqual(states, ['connecting', 'on', 'connecting', 'on']);
  live.stop();
});

test('it waits for a server that is away, and for nobody who is not signed in', async () => {
  const made = makeLive({ refuse: (count) => (count === 0 ? new OfflineError() : null) });
  made.live.start();
  made.api.online = false;
  await turn(30);
  assert.equal(made.streams.length, 1);
  made.api.online = true;
  made.api.dispatchEvent(new Event('online'));
  await turn(30);
  assert.equal(made.streams.length, 2);
  made.api.dispatchEvent(new Event('left'));
  await turn(30);
  assert.deepEqual([made.live.state, made.streams.length, made.streams[1].signal.aborted], ['off', 2, true]);

  const out = makeLive({ refuse: () => new ApiError(401, 'SIGNED_OUT', '') });
  out.live.start();
  await turn(30);
  assert.deepEqual([out.live.state, out.streams.length], ['off', 1]);
});

test('a server that refuses is asked ever less often', async () => {
  const { live, streams } = makeLive({ refuse: () => new ApiError(503, 'BUSY', '') });
  live.start();
  await turn(100);
  assert.ok(streams.length > 2 && streams.length < 10, `${streams.length}`);
  live.stop();
});

test('a page that nobody sees does not listen', async () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const { live, streams } = makeLive({ page });
  live.start();
  await turn(20);
  assert.equal(streams.length, 0);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await turn(20);
  assert.equal(streams.length, 1);
  live.stop();
});

test('who no longer wants to hear does not', async () => {
  const { live, streams, heard } = makeLive();
  const late = [];
  const off = live.on('usage.synced', () => late.push(1));
  live.start();
  await turn();
  streams[0].say(block('hello') + block('usage.synced'));
  await turn();
  off();
  streams[0].say(block('usage.synced'));
  await turn();
  assert.deepEqual([late.length, heard.length], [1, 2]);
  live.stop();
});
