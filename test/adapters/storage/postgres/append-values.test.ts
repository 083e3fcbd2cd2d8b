import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendValues } from '../../../../src/adapters/storage/postgres/append-values.ts';
import { SampleEntries } from '../../../support/sample-log.ts';

test('leaves and sealed rows can be taken apart again by where they end', () => {
  const sample = new SampleEntries();
  const entries = [sample.begin(), ...sample.exchange(1, 2)];
  const { leaves, leafEnds, sealed, sealedEnds, hashes } = appendValues(0, entries);
  const piece = (bytes: Buffer, ends: readonly number[], nth: number) =>
    bytes.subarray(ends[nth - 1] ?? 0, ends[nth]);
  for (const [nth, entry] of entries.entries()) {
    assert.deepEqual(piece(leaves, leafEnds, nth), Buffer.from(entry.leaf));
    assert.deepEqual(piece(sealed, sealedEnds, nth), Buffer.from(entry.sealed ?? []));
    assert.deepEqual(hashes.subarray(32 * nth, 32 * nth + 32), Buffer.from(entry.leafHash));
  }
});

test('a gap, and a hash that is none, are refused', () => {
  const sample = new SampleEntries();
  const [first, second] = [sample.begin(), sample.refused(1)];
  assert.throws(() => appendValues(0, [second]), /leaves a gap/);
  assert.throws(() => appendValues(1, [first]), /leaves a gap/);
  assert.throws(() => appendValues(0, [{ ...first, leafHash: Buffer.alloc(31) }]), /not 32 bytes/);
});
