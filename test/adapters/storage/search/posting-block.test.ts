import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  FillingBlock,
  type PostingBlock,
  StoredBlock,
  TAG_BUCKETS,
} from '../../../../src/adapters/storage/search/posting-block.ts';
import { emptySet, placesOf } from '../../../../src/adapters/storage/search/posting-set.ts';

function stored(filled: FillingBlock): StoredBlock {
  const terms = new Map(filled.packedTerms());
  const tags = filled.packedTags();
  assert.equal(tags.length, TAG_BUCKETS);
  return new StoredBlock({
    term: (term) => terms.get(term),
    bucket: (firstByte) => tags[firstByte] ?? new Uint8Array(),
  });
}

function tagged(block: PostingBlock, tag: Uint8Array): number[] {
  const bits = emptySet();
  block.addTagged(bits, tag);
  return placesOf(bits);
}

test('a full block answers as it did while it was filling', () => {
  const filling = new FillingBlock();
  const tags = Array.from({ length: 300 }, () => randomBytes(32));
  const hashes = Array.from({ length: 2000 }, () => randomBytes(32));
  for (const [place, hash] of hashes.entries()) {
    const tag = tags[place % tags.length] ?? hash;
    filling.add(place, { terms: ['kind sent', `dataset ${place % 7}`], tags: [tag, tag] }, hash);
  }
  const block = stored(filling);
  for (const [nth, tag] of tags.entries()) {
    const expected = [...hashes.keys()].filter((place) => place % tags.length === nth);
    assert.deepEqual(tagged(filling, tag), expected);
    assert.deepEqual(tagged(block, tag), expected);
  }
  for (const [place, hash] of hashes.entries()) assert.deepEqual(tagged(block, hash), [place]);
  for (const term of ['kind sent', 'dataset 3', 'dataset 8'])
    assert.deepEqual(block.withTerm(term), filling.withTerm(term));
  assert.equal(placesOf(block.withTerm('dataset 3') ?? emptySet())[1], 10);
  assert.deepEqual(tagged(block, randomBytes(32)), []);
});

test('bytes that look like a tag across two records of a bucket are no tag', () => {
  const filling = new FillingBlock();
  // The place 0x0101 and the tag's own bytes repeat one another at every offset.
  const tag = Buffer.alloc(32, 1);
  const hash = Buffer.alloc(32, 9);
  filling.add(0x0101, { terms: [], tags: [tag] }, hash);
  filling.add(0x0102, { terms: [], tags: [tag] }, hash);
  assert.deepEqual(tagged(stored(filling), tag), [0x0101, 0x0102]);
  const shifted = Buffer.concat([Buffer.from([1, 1, 1, 1, 1, 1, 2]), Buffer.alloc(25, 1)]);
  assert.deepEqual(tagged(stored(filling), shifted), []);
});
