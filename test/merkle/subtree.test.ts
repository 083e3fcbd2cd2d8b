import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitPoint, subtreeRoot } from '../../src/merkle/subtree.ts';
import { slowHashAt, slowRoot, someLeaves } from './slow-tree.ts';

test('a tree is split after the largest power of two below its size', () => {
  const expected = [
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 4],
    [8, 4],
    [9, 8],
    [2 ** 40, 2 ** 39],
    [2 ** 40 + 1, 2 ** 40],
  ];
  for (const [size = 0, point] of expected) assert.equal(splitPoint(0, size), point);
  assert.equal(splitPoint(8, 11), 10);
});

test('the root of every range that RFC 6962 splits to is put together from complete subtrees', () => {
  const leaves = someLeaves(45);
  for (let begin = 0; begin < 45; begin += 1) {
    const widest = begin === 0 ? 64 : begin & -begin;
    for (let end = begin + 1; end <= Math.min(45, begin + widest); end += 1) {
      const root = subtreeRoot(begin, end, slowHashAt(leaves));
      assert.deepEqual(Buffer.from(root), Buffer.from(slowRoot(leaves.slice(begin, end))));
    }
  }
});
