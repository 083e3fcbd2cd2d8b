import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rootOfTree, treeHashes } from '../../src/merkle/batch-tree.ts';
import { HASH_BYTES, leafHash } from '../../src/merkle/hash.ts';
import { slowPath, slowRoot, someLeaves } from './slow-tree.ts';

function hashesOf(leaves: readonly Buffer[]): Buffer {
  return Buffer.concat(leaves.map((leaf) => leafHash(leaf)));
}

test('root and every sibling equal the definition of RFC 6962 for batches of 1 to 70, and of 512', () => {
  for (const size of [...Array.from({ length: 70 }, (_, n) => n + 1), 512]) {
    const leaves = someLeaves(size);
    const tree = treeHashes(hashesOf(leaves));
    assert.deepEqual(rootOfTree(tree), Buffer.from(slowRoot(leaves)));
    assert.deepEqual(tree.subarray(0, size * HASH_BYTES), hashesOf(leaves));
    for (let index = 0; index < size; index += size > 70 ? 101 : 1)
      assert.deepEqual(siblings(tree, size, index), slowPath(index, leaves).map(Buffer.from));
  }
});

/** The hash beside each node on the way from a leaf to the root, read from the levels one behind the other. */
function siblings(tree: Buffer, size: number, index: number): Buffer[] {
  const found: Buffer[] = [];
  let level = 0;
  let at = index;
  for (let width = size; width > 1; width = Math.ceil(width / 2)) {
    const sibling = at % 2 === 0 ? at + 1 : at - 1;
    const from = (level + sibling) * HASH_BYTES;
    if (sibling < width) found.push(tree.subarray(from, from + HASH_BYTES));
    level += width;
    at = Math.floor(at / 2);
  }
  return found;
}

test('the tree of no leaves is the empty root', () => {
  assert.deepEqual(treeHashes(Buffer.alloc(0)), Buffer.from(slowRoot([])));
});
