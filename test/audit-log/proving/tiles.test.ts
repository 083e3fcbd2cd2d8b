import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { entriesOfBundle, tileBytes } from '../../../src/audit-log/proving/tiles.ts';
import { parseCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { parseSignedNote } from '../../../src/merkle/signed-note.ts';
import { sampleTiles } from '../../support/sample-tiles.ts';
import { bytesOf, readVectors } from '../../vectors/read-vectors.ts';

const { folder, log, reader, parts } = await sampleTiles(400);
after(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

test('the bundles hold every entry byte for byte, and the tiles of level 0 their hashes up to the root that was signed', async () => {
  assert.ok(log.size > 768);
  const range = new CompactRange();
  for (let tile = 0; tile * 256 < log.size; tile += 1) {
    const width = Math.min(256, log.size - tile * 256);
    const bundle = await tileBytes(reader, { level: 'entries', tile, width }, log.size);
    const entries = entriesOfBundle(bundle ?? Buffer.alloc(0), width) ?? [];
    const stored = reader.entries(tile * 256, width);
    assert.deepEqual(
      entries.map(Buffer.from),
      stored.map(({ leaf }) => Buffer.from(leaf)),
    );
    const hashes = await tileBytes(reader, { level: 0, tile, width }, log.size);
    assert.deepEqual(Buffer.from(hashes ?? []), Buffer.concat(entries.map((entry) => leafHash(entry))));
    range.appendAll(hashes ?? Buffer.alloc(0));
  }
  const { root } = parseCheckpoint(parseSignedNote(log.head).text);
  assert.deepEqual(Buffer.from(range.root()), Buffer.from(root));
});

test('a partial tile is the beginning of the wider one, and stays to be had once that is full', async () => {
  for (const level of ['entries', 0, 1] as const) {
    const width = level === 1 ? 3 : 256;
    const wide = await tileBytes(reader, { level, tile: 0, width }, log.size);
    const narrow = await tileBytes(reader, { level, tile: 0, width: 2 }, log.size);
    assert.ok(wide !== undefined && narrow !== undefined);
    assert.deepEqual(Buffer.from(narrow), Buffer.from(wide.subarray(0, narrow.length)));
  }
});

test('what no checkpoint covers yet is in no tile', async () => {
  const at = (level: number | 'entries', tile: number, width: number, size: number) =>
    tileBytes(reader, { level, tile, width }, size);
  assert.notEqual(await at(0, 0, 256, 256), undefined);
  assert.equal(await at(0, 0, 256, 255), undefined);
  assert.equal(await at('entries', 0, 256, 255), undefined);
  assert.equal(await at('entries', 1, 1, 256), undefined);
  assert.equal(await at(1, 0, 1, 255), undefined);
  assert.equal(await at(1, 0, 2, 511), undefined);
  assert.equal(await at(7, 0, 1, log.size), undefined);
  assert.equal(parts.has('tile/2/000'), false);
});

test('where entries are kept no more their bundle is gone, and the tile of their hashes is still to be had', async () => {
  const last = Math.floor(log.size / 256);
  const width = log.size % 256;
  const hashAt = (level: number, index: number) => reader.hashAt(level, index);
  const tile = (level: number, number: number) => reader.tile(level, number);
  const pruned = Object.assign(Object.create(reader), { entries: () => [], hashAt, tile });
  const whole = await tileBytes(reader, { level: 0, tile: last, width }, log.size);
  const kept = await tileBytes(pruned, { level: 0, tile: last, width }, log.size);
  assert.deepEqual(Buffer.from(kept ?? []), Buffer.from(whole ?? []));
  assert.equal(await tileBytes(pruned, { level: 'entries', tile: last, width }, log.size), undefined);
});

interface TesseraLog {
  checkpoints: Record<string, string>;
  tiles: Record<string, string>;
  entryBundles: Record<string, string>;
}

test('bundles by another implementation are taken apart, and hash to its tiles', () => {
  const other = readVectors<TesseraLog>('transparency-dev-tessera/log.json');
  for (const [size, bundle] of Object.entries(other.entryBundles)) {
    const entries = entriesOfBundle(bytesOf(bundle), Number(size)) ?? [];
    assert.equal(entries.length, Number(size));
    assert.deepEqual(
      Buffer.concat(entries.map((entry) => leafHash(entry))),
      bytesOf(other.tiles[size] ?? ''),
    );
  }
});

test('a bundle that is cut, longer, or of another number of entries is none; whatever bytes come, nothing breaks', () => {
  const bundle = Buffer.from('0001610002626300', 'hex').subarray(0, 7);
  assert.deepEqual(entriesOfBundle(bundle, 2)?.map(String), ['a', 'bc']);
  assert.equal(entriesOfBundle(bundle, 1), undefined);
  assert.equal(entriesOfBundle(bundle, 3), undefined);
  assert.equal(entriesOfBundle(bundle.subarray(0, 6), 2), undefined);
  assert.equal(entriesOfBundle(Buffer.concat([bundle, Buffer.of(0)]), 2), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(5), (bytes, count) => {
      const entries = entriesOfBundle(bytes, count);
      if (entries !== undefined)
        assert.equal(
          entries.reduce((sum, entry) => sum + 2 + entry.length, 0),
          bytes.length,
        );
    }),
  );
});
