import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { consistencyProof } from '../../src/audit-log/proving/proofs.ts';
import {
  type ConsistencyHashes,
  hashesOfText,
  verifyConsistencyCommand,
} from '../../src/cli/verify-consistency.ts';
import { InputError } from '../../src/cli/verify-verdict.ts';
import { formatCheckpoint } from '../../src/merkle/checkpoint.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { SAMPLE_ORIGIN } from '../support/sample-log.ts';
import { sampleTiles } from '../support/sample-tiles.ts';
import { Written } from '../support/written.ts';

const { folder, log, reader } = await sampleTiles(60);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});
const key = formatVerifierKey(log.signer.key);
const [older] = reader.checkpoints(0, 1);
const fromLog: ConsistencyHashes = (smaller, larger) => consistencyProof(reader, smaller, larger.size);

async function run(one = older?.note ?? '', two = log.head, hashes: ConsistencyHashes | undefined = fromLog) {
  const io = new Written();
  return { code: await verifyConsistencyCommand({ older: one, newer: two, key }, hashes, io), io };
}

function forged(size: number): string {
  return log.signer.sign(formatCheckpoint({ origin: SAMPLE_ORIGIN, size, root: Buffer.alloc(32, 5) }));
}

test('a log that only grew is said to have grown, from checkpoints as they were pasted', async () => {
  const { code, io } = await run(`> ${older?.note.replaceAll('\n', '\r\n> ')}`);
  assert.equal(code, 0, io.stderr);
  assert.match(
    io.stdout,
    new RegExp(`^The log grew from ${older?.size} to ${log.size} entries, and nothing else`),
  );
});

test('a checkpoint that the log does not continue, and two of one size that differ, do not hold', async () => {
  const rewritten = await run(forged(older?.size ?? 1));
  assert.equal(rewritten.code, 1);
  assert.match(rewritten.io.stdout, /not proved to begin with/);
  const two = await run(forged(log.size), log.head, undefined);
  assert.match(two.io.stdout, /the log shows two histories\. Keep both/);
});

test('without a proof, or with the newer checkpoint first, the sentence says what to give', async () => {
  const io = new Written();
  const code = await verifyConsistencyCommand(
    { older: older?.note ?? '', newer: log.head, key },
    undefined,
    io,
  );
  assert.equal(code, 1);
  assert.match(io.stderr, /--hashes with the proof, or the log itself with --store or --tiles/);
  assert.match((await run(log.head, older?.note)).io.stderr, /give the older one first/);
});

test('one checkpoint is consistent with itself', async () => {
  assert.equal((await run(log.head)).code, 0);
});

test('a proof as text is one hash a line', () => {
  const hash = Buffer.alloc(32, 3);
  assert.deepEqual(hashesOfText(`${hash.toString('base64')}\r\n\n${hash.toString('base64')}\n`), [
    hash,
    hash,
  ]);
  assert.throws(() => hashesOfText('AAAA'), InputError);
});
