// What is read out of the line that starts a timer or adds an entry.

import assert from 'node:assert/strict';
import test from 'node:test';
import { placeOf, readLine } from '../pages/time/line.js';

const projects = [
  { id: '1', title: 'Tide tables', client: 'Harbour office' },
  { id: '2', title: 'Garden', client: null },
  { id: '3', title: 'Old garden wall', client: null },
];

/** The parts that are not as in a line that says nothing but what is done. */
function read(text) {
  const line = readLine(text, projects);
  const plain = { tags: [], project: null, from: null, to: null, length: null };
  const parts = Object.entries(line).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(plain[name]));
  return Object.fromEntries(parts.map(([name, value]) => [name, name === 'project' ? value.id : value]));
}

test('times at the beginning', () => {
  assert.deepEqual(read('9:00-10:30 Tides'), { description: 'Tides', from: 540, to: 630 });
  assert.deepEqual(read('9-10:30 Tides'), { description: 'Tides', from: 540, to: 630 });
  assert.deepEqual(read('09.05 – 10.00  Tides'), { description: 'Tides', from: 545, to: 600 });
  assert.deepEqual(read('9:15- Tides'), { description: 'Tides', from: 555 });
  assert.deepEqual(read('9am-1pm Tides'), { description: 'Tides', from: 540, to: 780 });
  assert.deepEqual(read('2-4 pm Tides'), { description: 'Tides', from: 840, to: 960 });
  assert.deepEqual(read('12am-12pm'), { description: '', from: 0, to: 720 });
  assert.deepEqual(read('22:00-24:00 x'), { description: 'x', from: 1320, to: 1440 });
});

test('lengths at the beginning', () => {
  for (const text of ['1h 20m', '1h20', '1h20m', '1 h 20 min', '80m', '80 minutes'])
    assert.deepEqual(read(`${text} Tides`), { description: 'Tides', length: 4800 }, text);
  assert.deepEqual(read('1.5h Tides'), { description: 'Tides', length: 5400 });
  assert.deepEqual(read('1,5 hours'), { description: '', length: 5400 });
});

test('what is no time is what was done', () => {
  for (const text of [
    '3-2 win',
    '25:00-26:00 x',
    '9:75-10:00 x',
    '0m',
    'Meeting 9:00-10:00',
    '1h20x y',
    '90 minutesx',
    '5 a day',
  ])
    assert.deepEqual(read(text), { description: text }, text);
});

test('projects and tags, anywhere', () => {
  assert.deepEqual(read('Draw @tide #maps #ink'), { description: 'Draw', project: '1', tags: ['maps', 'ink'] });
  assert.deepEqual(read('@tidetables Draw it'), { description: 'Draw it', project: '1' });
  // Those that begin so come first; a client leads to a project too.
  assert.deepEqual(read('@garden Dig'), { description: 'Dig', project: '2' });
  assert.deepEqual(read('@harb Dig'), { description: 'Dig', project: '1' });
  assert.deepEqual(read('Write to ada@example.org about C#'), { description: 'Write to ada@example.org about C#' });
  assert.deepEqual(read('Ask @nobody'), { description: 'Ask @nobody' });
});

test('where it is in the day', () => {
  const zone = 'Europe/Berlin';
  const now = Date.parse('2026-03-29T10:00:00Z');
  const day = { date: '2026-03-29', today: '2026-03-29', zone, now, dayStart: 0 };
  const at = (text, other = {}) => {
    const place = placeOf(readLine(text, []), { ...day, ...other });
    return (
      place && [place.start, place.end].map((one) => (one === null ? null : new Date(one).toISOString().slice(5, 16)))
    );
  };
  // The clocks went forward that night.
  assert.deepEqual(at('1:00-4:00'), ['03-29T00:00', '03-29T02:00']);
  assert.deepEqual(at('23:00-1:00', { date: '2026-03-27' }), ['03-27T22:00', '03-28T00:00']);
  assert.deepEqual(at('1h'), ['03-29T09:00', '03-29T10:00']);
  assert.deepEqual(at('9:15- x'), ['03-29T07:15', null]);
  assert.deepEqual(at('x'), [null, null]);
  // A day that is over has no now.
  assert.equal(at('1h', { date: '2026-03-27' }), null);
  assert.equal(at('9:15- x', { date: '2026-03-27' }), null);
  // Where days begin at four, one o'clock is of the night after.
  assert.deepEqual(at('1:00-2:00', { date: '2026-03-26', dayStart: 240 }), ['03-27T00:00', '03-27T01:00']);
});
