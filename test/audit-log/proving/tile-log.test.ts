import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import {
  TileError,
  TileLog,
  tileLogSource,
  verifyHashTiles,
} from '../../../src/audit-log/proving/tile-log.ts';
import { verifyLog } from '../../../src/audit-log/verifying/verifier.ts';
import { parseCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { proveInclusion, verifyInclusion } from '../../../src/merkle/inclusion-proof.ts';
import { parseSignedNote } from '../../../src/merkle/signed-note.ts';
import { sampleTiles } from '../../support/sample-tiles.ts';

const { folder, log, reader, parts } = await sampleTiles(400);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});
const checkpoint = parseCheckpoint(parseSignedNote(log.head).text);

function tileLog(changed: ReadonlyMap<string, Uint8Array | undefined> = new Map()): TileLog {
  return new TileLog(async (path) => (changed.has(path) ? changed.get(path) : parts.get(path)), checkpoint);
}

async function findings(changed?: ReadonlyMap<string, Uint8Array | undefined>): Promise<readonly string[]> {
  const source = tileLogSource(tileLog(changed), checkpoint);
  return (await verifyLog(source, { key: log.signer.key, head: log.head })).findings;
}

function spoiled(path: string, at: number): Map<string, Uint8Array> {
  const bytes = Buffer.from(parts.get(path) ?? '');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return new Map([[path, bytes]]);
}

test('a log in tiles is whole where its entries, its tiles and its checkpoint agree', async () => {
  assert.deepEqual(await findings(), []);
  const { root, findings: wrong } = await verifyHashTiles(tileLog(), checkpoint.size);
  assert.deepEqual([wrong, Buffer.from(root)], [[], Buffer.from(checkpoint.root)]);
});

test('a changed entry, a changed hash and a changed tile above are each named', async () => {
  const inBundle = await findings(spoiled('tile/entries/001', 700));
  assert.match(inBundle.join('\n'), /entry 25[6-9] was changed|entry 25[6-9] is not/);
  const inTile = await findings(spoiled('tile/0/001', 32 * 44));
  assert.match(inTile.join('\n'), /entry 300 was changed: its bytes do not hash/);
  const above = await findings(spoiled('tile/1/000.p/4', 40));
  assert.match(above.join('\n'), /hash tile 0 of level 1 does not agree with the tiles below it at hash 1/);
  const hashesAlone = await verifyHashTiles(tileLog(spoiled('tile/1/000.p/4', 40)), checkpoint.size);
  assert.match(hashesAlone.findings.join('\n'), /hash 1 of tile 0 of level 1 does not agree/);
  const changed = await verifyHashTiles(tileLog(spoiled('tile/0/002', 5)), checkpoint.size);
  assert.notDeepEqual(Buffer.from(changed.root), Buffer.from(checkpoint.root));
});

test('any bit that is changed in any tile or bundle is found', async () => {
  for (const [path, bytes] of parts) {
    if (path === 'checkpoint') continue;
    for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const found = await findings(spoiled(path, at)).catch((error: unknown) => {
        assert.ok(error instanceof TileError);
        return [error.message];
      });
      assert.ok(found.length > 0, `${path} at ${at}`);
    }
  }
});

test('a tile or bundle that is missing, cut or longer is refused by its path', async () => {
  for (const path of ['tile/0/001', 'tile/entries/002']) {
    const bytes = parts.get(path) ?? Buffer.alloc(0);
    for (const wrong of [undefined, bytes.subarray(1), Buffer.concat([bytes, Buffer.of(0)])])
      await assert.rejects(findings(new Map([[path, wrong]])), new RegExp(`${path.slice(5)} is missing or`));
  }
});

test('where a full tile or bundle has taken the place of a partial one, its beginning is read', async () => {
  const earlier = { ...checkpoint, size: 300 };
  const early = new TileLog(async (path) => parts.get(path), earlier);
  assert.equal((await early.tile(0, 1))?.length, 44 * 32);
  assert.equal((await early.entries(1)).length, 44);
  assert.equal(await early.tile(0, 2), undefined);
});

test('a proof is made from tiles alone', async () => {
  const proof = await tileLog().prove((hashAt) => proveInclusion(500, checkpoint.size, hashAt));
  const [entry] = reader.entries(500, 1);
  assert.ok(verifyInclusion({ index: 500, ...checkpoint, leafHash: entry!.leafHash, proof }));
});

test('who may read only the hashes is known before anything else is read', async () => {
  assert.equal(await tileLog().showsEntries(), true);
  const hidden = new TileLog(
    async (path) => (path.startsWith('tile/entries/') ? undefined : parts.get(path)),
    checkpoint,
  );
  assert.equal(await hidden.showsEntries(), false);
});
