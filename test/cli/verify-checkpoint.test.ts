import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { rootOfFirst } from '../../src/audit-log/proving/proofs.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { type LogNow, verifyCheckpointCommand } from '../../src/cli/verify-checkpoint.ts';
import { formatCheckpoint } from '../../src/merkle/checkpoint.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { noteKey, SAMPLE_ORIGIN, type SampleLog, writeSampleLog } from '../support/sample-log.ts';
import { Written } from '../support/written.ts';

const signer = noteKey();
const key = formatVerifierKey(signer.key);
const pasted = `> ${signer
  .sign(formatCheckpoint({ origin: SAMPLE_ORIGIN, size: 100, root: Buffer.alloc(32, 1) }))
  .replaceAll('\n', '\r\n> ')}`;

async function run(size: number, byte: number, text = pasted) {
  const io = new Written();
  const log = { size, rootAt: async () => Buffer.alloc(32, byte) };
  return { code: await verifyCheckpointCommand({ pasted: text, key }, log, io), io };
}

test('a log that still begins as it was signed is said to, with what that does not cover', async () => {
  const { code, io } = await run(130, 1);
  assert.equal(code, 0);
  assert.match(io.stdout, /^The log begins with the 100 entries of the checkpoint that was pasted/);
  assert.match(io.stdout, /what happened to entries after it/);
});

test('a log that was rewritten, and one that was taken back, are told apart; the checkpoint is the proof', async () => {
  assert.match((await run(130, 2)).io.stdout, /it was rewritten\. Keep the checkpoint/);
  assert.match((await run(99, 1)).io.stdout, /signed for 100 entries and the log has 99: it was taken back/);
  assert.equal((await run(99, 1)).code, 1);
});

test('a real log that was rewritten with the real key, or taken back head file and all, is found by a checkpoint that was kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'verify-checkpoint-'));
  const size = (log: SampleLog): LogNow => {
    const reader = openSqliteReader(log.file);
    return { size: log.size, rootAt: (at) => rootOfFirst(reader, at).finally(() => reader.close()) };
  };
  try {
    const honest = writeSampleLog(join(folder, 'honest.sqlite'), 40, 8, signer);
    // The same beginning, another end, every hash and signature valid: what the holder of the key can do.
    const rewritten = writeSampleLog(join(folder, 'rewritten.sqlite'), 44, 8, signer);
    const takenBack = writeSampleLog(join(folder, 'back.sqlite'), 10, 8, signer);
    const verdict = async (log: SampleLog): Promise<string> => {
      const io = new Written();
      const code = await verifyCheckpointCommand({ pasted: honest.head, key }, size(log), io);
      return `${code} ${io.stdout}`;
    };
    for (const log of [rewritten, takenBack]) {
      const reader = openSqliteReader(log.file);
      const { findings } = await verifyLog(reader, { key: signer.key, head: log.head });
      reader.close();
      assert.deepEqual(findings, [], 'the log alone shows nothing');
    }
    assert.match(await verdict(honest), /^0 /);
    assert.match(await verdict(rewritten), /^1 [\s\S]*it was rewritten/);
    assert.match(await verdict(takenBack), /^1 [\s\S]*taken back to an earlier state/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a text without a checkpoint of the log is no verdict', async () => {
  const { code, io } = await run(130, 1, 'Dear colleague,');
  assert.deepEqual([code, io.stdout], [1, '']);
  assert.match(io.stderr, /holds no checkpoint/);
});
