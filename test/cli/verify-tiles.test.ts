import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import type { FetchPart } from '../../src/audit-log/proving/tile-log.ts';
import { verifyTilesCommand } from '../../src/cli/verify-tiles.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { noteKey } from '../support/sample-log.ts';
import { sampleTiles } from '../support/sample-tiles.ts';
import { Written } from '../support/written.ts';

const { folder, log, reader, parts } = await sampleTiles(300);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});
const key = formatVerifierKey(log.signer.key);

async function run(fetch: FetchPart, by = key) {
  const io = new Written();
  return { code: await verifyTilesCommand({ key: by }, fetch, io), io };
}

function without(pattern: RegExp): FetchPart {
  return async (path) => (pattern.test(path) ? undefined : parts.get(path));
}

test('a log in tiles that is whole is said to be whole, with its size and root', async () => {
  const { code, io } = await run(async (path) => parts.get(path));
  assert.equal(code, 0, io.stdout + io.stderr);
  assert.match(io.stdout, new RegExp(`^The log is whole: ${log.size} entries`));
  assert.match(io.stdout, /root \S{44}/);
});

test('a changed entry is named, and the exit code is 1', async () => {
  const bundle = Buffer.from(parts.get('tile/entries/001') ?? '');
  bundle[bundle.indexOf('badge')] = 0x62 + 1;
  const { code, io } = await run(async (path) => (path === 'tile/entries/001' ? bundle : parts.get(path)));
  assert.equal(code, 1);
  assert.match(io.stdout, /entry 25\d was changed/);
});

test('where the entries may not be read the hashes are verified, and it is said that the entries were not', async () => {
  const { code, io } = await run(without(/entries/));
  assert.equal(code, 0);
  assert.match(io.stdout, /^The hashes of all \d+ entries make the root that was signed/);
  assert.match(io.stdout, /what the entries say: they may not be read here/);
  const spoiled = Buffer.from(parts.get('tile/0/001') ?? '');
  spoiled[7] = (spoiled[7] ?? 0) ^ 1;
  const wrong = await run(async (path) => (path === 'tile/0/001' ? spoiled : without(/entries/)(path)));
  assert.equal(wrong.code, 1);
  assert.match(wrong.io.stdout, /do not make the root that was signed/);
});

test('a tile that is missing, no checkpoint, and a checkpoint of another key stop the check', async () => {
  assert.match((await run(without(/tile\/0\/001/))).io.stderr, /tile 0\/001 is missing/);
  assert.match((await run(without(/checkpoint/))).io.stderr, /there is no checkpoint/);
  const other = await run(async (path) => parts.get(path), formatVerifierKey(noteKey().key));
  assert.match(other.io.stderr, /not signed by the key given/);
});
