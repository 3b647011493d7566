import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as trees from '../pages/categories/tree.js';

const leaf = (name, more = {}) => ({ name, ...more });
const tree = [
  leaf('A', { weight: 2, color: '3', children: [leaf('A1'), leaf('A2', { weight: -1, children: [leaf('A2a')] })] }),
  leaf('B'),
  leaf('C', { children: [leaf('C1')] }),
];
/** A tree as its names, to compare. */
const names = (level) =>
  level.map(({ name, children = [] }) => (children.length > 0 ? [name, ...names(children)] : name));
const before = JSON.stringify(tree);

test('a category has what those above it have', () => {
  const all = trees.flat(tree).map(({ names: path, weight, color }) => [path.join('/'), weight, color]);
  assert.deepEqual(all, [
    ['A', 2, '3'],
    ['A/A1', 2, '3'],
    ['A/A2', -1, '3'],
    ['A/A2/A2a', -1, '3'],
    ['B', 0, null],
    ['C', 0, null],
    ['C/C1', 0, null],
  ]);
});

test('changes give another tree and leave the old one', () => {
  assert.deepEqual(names(trees.change(tree, [0, 1], { name: 'X' })), [['A', 'A1', ['X', 'A2a']], 'B', ['C', 'C1']]);
  assert.deepEqual(names(trees.remove(tree, [0, 1])), [['A', 'A1'], 'B', ['C', 'C1']]);
  const added = trees.add(tree, [1], leaf('B1'));
  assert.deepEqual(names(added.tree), [
    ['A', 'A1', ['A2', 'A2a']],
    ['B', 'B1'],
    ['C', 'C1'],
  ]);
  assert.deepEqual(added.path, [1, 0]);
  const down = trees.shift(tree, [0], 1);
  assert.deepEqual(names(down.tree), ['B', ['A', 'A1', ['A2', 'A2a']], ['C', 'C1']]);
  assert.deepEqual(down.path, [1]);
  assert.equal(trees.shift(tree, [0], -1), null);
  assert.equal(trees.shift(tree, [2, 0], 1), null);
  assert.equal(JSON.stringify(tree), before);
});

test('a category moves with all that is in it, wherever it goes', () => {
  const moved = (from, to) => {
    const { tree: after, path } = trees.moveUnder(tree, from, to);
    assert.equal(trees.at(after, path).name, trees.at(tree, from).name);
    return names(after);
  };
  assert.deepEqual(moved([0, 1], []), [['A', 'A1'], 'B', ['C', 'C1'], ['A2', 'A2a']]);
  // What stands behind it moves up by one, and what is in that too.
  assert.deepEqual(moved([0], [2, 0]), ['B', ['C', ['C1', ['A', 'A1', ['A2', 'A2a']]]]]);
  assert.deepEqual(moved([0], [1]), [
    ['B', ['A', 'A1', ['A2', 'A2a']]],
    ['C', 'C1'],
  ]);
  assert.deepEqual(moved([2], [0, 1]), [['A', 'A1', ['A2', 'A2a', ['C', 'C1']]], 'B']);
  assert.deepEqual(moved([0, 0], [0, 1]), [['A', ['A2', 'A2a', 'A1']], 'B', ['C', 'C1']]);
});

test('places are called as the server calls them, and names are free', () => {
  assert.equal(trees.placeOf([0, 2, 1]), 'categories[0].children[2].children[1]');
  assert.equal(trees.depthOf(tree[0]), 3);
  assert.equal(trees.freeName(tree, 'B'), 'B 2');
  assert.equal(trees.freeName([leaf('B'), leaf('B 2')], 'B'), 'B 3');
  assert.deepEqual(trees.readRule(trees.ruleOf('domain', 'a.example')), ['domain', 'a.example']);
});
