import assert from 'node:assert/strict';
import test from 'node:test';
import * as format from '../format.js';

const plain = (text) => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');

test('durations keep the two units that say most', () => {
  const cases = [
    [0, '0 s'],
    [0.2, '< 1 s'],
    [38, '38 s'],
    [59.4, '59 s'],
    [59.6, '1 m'],
    [252, '4 m 12 s'],
    [599.6, '10 m'],
    [720, '12 m'],
    [3600, '1 h'],
    [24_120, '6 h 42 m'],
    [86_400 * 7, '168 h'],
  ];
  for (const [seconds, text] of cases) assert.equal(plain(format.duration(seconds)), text);
});

test('a duration never shows sixty of anything', () => {
  for (let seconds = 0; seconds < 100_000; seconds += 7.3) {
    assert.doesNotMatch(plain(format.duration(seconds)), /\b60 [ms]\b/, `${seconds}`);
  }
});

test('durations are read aloud in words', () => {
  assert.equal(format.spokenDuration(3720), '1 hour 2 minutes');
});

test('shares, dates and clock times', () => {
  assert.equal(format.percent(0.004), '< 1%');
  assert.equal(format.percent(0), '0%');
  assert.equal(format.percent(0.314), '31%');
  assert.equal(format.time(Date.parse('2026-11-21T23:30:00Z'), 'Asia/Kolkata').slice(0, 2), '05');
  assert.equal(format.offset('Asia/Kolkata', 0), 'UTC+05:30');
  assert.equal(format.offset('America/St_Johns', Date.parse('2026-01-01T00:00:00Z')), 'UTC−03:30');
  assert.equal(format.weekday('monday'), 'Monday');
  assert.equal(format.weekday('sunday'), 'Sunday');
});

test('times gone by', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  assert.equal(format.ago(now - 10_000, now), 'now');
  assert.equal(format.ago(now - 180_000, now), '3 minutes ago');
  assert.equal(format.ago(now - 86_400_000, now), 'yesterday');
});

test('the reader keeps an English of their own', () => {
  assert.equal(format.pickLocale(['de-DE', 'en-US', 'en']), 'en-US');
  assert.equal(format.pickLocale(['de-DE']), 'en-GB');
});

test('a wait is never told shorter than it is', () => {
  assert.equal(format.wait(1), '1 second');
  assert.equal(format.wait(89.2), '1 minute 30 seconds');
  assert.equal(format.wait(91), '2 minutes');
  assert.equal(format.wait(840.5), '15 minutes');
  assert.equal(format.countdown(545), '9:05');
  assert.equal(format.countdown(0.2), '0:01');
  assert.equal(format.countdown(-3), '0:00');
});

test('sizes are told in the unit that says most', () => {
  assert.equal(format.bytes(0), '0 bytes');
  assert.equal(format.bytes(999), '999 bytes');
  assert.equal(format.bytes(4_234_567), '4.23 MB');
  assert.equal(format.bytes(1e12), '1 TB');
});
