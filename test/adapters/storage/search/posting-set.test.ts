import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addPacked,
  BLOCK_ENTRIES,
  countPlaces,
  emptySet,
  firstPlaces,
  keepOnly,
  packSet,
  placesOf,
} from '../../../../src/adapters/storage/search/posting-set.ts';

const places = fc
  .oneof(
    fc.uniqueArray(fc.nat(BLOCK_ENTRIES - 1), { maxLength: 50 }),
    fc.uniqueArray(fc.nat(BLOCK_ENTRIES - 1), { minLength: 1000, maxLength: 1100 }),
    fc.constant(Array.from({ length: BLOCK_ENTRIES }, (_, place) => place)),
  )
  .map((some) => some.sort((one, other) => one - other));

function unpacked(packed: Uint8Array) {
  const bits = emptySet();
  addPacked(bits, packed);
  return bits;
}

test('a set comes back as it was packed, few places or all of them, and never takes more than a bitmap', () => {
  fc.assert(
    fc.property(places, (some) => {
      const packed = packSet(some);
      assert.ok(packed.length <= BLOCK_ENTRIES / 8);
      assert.deepEqual(placesOf(unpacked(packed)), some);
      assert.equal(countPlaces(unpacked(packed)), some.length);
    }),
  );
});

test('of two sets only what is in both is kept, and it says whether that is anything', () => {
  fc.assert(
    fc.property(places, places, (one, other) => {
      const others = new Set(other);
      const both = one.filter((place) => others.has(place));
      const bits = unpacked(packSet(one));
      assert.equal(keepOnly(bits, unpacked(packSet(other))), both.length > 0);
      assert.deepEqual(placesOf(bits), both);
    }),
    { numRuns: 40 },
  );
});

test('the first places of a block are those below the count, up to the whole block', () => {
  for (const count of [0, 1, 31, 32, 33, BLOCK_ENTRIES - 1, BLOCK_ENTRIES]) {
    const first = placesOf(firstPlaces(count));
    assert.equal(first.length, count);
    assert.equal(first.at(-1) ?? -1, count - 1);
  }
});
