import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import fc from 'fast-check';
import {
  consistencyProof,
  inclusionProof,
  newestCheckpoint,
  proofOfEntry,
  rootOfFirst,
} from '../../../src/audit-log/proving/proofs.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';
import { verifyConsistency } from '../../../src/merkle/consistency-proof.ts';
import { verifyInclusion } from '../../../src/merkle/inclusion-proof.ts';
import { openTlogProof } from '../../../src/merkle/tlog-proof.ts';
import { sampleTiles } from '../../support/sample-tiles.ts';

const { folder, log, reader } = await sampleTiles(400);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});
const entries = reader.entries(0, log.size);

function rootAt(size: number): Uint8Array {
  const range = new CompactRange();
  for (const { leafHash } of entries.slice(0, size)) range.append(leafHash);
  return range.root();
}

test('of any entry and any two sizes of the log the proofs verify', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), async (one, other) => {
      const larger = 1 + (one % log.size);
      const smaller = 1 + (other % larger);
      const index = other % larger;
      const root = rootAt(larger);
      const leafHash = entries[index]?.leafHash ?? Buffer.alloc(0);
      const proof = await inclusionProof(reader, index, larger);
      assert.deepEqual(Buffer.from(await rootOfFirst(reader, larger)), Buffer.from(root));
      assert.ok(verifyInclusion({ index, size: larger, leafHash, proof, root }));
      const claim = { smaller: { size: smaller, root: rootAt(smaller) }, larger: { size: larger, root } };
      assert.ok(verifyConsistency({ ...claim, proof: await consistencyProof(reader, smaller, larger) }));
    }),
    { numRuns: 60 },
  );
});

test('the proof of an entry opens with the log’s key alone; an entry that no checkpoint covers has none yet', async () => {
  const signed = await newestCheckpoint(reader);
  assert.ok(signed !== undefined);
  assert.equal(signed.checkpoint.size, log.size);
  for (const { index, leafHash } of entries.filter((_, at) => at % 97 === 0)) {
    const proof: string = (await proofOfEntry(reader, index, signed)) ?? '';
    assert.equal(openTlogProof(proof, leafHash, log.signer.key).index, index);
  }
  assert.equal(await proofOfEntry(reader, log.size, signed), undefined);
});

test('a store that answers later gives the same proofs', async () => {
  const slow = { hashAt: async (level: number, index: number) => reader.hashAt(level, index) };
  const later = await inclusionProof(Object.assign(Object.create(reader), slow), 300, log.size);
  assert.deepEqual(later, await inclusionProof(reader, 300, log.size));
});

test('there is no proof of an entry beyond a tree, and none from a larger tree to a smaller', async () => {
  await assert.rejects(inclusionProof(reader, 5, 5), RangeError);
  await assert.rejects(consistencyProof(reader, 6, 5), RangeError);
});
