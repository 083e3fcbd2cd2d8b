import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { leafHash } from '../../src/merkle/hash.ts';
import { proveInclusion, verifyInclusion } from '../../src/merkle/inclusion-proof.ts';
import { bytesOf, readVectors } from '../vectors/read-vectors.ts';
import { slowHashAt, slowPath, slowRoot, someLeaves } from './slow-tree.ts';

interface Vector {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}
const vectors = Object.entries(readVectors<Record<string, Vector>>('transparency-dev-merkle/inclusion.json'));

test('all 98 public inclusion vectors are judged as they say', () => {
  assert.equal(vectors.length, 98);
  for (const [name, vector] of vectors) {
    const verdict = verifyInclusion({
      index: vector.leafIdx,
      size: vector.treeSize,
      leafHash: bytesOf(vector.leafHash),
      proof: (vector.proof ?? []).map(bytesOf),
      root: bytesOf(vector.root),
    });
    assert.equal(verdict, !vector.wantErr, name);
  }
});

test('a proof is word for word that of RFC 6962, and it verifies', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.nat(), (size, pick) => {
      const leaves = someLeaves(size);
      const index = pick % size;
      const proof = proveInclusion(index, size, slowHashAt(leaves));
      assert.deepEqual(proof.map(Buffer.from), slowPath(index, leaves).map(Buffer.from));
      const claim = { index, size, leafHash: leafHash(leaves[index]!), proof, root: slowRoot(leaves) };
      assert.ok(verifyInclusion(claim));
    }),
    { numRuns: 200 },
  );
});

test('a proof fails for any other leaf, index, root, or one hash more, fewer or changed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), fc.nat(), (size, pick, other) => {
      const leaves = someLeaves(size);
      const index = pick % size;
      const proof = proveInclusion(index, size, slowHashAt(leaves));
      const good = { index, size, leafHash: leafHash(leaves[index]!), proof, root: slowRoot(leaves) };
      const at = other % proof.length;
      const changed = proof.with(at, leafHash(proof[at]!));
      assert.ok(!verifyInclusion({ ...good, leafHash: leafHash(Buffer.from('other')) }));
      assert.ok(!verifyInclusion({ ...good, index: (index + 1 + (other % (size - 1))) % size }));
      assert.ok(!verifyInclusion({ ...good, root: slowRoot(leaves.slice(1)) }));
      assert.ok(!verifyInclusion({ ...good, proof: [...proof, proof[0]!] }));
      assert.ok(!verifyInclusion({ ...good, proof: proof.slice(1) }));
      assert.ok(!verifyInclusion({ ...good, proof: changed }));
    }),
    { numRuns: 200 },
  );
});

test('a tree of size 0 holds no leaf, and no index outside the tree is proved or made', () => {
  const root = slowRoot([]);
  assert.ok(!verifyInclusion({ index: 0, size: 0, leafHash: root, proof: [], root }));
  assert.throws(() => proveInclusion(0, 0, slowHashAt([])), RangeError);
  assert.throws(() => proveInclusion(3, 3, slowHashAt(someLeaves(3))), RangeError);
  assert.throws(() => proveInclusion(0.5, 3, slowHashAt(someLeaves(3))), RangeError);
});
