import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyCheckpointCommand } from '../../src/cli/verify-checkpoint.ts';
import { formatCheckpoint } from '../../src/merkle/checkpoint.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { noteKey, SAMPLE_ORIGIN } from '../support/sample-log.ts';
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

test('a text without a checkpoint of the log is no verdict', async () => {
  const { code, io } = await run(130, 1, 'Dear colleague,');
  assert.deepEqual([code, io.stdout], [1, '']);
  assert.match(io.stderr, /holds no checkpoint/);
});
