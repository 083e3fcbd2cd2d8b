import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompactRange } from '../../src/merkle/compact-range.ts';
import { proveConsistency, verifyConsistency } from '../../src/merkle/consistency-proof.ts';
import { HASH_BYTES, leafHash } from '../../src/merkle/hash.ts';
import { proveInclusion, verifyInclusion } from '../../src/merkle/inclusion-proof.ts';
import { hashesNeeded, hashesOfTiles, tileOfHash } from '../../src/merkle/tile-hashes.ts';
import { widthOfTile } from '../../src/merkle/tile-path.ts';

const SIZE = 70_000;
const hashes = Array.from({ length: SIZE }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const range = new CompactRange();
  range.appendAll(Buffer.concat(leaves));
  return range.root();
}

const tiles = new Map<string, Uint8Array>();
for (const level of [0, 1, 2]) {
  const span = 256 ** level;
  for (let tile = 0; widthOfTile(level, tile, SIZE) > 0; tile += 1) {
    const roots = Array.from({ length: widthOfTile(level, tile, SIZE) }, (_, at) => {
      const first = (tile * 256 + at) * span;
      return rootOf(hashes.slice(first, first + span));
    });
    tiles.set(`${level}/${tile}`, Buffer.concat(roots));
  }
}
const hashAt = hashesOfTiles((level, tile) => tiles.get(`${level}/${tile}`));
const root = rootOf(hashes);

test('proofs made of tiles alone verify, for leaves and for smaller trees all over a tree of three levels of tiles', () => {
  for (const index of [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, SIZE - 1]) {
    const proof = proveInclusion(index, SIZE, hashAt);
    const leaf = hashes[index] ?? Buffer.alloc(0);
    assert.ok(verifyInclusion({ index, size: SIZE, leafHash: leaf, proof, root }), String(index));
  }
  for (const size of [1, 255, 256, 257, 65_536, 65_537, 69_999]) {
    const smaller = { size, root: rootOf(hashes.slice(0, size)) };
    const proof = proveConsistency(size, SIZE, hashAt);
    assert.ok(verifyConsistency({ smaller, larger: { size: SIZE, root }, proof }), String(size));
  }
});

test('the hashes that a proof needs are known before any is read, and stand in tiles of the tree', () => {
  const needed = hashesNeeded((at) => proveInclusion(12_345, SIZE, at));
  const asked: unknown[] = [];
  proveInclusion(12_345, SIZE, (level, index) => {
    asked.push({ level, index });
    return hashAt(level, index);
  });
  assert.deepEqual(needed, asked);
  for (const place of needed) {
    const { level, tile, from, width } = tileOfHash(place);
    assert.ok(from + width <= widthOfTile(level, tile, SIZE));
  }
});

test('a hash that no tile holds whole is refused', () => {
  assert.throws(() => hashAt(0, SIZE), RangeError);
  assert.throws(() => hashAt(8, 273), RangeError);
  assert.throws(() => hashAt(3, Math.floor(SIZE / 8)), RangeError);
  assert.equal(hashAt(0, 5).length, HASH_BYTES);
});
