/** The log's public formats, read back by a program in another language that shares no code with this one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { newestCheckpoint, proofOfEntry } from '../../src/audit-log/proving/proofs.ts';
import { sampleTiles } from '../support/sample-tiles.ts';

const READER = join(import.meta.dirname, '../support/outside_reader.py');
const { folder, log, reader, parts } = await sampleTiles(400);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

function read(): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('python3', [READER, join(folder, 'log')], {
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

test('a reader in Python works the signed root out of our bundles, agrees with our tiles and accepts our proofs', async (context) => {
  if (spawnSync('python3', ['--version']).status !== 0)
    return context.skip('SKIPPED: python3 is not on this machine');
  const put = (path: string, bytes: Uint8Array | string): void => {
    mkdirSync(dirname(join(folder, 'log', path)), { recursive: true });
    writeFileSync(join(folder, 'log', path), bytes);
  };
  for (const [path, bytes] of parts) put(path, bytes);
  const signed = await newestCheckpoint(reader);
  for (let index = 0; index < log.size; index += 13)
    put(`proofs/${index}`, (signed && (await proofOfEntry(reader, index, signed))) ?? '');
  assert.deepEqual(read(), {
    code: 0,
    said: `${log.size} entries, 2 levels of tiles, ${Math.ceil(log.size / 13)} proofs\n`,
  });
  for (const path of ['tile/entries/001', 'tile/0/002', 'tile/1/000.p/4']) {
    const whole = parts.get(path) ?? Buffer.alloc(0);
    const spoiled = Buffer.from(whole);
    spoiled[100] = (spoiled[100] ?? 0) ^ 1;
    put(path, spoiled);
    assert.match(read().said, /does not agree: /, path);
    put(path, whole);
  }
});
