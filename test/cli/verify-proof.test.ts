import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { newestCheckpoint, proofOfEntry } from '../../src/audit-log/proving/proofs.ts';
import { verifyProofCommand } from '../../src/cli/verify-proof.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { noteKey } from '../support/sample-log.ts';
import { sampleTiles } from '../support/sample-tiles.ts';
import { Written } from '../support/written.ts';

const { folder, log, reader } = await sampleTiles(40);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});
const signed = await newestCheckpoint(reader);
const [entry] = reader.entries(17, 1);
const proof = (signed && (await proofOfEntry(reader, 17, signed))) ?? '';
const leaf = entry?.leaf ?? Buffer.alloc(0);
const key = formatVerifierKey(log.signer.key);

async function run(args: Partial<Parameters<typeof verifyProofCommand>[0]> = {}) {
  const io = new Written();
  return { code: await verifyProofCommand({ proof, leaf, key, ...args }, io), io };
}

test('a proof that holds says where the entry stands, in which log, and what that does not show', async () => {
  const { code, io } = await run();
  assert.equal(code, 0);
  assert.match(io.stdout, /^The proof holds\./);
  assert.match(io.stdout, /stands at index 17 of the log gateway\.northmere\.example\/audit\/2026h2/);
  assert.match(io.stdout, /What this does not show:/);
});

test('another entry, another key and a proof that is none do not hold', async () => {
  const changed = Buffer.from(leaf);
  changed[20] = (changed[20] ?? 0) ^ 1;
  const other = await run({ leaf: changed });
  assert.equal(other.code, 1);
  assert.match(other.io.stdout, /^IT DOES NOT HOLD/);
  assert.equal((await run({ key: formatVerifierKey(noteKey().key) })).code, 1);
  assert.match(
    (await run({ proof: 'no proof' })).io.stdout,
    /a proof begins with the line c2sp\.org\/tlog-proof@v1/,
  );
  assert.match((await run({ key: 'no key' })).io.stderr, /could not be verified: a verifier key is/);
});

test('bytes that stand in the log and are no entry of it are told apart', async () => {
  const { io, code } = await run({ leaf: Buffer.from('not a leaf') });
  assert.equal(code, 1);
  assert.match(io.stdout, /the entry is not JSON/);
});
