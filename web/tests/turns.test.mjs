import assert from 'node:assert/strict';
import test from 'node:test';
import { Turns } from '../turns.js';

test('no answer takes the place of one to a later question', () => {
  const turns = new Turns();
  const [first, second, third] = [turns.begin(), turns.begin(), turns.begin()];
  assert.equal(second(), true, 'an answer is taken though a later one is under way');
  assert.equal(first(), false);
  assert.equal(third(), true);
  assert.equal(third(), true, 'the rest of an answer is taken as well');
  assert.equal(second(), false);
});

test('what was done here overrules what was asked before', () => {
  const turns = new Turns();
  const before = turns.begin();
  turns.overrule();
  const after = turns.begin();
  assert.equal(before(), false);
  assert.equal(after(), true);
});
