import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inclusionPath, merkleLevels, merkleRoot } from '../../src/merkle/batch-tree.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { verifyInclusion } from '../../src/merkle/inclusion-proof.ts';
import { slowPath, slowRoot, someLeaves } from './slow-tree.ts';

test('root and every path equal the definition of RFC 6962 for batches of 1 to 40', () => {
  for (let size = 1; size <= 40; size += 1) {
    const leaves = someLeaves(size);
    const levels = merkleLevels(leaves.map((leaf) => leafHash(leaf)));
    assert.deepEqual(Buffer.from(merkleRoot(levels)), Buffer.from(slowRoot(leaves)));
    for (const [index, leaf] of leaves.entries()) {
      const proof = inclusionPath(levels, index);
      assert.deepEqual(proof.map(Buffer.from), slowPath(index, leaves).map(Buffer.from));
      assert.ok(verifyInclusion({ index, size, leafHash: leafHash(leaf), proof, root: merkleRoot(levels) }));
    }
  }
});

test('the tree of no leaves has the empty root and no paths', () => {
  const levels = merkleLevels([]);
  assert.deepEqual(Buffer.from(merkleRoot(levels)), Buffer.from(slowRoot([])));
  assert.throws(() => inclusionPath(merkleLevels(someLeaves(3)), 3), RangeError);
  assert.throws(() => inclusionPath(merkleLevels(someLeaves(3)), -1), RangeError);
});
