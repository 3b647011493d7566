import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chooser } from '../components/chooser.js';

const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: 5 };
const press = (chooser, key, where, held = {}) =>
  chooser.key({ key, preventDefault() {}, stopPropagation() {}, ...held }, steps, where);

test('keys choose a part and stay inside the picture', () => {
  let drawn = 0;
  const chooser = new Chooser({ update: () => (drawn += 1) });
  // Where nothing is chosen the first key leads to the first part, however far it goes.
  for (const [key, at, to] of [
    ['ArrowDown', null, 0],
    ['ArrowRight', 0, 1],
    ['ArrowDown', 1, 6],
    ['ArrowDown', 6, 9],
    ['Home', 9, 0],
    ['ArrowLeft', 0, 0],
    ['End', null, 9],
  ]) {
    press(chooser, key, { at, last: 9 });
    assert.equal(chooser.index, to, key);
  }
  // What was chosen already is not drawn anew.
  assert.equal(drawn, 6);
  press(chooser, 'ArrowLeft', { at: 9, last: 9 }, { altKey: true });
  press(chooser, 'x', { at: 9, last: 9 });
  assert.equal(chooser.index, 9);
});

test('Enter opens, a click too, and of a finger the second tap on a part', () => {
  const opened = [];
  const open = (index) => opened.push(index);
  const chooser = new Chooser({ update() {} });
  press(chooser, 'Enter', { at: null, last: 9, open });
  press(chooser, ' ', { at: 3, last: 9, open });
  press(chooser, 'Enter', { at: 3, last: 9 });
  chooser.press({ pointerType: 'mouse' }, 4, open);
  chooser.press({ pointerType: 'touch' }, 5, open);
  chooser.press({ pointerType: 'touch' }, 5, open);
  chooser.press({ pointerType: 'mouse' }, -1, open);
  assert.deepEqual(opened, [0, 3, 4, 5]);
  chooser.choose(2);
  chooser.leave({ pointerType: 'touch' });
  assert.equal(chooser.index, 2);
  chooser.leave({ pointerType: 'mouse' });
  assert.equal(chooser.index, -1);
});
