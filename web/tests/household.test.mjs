// What the household page reckons: spans of dates, sums, scales, and amounts as people type them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../format.js';
import { before, neighbours, spanOf, yearOf } from '../span.js';
import { changeOf, rowsOf, slotsOf, sumOf, topOf } from '../pages/household/sums.js';
import { newId } from '../ids.js';
import { readAmount } from '../pages/household/units.js';
import { addDays } from '../zone.js';

const calendar = { today: '2026-11-22', weekStart: 'monday' };
const span = (kind, date, last = null, more = {}) => spanOf(kind, date, last, { ...calendar, ...more });

test('a span runs until today, and ends where it is over', () => {
  const month = span('month', '2026-11-05');
  assert.deepEqual(
    [month.first, month.until, month.last, month.running],
    ['2026-11-01', '2026-11-22', '2026-11-30', true],
  );
  const over = span('month', '2024-02-11');
  assert.deepEqual([over.first, over.until, over.running], ['2024-02-01', '2024-02-29', false]);
  assert.deepEqual([span('week', '2026-11-22').first, span('week', '2026-11-22').last], ['2026-11-16', '2026-11-22']);
  const sundays = span('week', '2026-11-22', null, { weekStart: 'sunday' });
  assert.deepEqual([sundays.first, sundays.last, sundays.until], ['2026-11-22', '2026-11-28', '2026-11-22']);
  assert.equal(span('year', '2026-11-22').until, '2026-11-22');
  const future = span('month', '2027-01-09');
  assert.deepEqual([future.until, future.running], ['2027-01-31', false]);
});

test('what a bar stands for depends on how many there would be', () => {
  const group = (first, last) => span('custom', first, last).group;
  assert.equal(group('2026-01-01', '2026-03-03'), 'day');
  assert.equal(group('2026-01-01', '2026-03-04'), 'week');
  assert.equal(group('2024-01-01', '2026-03-04'), 'month');
  assert.equal(span('year', '2026-01-01').group, 'month');
});

test('the span before is cut at the same day, and never beyond its end', () => {
  const of = (kind, today) => before(span(kind, today, null, { today }));
  assert.deepEqual(of('month', '2026-11-22'), { first: '2026-10-01', until: '2026-10-22', last: '2026-10-31' });
  assert.deepEqual(of('month', '2026-03-30'), { first: '2026-02-01', until: '2026-02-28', last: '2026-02-28' });
  assert.deepEqual(of('month', '2026-11-30'), { first: '2026-10-01', until: '2026-10-31', last: '2026-10-31' });
  assert.deepEqual(of('month', '2026-01-31'), { first: '2025-12-01', until: '2025-12-31', last: '2025-12-31' });
  assert.deepEqual(of('week', '2026-11-18'), { first: '2026-11-09', until: '2026-11-11', last: '2026-11-15' });
  assert.deepEqual(of('year', '2024-02-29'), { first: '2023-01-01', until: '2023-02-28', last: '2023-12-31' });
  assert.equal(before(span('custom', '2026-01-01', '2026-01-05')), null);
});

test('the year of days reaches back to the span before', () => {
  assert.deepEqual(yearOf(span('month', '2026-11-22')), {
    first: '2025-11-22',
    heat: '2025-11-22',
    last: '2026-11-22',
  });
  assert.deepEqual(yearOf(span('year', '2026-11-22')), { first: '2025-01-01', heat: '2025-11-22', last: '2026-11-22' });
});

test('the way back and ahead, but not beyond today', () => {
  assert.deepEqual(neighbours(span('month', '2026-03-09'), calendar.today), {
    before: ['2026-02-01'],
    after: ['2026-04-01'],
  });
  assert.equal(neighbours(span('month', '2026-11-09'), calendar.today).after, null);
  assert.deepEqual(neighbours(span('custom', '2026-03-01', '2026-03-10'), calendar.today), {
    before: ['2026-02-19', '2026-02-28'],
    after: ['2026-03-11', '2026-03-20'],
  });
  assert.deepEqual(neighbours(span('year', '2024-05-05'), calendar.today).before, ['2023-01-01']);
});

/** Days of 0.1 each, with a gap wherever `gap` says so. */
function days(first, count, gap = () => false) {
  return Array.from({ length: count }, (_, index) => {
    const date = addDays(first, index);
    const none = gap(date);
    return {
      period: date,
      start_date: date,
      end_date: date,
      total: none ? null : 0.1,
      count: none ? 0 : 1,
      days: none ? 0 : 1,
      estimated_days: date.endsWith('-02') ? 1 : 0,
    };
  });
}

