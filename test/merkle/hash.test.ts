import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRoot, leafHash, nodeHash, nodeHashes } from '../../src/merkle/hash.ts';
import { readVectors } from '../vectors/read-vectors.ts';

interface Reference {
  hashes: { empty: string; emptyLeaf: string; leafL123456: string; nodeN123N456: string };
  roots: string[];
}
const { hashes, roots } = readVectors<Reference>('transparency-dev-merkle/reference-roots.json');

test('the hashes of nothing, of an empty leaf and of a leaf are those of the reference', () => {
  assert.equal(emptyRoot().toString('hex'), hashes.empty);
  assert.equal(leafHash(Buffer.alloc(0)).toString('hex'), hashes.emptyLeaf);
  assert.equal(leafHash(Buffer.from('L123456')).toString('hex'), hashes.leafL123456);
});

test('the hash of two nodes is that of the reference', () => {
  const [, one = ''] = roots;
  const two = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
  assert.equal(nodeHash(Buffer.from(one, 'hex'), Buffer.from(two, 'hex')).toString('hex'), roots[2]);
});

test('a leaf and a node of the same bytes have different hashes', () => {
  const [left, right] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
  assert.notDeepEqual(nodeHash(left, right), leafHash(Buffer.concat([left, right])));
});

test('hashing keeps nothing between calls: a short leaf after a long one, and leaves larger than the scratch space', () => {
  const short = leafHash(Buffer.from('short'));
  const long = leafHash(Buffer.alloc(100_000, 7));
  assert.deepEqual(leafHash(Buffer.from('short')), short);
  assert.deepEqual(leafHash(Buffer.alloc(100_000, 7)), long);
});

test('nodes hashed together are those hashed one by one, whatever their number was before', () => {
  for (const count of [1, 2, 3, 4, 5, 64, 7, 700, 1]) {
    const hashes = Array.from({ length: 2 * count }, (_, nth) => leafHash(Buffer.from(`${count} ${nth}`)));
    const expected = Array.from({ length: count }, (_, nth) =>
      nodeHash(hashes[2 * nth]!, hashes[2 * nth + 1]!),
    );
    assert.deepEqual(nodeHashes(Buffer.concat(hashes)), Buffer.concat(expected));
  }
  assert.equal(nodeHashes(Buffer.alloc(0)).length, 0);
});
