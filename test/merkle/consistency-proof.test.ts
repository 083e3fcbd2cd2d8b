import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { proveConsistency, verifyConsistency } from '../../src/merkle/consistency-proof.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { bytesOf, readVectors } from '../vectors/read-vectors.ts';
import { slowHashAt, slowRoot, slowSubproof, someLeaves } from './slow-tree.ts';

interface Vector {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}
const vectors = Object.entries(
  readVectors<Record<string, Vector>>('transparency-dev-merkle/consistency.json'),
);

test('all 98 public consistency vectors are judged as they say', () => {
  assert.equal(vectors.length, 98);
  for (const [name, vector] of vectors) {
    const verdict = verifyConsistency({
      smaller: { size: vector.size1, root: bytesOf(vector.root1) },
      larger: { size: vector.size2, root: bytesOf(vector.root2) },
      proof: (vector.proof ?? []).map(bytesOf),
    });
    assert.equal(verdict, !vector.wantErr, name);
  }
});

function claim(first: number, size: number): Parameters<typeof verifyConsistency>[0] {
  const leaves = someLeaves(size);
  return {
    smaller: { size: first, root: slowRoot(leaves.slice(0, first)) },
    larger: { size, root: slowRoot(leaves) },
    proof: proveConsistency(first, size, slowHashAt(leaves)),
  };
}

test('a proof is word for word that of RFC 6962, and it verifies', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.nat(), (size, pick) => {
      const first = 1 + (pick % size);
      const good = claim(first, size);
      const expected = slowSubproof(first, someLeaves(size)).map(Buffer.from);
      assert.deepEqual(good.proof.map(Buffer.from), expected);
      assert.ok(verifyConsistency(good));
    }),
    { numRuns: 200 },
  );
});

test('a proof fails for another root, another size, or one hash more, fewer or changed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), fc.nat(), (size, pick, other) => {
      const good = claim(1 + (pick % (size - 1)), size);
      const { smaller, larger, proof } = good;
      const at = other % proof.length;
      const wrong = leafHash(smaller.root);
      assert.ok(!verifyConsistency({ ...good, smaller: { ...smaller, root: wrong } }));
      assert.ok(!verifyConsistency({ ...good, larger: { ...larger, root: wrong } }));
      assert.ok(!verifyConsistency({ ...good, proof: [...proof, wrong] }));
      assert.ok(!verifyConsistency({ ...good, proof: proof.slice(1) }));
      assert.ok(!verifyConsistency({ ...good, proof: proof.with(at, leafHash(proof[at]!)) }));
      assert.ok(!verifyConsistency({ ...good, smaller: larger, larger: smaller }));
    }),
    { numRuns: 200 },
  );
});

test('size 0 has no proof: none is made and none is accepted', () => {
  const root = slowRoot(someLeaves(4));
  const empty = { size: 0, root: slowRoot([]) };
  assert.throws(() => proveConsistency(0, 4, slowHashAt(someLeaves(4))), RangeError);
  assert.ok(!verifyConsistency({ smaller: empty, larger: { size: 4, root }, proof: [] }));
  assert.ok(!verifyConsistency({ smaller: empty, larger: empty, proof: [] }));
});

test('trees of equal size are consistent only by an equal root and an empty proof', () => {
  const tree = { size: 4, root: slowRoot(someLeaves(4)) };
  assert.ok(verifyConsistency({ smaller: tree, larger: tree, proof: [] }));
  assert.ok(!verifyConsistency({ smaller: tree, larger: tree, proof: [tree.root] }));
  assert.ok(!verifyConsistency({ smaller: tree, larger: { ...tree, root: leafHash(tree.root) }, proof: [] }));
});
