import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { findLeafHash } from '../../../src/audit-log/proving/leaf-index.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { sampleTiles } from '../../support/sample-tiles.ts';

const { folder, log, reader } = await sampleTiles(300);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});
const entries = reader.entries(0, log.size);

test('every entry is found by its leaf hash, in full tiles and in the one that fills', async () => {
  for (const { index, leafHash: hash } of entries.filter((_, at) => at % 37 === 0 || at > log.size - 3))
    assert.equal(await findLeafHash(reader, hash, log.size), index);
});

test('bytes that look like the hash across two others do not hide the entry before them', async () => {
  const hash = entries[5]!.leafHash;
  const bytes = Buffer.alloc(8192);
  bytes.set(hash, 0);
  bytes.set(hash, 100);
  const made = Object.assign(Object.create(reader), { tile: () => bytes });
  assert.equal(await findLeafHash(made, hash, 256), 0);
});

test('a hash of no entry, one across two hashes, and one beyond the checkpoint are not found', async () => {
  assert.equal(await findLeafHash(reader, leafHash(Buffer.from('none')), log.size), undefined);
  const across = Buffer.concat([entries[3]!.leafHash, entries[4]!.leafHash]).subarray(16, 48);
  assert.equal(await findLeafHash(reader, across, log.size), undefined);
  assert.equal(await findLeafHash(reader, entries[299]!.leafHash, 299), undefined);
  assert.equal(await findLeafHash(reader, entries[0]!.leafHash, 0), undefined);
});
