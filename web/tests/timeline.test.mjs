import assert from 'node:assert/strict';
import test from 'node:test';
import { MAX_ROWS, clamp, firstEndingAfter, indexAt, layOut, tickStep, zoom } from '../components/timeline-layout.js';
import { scaleTop } from '../scale.js';
import { secondsOnce, secondsWithin } from '../period.js';

const bounds = { from: 0, to: 86_400_000 };
const session = (start, end, app = 'app', device = 'd') => ({
  device_id: device,
  app,
  kind: 'app',
  title: null,
  url: null,
  started_at: new Date(start * 1000).toISOString(),
  ended_at: new Date(end * 1000).toISOString(),
  duration_seconds: end - start,
});
const lay = (sessions) => layOut(sessions, ['d'], bounds, () => 0)[0].rows;

test('sessions that follow each other share a row', () => {
  const rows = lay([session(20, 30), session(0, 10), session(10, 20)]);
  assert.equal(rows.length, 1);
  assert.deepEqual([...rows[0].starts], [0, 10_000, 20_000]);
});

test('an overlap takes a second row, and the longest session the first', () => {
  const rows = lay([session(0, 10), session(5, 500), session(490, 510)]);
  assert.equal(rows.length, 2);
  assert.deepEqual([...rows[0].starts], [5000]);
  assert.deepEqual([...rows[1].starts], [0, 490_000]);
});

test('rows have an end; nothing is left out', () => {
  const deep = Array.from({ length: 9 }, (_, index) => session(index, 1000 + index));
  const rows = lay(deep);
  assert.equal(rows.length, MAX_ROWS);
  assert.equal(
    rows.reduce((sum, row) => sum + row.sessions.length, 0),
    9,
  );
  for (const row of rows)
    assert.deepEqual(
      [...row.ends],
      [...row.ends].sort((a, b) => a - b),
    );
});

test('pages lie below what their device had in front, and alone where it reported nothing else', () => {
  const page = (start, end) => ({ ...session(start, end), page: true });
  const rows = lay([session(0, 10), page(0, 9), session(5, 500), page(9, 30)]);
  assert.deepEqual(
    rows.map((row) => row.sessions.map((one) => Boolean(one.page))),
    [[false], [false], [true, true]],
  );
  assert.deepEqual([...lay([page(0, 9)])[0].starts], [0]);
});

test('sessions are cut to the bounds, and strangers left out', () => {
  const rows = lay([session(-50, 10), session(86_390, 90_000), session(90_000, 90_001), session(0, 9, 'x', 'other')]);
  assert.deepEqual([...rows[0].starts], [0, 86_390_000]);
  assert.deepEqual([...rows[0].ends], [10_000, 86_400_000]);
});

test('what is under the pointer is found, near misses too', () => {
  const [row] = lay([session(0, 10), session(20, 30), session(40, 40)]);
  assert.equal(firstEndingAfter(row, 10_000), 1);
  assert.equal(indexAt(row, 25_000, 0), 1);
  assert.equal(indexAt(row, 15_000, 1000), -1);
  assert.equal(indexAt(row, 11_000, 2000), 0);
  assert.equal(indexAt(row, 40_500, 1000), 2);
});

test('a view stays inside and no narrower than a minute', () => {
  assert.deepEqual(clamp({ from: -100, to: 1e9 }, bounds), bounds);
  assert.deepEqual(clamp({ from: 5000, to: 5001 }, bounds), { from: 5000, to: 65_000 });
  const shifted = clamp({ from: 86_000_000, to: 87_000_000 }, bounds);
  assert.equal(shifted.to, bounds.to);
  assert.equal(shifted.to - shifted.from, 1_000_000);
});

test('zooming keeps the instant under the pointer in place', () => {
  const view = zoom({ from: 0, to: 1000 }, 250, 0.5);
  assert.deepEqual(view, { from: 125, to: 625 });
  assert.equal((250 - view.from) / (view.to - view.from), 0.25);
});

test('ticks leave their labels room', () => {
  assert.equal(tickStep(86_400_000, 1000, 58).step, 2 * 3_600_000);
  assert.equal(tickStep(60_000, 1000, 58).step, 10_000);
  assert.equal(tickStep(7 * 86_400_000, 300, 58).step, 86_400_000);
});

test('scales end at a round figure at or above the largest', () => {
  assert.equal(scaleTop(0), 60);
  assert.equal(scaleTop(1700), 1800);
  assert.equal(scaleTop(3600), 3600);
  assert.equal(scaleTop(3601), 7200);
});

test('parts of sessions add up, and moments count once', () => {
  const ranges = [
    [0, 60_000],
    [120_000, 180_000],
  ];
  assert.equal(secondsWithin(session(30, 150), ranges), 60);
  assert.equal(secondsOnce([session(30, 150), session(40, 50), session(100, 400)], ranges), 90);
  assert.equal(secondsOnce([], ranges), 0);
});