test('sums are exact, and a gap is no zero', () => {
  const some = days('2026-10-01', 31, (date) => date === '2026-10-05');
  assert.deepEqual(sumOf(some, '2026-10-01', '2026-10-03'), { total: 0.3, records: 3, days: 3, estimated: 1 });
  assert.deepEqual(sumOf(some, '2026-10-05', '2026-10-05'), { total: null, records: 0, days: 0, estimated: 0 });
  assert.equal(sumOf(some, '2026-10-01', '2026-10-31').total, 3);
  assert.deepEqual(changeOf(0.3, 0.1), { amount: 0.2, share: 2.0000000000000004 / 1.0000000000000002 });
  assert.deepEqual(changeOf(0, 0), { amount: 0, share: null });
  assert.equal(changeOf(null, 1), null);
  assert.equal(changeOf(1, undefined), null);
});

test('a month stands beside the one before up to the same day, all of it, and a year ago', () => {
  const month = span('month', '2026-11-22');
  const other = { start_date: '2025-11-01', end_date: '2025-11-22', total: 7, count: 22 };
  const now = { total: 5, count: 22, previous: { ...other, total: 99 }, last_year: other };
  const rows = rowsOf(month, now, { series: days('2025-11-22', 366) });
  assert.deepEqual(
    rows.map(({ first, last, total, whole, records }) => [first, last, total, whole, records]),
    [
      ['2026-11-01', '2026-11-22', 5, null, 22],
      ['2026-10-01', '2026-10-22', 2.2, 3.1, 22],
      ['2025-11-01', '2025-11-22', 7, null, 22],
    ],
  );
  // A month that is over stands beside what the server reckoned.
  const over = rowsOf(
    span('month', '2026-10-01'),
    { ...now, previous: { ...other, start_date: '2026-09-01', end_date: '2026-09-30', total: 4 } },
    { series: [] },
  );
  assert.deepEqual([over[1].total, over[1].whole, over[1].first], [4, null, '2026-09-01']);
});

test('a month keeps its shape: what is to come has its place', () => {
  const month = span('month', '2026-11-22');
  const slots = slotsOf(month, days('2026-11-01', 22), days('2026-10-01', 53));
  assert.equal(slots.length, 30);
  assert.deepEqual([slots[21].period?.total, slots[22].period, slots[29].beside], [0.1, null, 0.1]);
  const year = slotsOf(span('year', '2026-11-22'), [], days('2025-01-01', 366));
  assert.deepEqual(year, [{ first: '2026-12-01', last: '2026-12-31', period: null, beside: 3.1 }]);
  // The 31st has no 31st before it.
  const october = slotsOf(span('month', '2026-10-31'), days('2026-10-01', 31), days('2026-09-01', 61));
  assert.equal(october[30].beside, null);
});

test('the top of a scale is round, and above the largest', () => {
  const tops = [0, 0.004, 0.9, 1, 1.01, 13, 21.7, 60, 61, 503.8, 12982];
  assert.deepEqual(tops.map(topOf), [1, 0.004, 1, 1, 1.5, 15, 25, 60, 80, 600, 15000]);
});

test('both decimal signs are taken', () => {
  const read = (typed) => readAmount(typed).amount ?? 'no';
  for (const [typed, amount] of [
    ['12', '12'],
    ['12.3', '12.3'],
    ['12,3', '12.3'],
    ['12,345', '12.345'],
    ['1.234,5', '1234.5'],
    ['1,234.5', '1234.5'],
    ['1 234,5', '1234.5'],
    ['1\u202f234,5', '1234.5'],
    ["1'234.5", '1234.5'],
    ['1.234.567', '1234567'],
    ['1,234,567.8', '1234567.8'],
    [' 7, ', '7'],
    [',5', '0.5'],
    ['007', '7'],
    ['1.2300', '1.23'],
    ['999999999.999', '999999999.999'],
    ['', 'no'],
    ['.', 'no'],
    ['-1', 'no'],
    ['1e3', 'no'],
    ['1.2345', 'no'],
    ['1.23,4', 'no'],
    ['1.2.3', 'no'],
    ['1,2.3,4', 'no'],
    ['1234567890', 'no'],
    ['12 kWh', 'no'],
    ['∞', 'no'],
  ]) {
    assert.equal(read(typed), amount, typed);
  }
});

test('an id is a UUID of the random kind', () => {
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newId(), newId());
});

test('quantities are read at a glance, amounts to the last digit', () => {
  const read = (value, unit, beside) => format.quantity(value, unit, beside).replace('\u00a0', ' ');
  assert.equal(read(274.318, 'kWh'), '274.3 kWh');
  assert.equal(read(12982.4, 'kWh'), '12,982 kWh');
  assert.equal(read(0.456, 'kWh'), '0.46 kWh');
  assert.equal(read(0.004, 'kWh'), '0.004 kWh');
  assert.equal(read(356.476, 'L'), '356.5 L');
  assert.equal(read(4967, 'L'), '4.97 m³');
  assert.equal(read(29, 'L', 4967), '0.029 m³');
  assert.equal(format.amount(1234.567, 'ft3').replace('\u00a0', ' '), '1,234.567 ft³');
});
