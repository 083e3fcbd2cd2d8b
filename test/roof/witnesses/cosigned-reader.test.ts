import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { preferringCosigned } from '../../../src/roof/witnesses/cosigned-reader.ts';
import { writeSampleLog } from '../../support/sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosigned-reader-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const log = writeSampleLog(join(folder, 'log.sqlite'), 12);
const reader = openSqliteReader(log.file);
after(() => reader.close());
const cosignedFile = join(folder, 'cosigned');
const { key } = log.signer;
const WITNESS = `\u2014 witness.example ${Buffer.alloc(76, 1).toString('base64')}\n`;
const NOW = 1_795_449_600_000;

async function shown(note: string | undefined, ageMs: number, witnessesFile: string | undefined = 'policy') {
  rmSync(cosignedFile, { force: true });
  if (note !== undefined) {
    writeFileSync(cosignedFile, note);
    utimesSync(cosignedFile, (NOW - ageMs) / 1000, (NOW - ageMs) / 1000);
  }
  return preferringCosigned(reader, { witnessesFile, cosignedFile }, key, () => NOW).checkpoint();
}
const signed = (size: number) =>
  log.signer.sign(formatCheckpoint({ origin: key.name, size, root: Buffer.alloc(32, size) })) + WITNESS;
const newest = reader.checkpoint() ?? '';

test('the cosigned checkpoint is shown where it is as new as the newest, or only moments behind', async () => {
  assert.equal(await shown(newest + WITNESS, 3_600_000), newest + WITNESS);
  assert.equal(await shown(signed(3), 4000), signed(3));
  assert.equal(await shown(signed(3), 6000), newest);
});

test('a cosigned checkpoint that is ahead of the store, of another log, or not in order is never shown', async () => {
  assert.equal(await shown(signed(9999), 0), newest);
  assert.equal(await shown(signed(3).replace('\n3\n', '\n4\n'), 0), newest);
  assert.equal(await shown('nonsense', 0), newest);
  assert.equal(await shown(undefined, 0), newest);
});

test('without witnesses the log is shown as it is, and with them everything but the checkpoint is', async () => {
  const config = { witnessesFile: undefined, cosignedFile };
  assert.equal(
    preferringCosigned(reader, config, key, () => NOW),
    reader,
  );
  const other = preferringCosigned(reader, { witnessesFile: 'policy', cosignedFile }, key, () => NOW);
  assert.deepEqual(await other.state(), reader.state());
  assert.deepEqual(await other.entries(0, 2), reader.entries(0, 2));
  assert.deepEqual(await other.hashAt(1, 0), reader.hashAt(1, 0));
  assert.deepEqual(await other.checkpoints(0, 9), reader.checkpoints(0, 9));
});
