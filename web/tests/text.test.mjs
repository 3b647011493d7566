import assert from 'node:assert/strict';
import test from 'node:test';
import { appName } from '../app-names.js';
import { Colours, COLOURS } from '../colours.js';
import { cell, csv } from '../csv.js';
import { match } from '../router.js';

class Memory {
  kept = new Map();
  getItem(key) {
    return this.kept.get(key) ?? null;
  }
  setItem(key, value) {
    this.kept.set(key, value);
  }
  removeItem(key) {
    this.kept.delete(key);
  }
}

test('a cell is never a formula', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    const written = cell(`${start}HYPERLINK("x")`);
    assert.match(written, /^"?'/);
  }
  assert.equal(cell(-1.5), '-1.5');
  assert.equal(cell('a,b'), '"a,b"');
  assert.equal(cell('say "x"'), '"say ""x"""');
  assert.equal(cell('two\nlines'), '"two\nlines"');
  assert.equal(cell(null), '');
  assert.equal(csv(['a', 'b'], [[1, '=2']]), "\ufeffa,b\r\n1,'=2\r\n");
});

test('apps are called what people call them', () => {
  assert.equal(appName('com.zhiliaoapp.musically'), 'TikTok');
  assert.equal(appName('NOTEPAD.EXE'), 'Notepad');
  assert.equal(appName('tool.exe'), 'tool');
  assert.equal(appName('org.example.notes.android'), 'Notes');
  assert.equal(appName('example.org'), 'example.org');
  assert.equal(appName('<img src=x>'), '<img src=x>');
});

test('the biggest apps of a picture have colours of their own, and keep them', () => {
  const storage = new Memory();
  const colours = new Colours(storage);
  const apps = Array.from({ length: 40 }, (_, index) => `app ${index}`);
  colours.learn(apps);
  const first = apps.map((app) => colours.of(app));
  assert.equal(new Set(first.slice(0, COLOURS)).size, COLOURS);
  assert.ok(first.every((colour) => colour >= 0 && colour < COLOURS));
  colours.learn(apps.toReversed());
  assert.deepEqual(
    apps.map((app) => colours.of(app)),
    first,
  );
  assert.deepEqual(
    apps.map((app) => new Colours(storage).of(app)),
    first,
  );
  assert.doesNotMatch([...storage.kept.values()].join(), /app/);
});

test('kept colours that make no sense are left aside', () => {
  const storage = new Memory();
  storage.setItem('almanac.colours', '[["x",99],3,{"a":1}]');
  assert.ok(new Colours(storage).of('a') < COLOURS);
  storage.setItem('almanac.colours', 'not json');
  assert.ok(new Colours(storage).of('a') < COLOURS);
});

test('addresses lead to pages', () => {
  const routes = [{ pattern: /^\/day\/([\d-]+)$/, load: (_, [, date]) => date }];
  const query = new URLSearchParams();
  assert.equal(match(routes, null, '/day/2026-11-21/', query), '2026-11-21');
  assert.equal(match(routes, null, '/day/x', query), null);
});
