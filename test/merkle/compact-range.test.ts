import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompactRange } from '../../src/merkle/compact-range.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { readVectors } from '../vectors/read-vectors.ts';
import { slowRoot, someLeaves } from './slow-tree.ts';

const reference = readVectors<{ leaves: string[]; roots: string[] }>(
  'transparency-dev-merkle/reference-roots.json',
);

test('the roots of the reference trees of 0 to 8 leaves come out', () => {
  const range = new CompactRange();
  for (const [size, root] of reference.roots.entries()) {
    assert.equal(Buffer.from(range.root()).toString('hex'), root);
    assert.equal(range.size, size);
    range.append(leafHash(Buffer.from(reference.leaves[size] ?? '', 'hex')));
  }
});

test('the root equals the definition of RFC 6962 at every size up to 130', () => {
  const leaves = someLeaves(130);
  const range = new CompactRange();
  for (const [at, leaf] of leaves.entries()) {
    range.append(leafHash(leaf));
    assert.deepEqual(Buffer.from(range.root()), Buffer.from(slowRoot(leaves.slice(0, at + 1))));
  }
});

test('a range that was put away and taken up again grows to the same root', () => {
  const leaves = someLeaves(77);
  let range = new CompactRange();
  for (const leaf of leaves) {
    range = new CompactRange(range.size, range.roots());
    range.append(leafHash(leaf));
  }
  assert.deepEqual(Buffer.from(range.root()), Buffer.from(slowRoot(leaves)));
});

test('roots that were handed out do not change when the range grows', () => {
  const range = new CompactRange();
  range.append(leafHash(Buffer.from('a')));
  const before = range.roots();
  range.append(leafHash(Buffer.from('b')));
  assert.deepEqual(before, [leafHash(Buffer.from('a'))]);
});

test('roots that do not fit the size are refused', () => {
  assert.throws(() => new CompactRange(3, [Buffer.alloc(32)]), RangeError);
  assert.throws(() => new CompactRange(-1), RangeError);
  assert.throws(() => new CompactRange(1.5, [Buffer.alloc(32)]), RangeError);
});

test('leaves that are added together grow the range as leaves that are added one by one do, from every size', () => {
  const hashes = someLeaves(140).map((leaf) => leafHash(leaf));
  const slow = new CompactRange();
  for (let size = 0; size <= 70; size += 1) {
    for (const more of [0, 1, 2, 3, 5, 8, 31, 32, 64]) {
      const all = new CompactRange(slow.size, slow.roots());
      const single = new CompactRange(slow.size, slow.roots());
      all.appendAll(Buffer.concat(hashes.slice(size, size + more)));
      for (const hash of hashes.slice(size, size + more)) single.append(hash);
      assert.equal(all.size, single.size);
      assert.deepEqual(all.roots().map(Buffer.from), single.roots().map(Buffer.from));
    }
    slow.append(hashes[size]!);
  }
});
