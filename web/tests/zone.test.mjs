import assert from 'node:assert/strict';
import test from 'node:test';
import {
  DAY,
  HOUR,
  MINUTE,
  addDays,
  clockAt,
  clockChanges,
  hourRanges,
  instantOf,
  isDate,
  offsetAt,
  offsetParts,
  ticks,
} from '../zone.js';

const at = (text) => Date.parse(text);
const berlin = 'Europe/Berlin';
const short = [at('2026-03-29T00:00:00+01:00'), at('2026-03-30T00:00:00+02:00')];
const long = [at('2026-10-25T00:00:00+02:00'), at('2026-10-26T00:00:00+01:00')];

test('offsets, those of half hours too', () => {
  assert.equal(offsetAt('UTC', 0), 0);
  assert.equal(offsetAt('Asia/Kathmandu', at('2026-01-01T00:00:00Z')), 5 * HOUR + 45 * MINUTE);
  assert.equal(offsetAt('America/St_Johns', at('2026-07-01T00:00:00.250Z')), -(2 * HOUR + 30 * MINUTE));
});

test('a clock change is found to the millisecond', () => {
  assert.deepEqual(clockChanges(berlin, ...short), [{ at: at('2026-03-29T01:00:00Z'), jump: HOUR }]);
  assert.deepEqual(clockChanges(berlin, ...long), [{ at: at('2026-10-25T01:00:00Z'), jump: -HOUR }]);
  assert.deepEqual(clockChanges('Australia/Lord_Howe', at('2026-04-04T12:00:00Z'), at('2026-04-05T12:00:00Z')), [
    { at: at('2026-04-04T15:00:00Z'), jump: -HOUR / 2 },
  ]);
  assert.deepEqual(clockChanges(berlin, at('2026-06-01T00:00:00Z'), at('2026-06-02T00:00:00Z')), []);
});

test('parts of an offset cover the span without a gap', () => {
  const parts = offsetParts(berlin, at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z'));
  assert.equal(parts.length, 3);
  assert.equal(parts[0].from, at('2026-01-01T00:00:00Z'));
  assert.equal(parts[2].to, at('2027-01-01T00:00:00Z'));
  for (let index = 1; index < parts.length; index += 1) assert.equal(parts[index].from, parts[index - 1].to);
});

test('a day of 23 hours has 23 hour ticks, one of 25 has 25', () => {
  const inside = ([from, to]) => ticks(berlin, from, to, HOUR).filter((tick) => tick < to).length;
  assert.equal(inside(short), 23);
  assert.equal(inside(long), 25);
});

test('ticks stand where the wall clock is round, in zones off the hour too', () => {
  const found = ticks('Asia/Kolkata', at('2026-01-01T00:00:00Z'), at('2026-01-01T04:00:00Z'), HOUR);
  assert.deepEqual(
    found.map((tick) => new Date(tick).getUTCMinutes()),
    [30, 30, 30, 30],
  );
});

test('an hour that is repeated has two ranges, one that is skipped has none', () => {
  assert.equal(hourRanges(berlin, ...long, 2).length, 2);
  assert.deepEqual(hourRanges(berlin, ...short, 2), []);
  for (const [from, to] of [short, long]) {
    let sum = 0;
    for (let hour = 0; hour < 24; hour += 1) for (const [a, b] of hourRanges(berlin, from, to, hour)) sum += b - a;
    assert.equal(sum, to - from);
  }
});

test('dates', () => {
  assert.equal(addDays('2026-02-28', 1), '2026-03-01');
  assert.equal(addDays('2024-03-01', -1), '2024-02-29');
  assert.equal(isDate('2026-02-30'), false);
  assert.equal(isDate('2026-2-3'), false);
  assert.equal(isDate('2026-11-21'), true);
  assert.equal(DAY, 24 * HOUR);
});

test('a wall clock’s reading becomes the instant it means, around clock changes too', () => {
  const iso = (clock) => new Date(instantOf('Europe/Berlin', clock)).toISOString();
  assert.equal(iso('2026-01-10T12:00'), '2026-01-10T11:00:00.000Z');
  assert.equal(iso('2026-03-28T12:00'), '2026-03-28T11:00:00.000Z');
  assert.equal(iso('2026-03-29T12:00'), '2026-03-29T10:00:00.000Z');
  // Skipped: it counts on from before. Twice: the first.
  assert.equal(iso('2026-03-29T02:30'), '2026-03-29T01:30:00.000Z');
  assert.equal(iso('2026-10-25T02:30'), '2026-10-25T00:30:00.000Z');
  assert.equal(iso('2026-10-26T00:30'), '2026-10-25T23:30:00.000Z');
  assert.equal(clockAt('Asia/Kolkata', Date.UTC(2026, 0, 1, 20)), '2026-01-02T01:30');
});
