import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTilePath, type TilePlace, tilePath, widthOfTile } from '../../src/merkle/tile-path.ts';
import { readVectors } from '../vectors/read-vectors.ts';

/** The example of C2SP tlog-tiles, and the limits of a number in JSON. */
const PATHS: readonly (readonly [TilePlace, string])[] = [
  [{ level: 0, tile: 1_234_067, width: 256 }, '0/x001/x234/067'],
  [{ level: 'entries', tile: 123_456_789_000, width: 256 }, 'entries/x123/x456/x789/000'],
  [{ level: 63, tile: 999_999_999_999_999, width: 255 }, '63/x999/x999/x999/x999/999.p/255'],
];
const OTHERS = readVectors<{
  paths: readonly (readonly [number | 'entries', number, number, string])[];
  refused: readonly string[];
}>('transparency-dev-tessera/paths.json');

test('the path of the specification comes out, and is read back', () => {
  for (const [place, path] of PATHS) {
    assert.equal(tilePath(place), path);
    assert.deepEqual(parseTilePath(path), place);
  }
});

test('the paths of another implementation come out and are read back; what it refuses is refused', () => {
  for (const [level, tile, width, path] of OTHERS.paths) {
    assert.equal(tilePath({ level, tile, width }), path);
    assert.deepEqual(parseTilePath(path), { level, tile, width });
  }
  for (const path of OTHERS.refused) assert.equal(parseTilePath(path), undefined, path);
});

const WRONG = [
  '',
  '0',
  '0/',
  '/000',
  '0/0',
  '0/00',
  '0/0000',
  '0/1234',
  '0/x001',
  '0/x000/001',
  '0/001/002',
  '0/x001/002/003',
  '0/000.p/0',
  '0/000.p/256',
  '0/000.p/08',
  '0/000.p',
  '0/000.p/',
  '0/000.P/8',
  '00/000',
  '64/000',
  '100/000',
  '-1/000',
  'entry/000',
  'entries/000.p/256',
  '0/../000',
  '0/x999/x999/x999/x999/x999/999',
  '0/x999/x999/x999/x999/x999/x999/999',
  '0/000 ',
  '0/000\n',
  '0/٠٠٠',
];

test('a path that is spelled in any other way is no path of a tile', () => {
  for (const path of WRONG) assert.equal(parseTilePath(path), undefined, path);
});

test('whatever text comes, it is read as the one tile that has this path, or not at all', () => {
  const pieces = fc.array(fc.constantFrom('0', '1', '63', 'x', 'x001', '/', '000', '.p/', '12', 'entries'));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((list) => list.join('')),
      ),
      (path) => {
        const place = parseTilePath(path);
        if (place !== undefined) assert.equal(tilePath(place), path);
      },
    ),
    { numRuns: 5000 },
  );
});

test('a tree of 70,000 leaves has the tiles that the specification lists', () => {
  const widths = (level: number, tiles: number[]) => tiles.map((tile) => widthOfTile(level, tile, 70_000));
  assert.deepEqual(widths(0, [0, 272, 273, 274]), [256, 256, 112, 0]);
  assert.deepEqual(widths(1, [0, 1, 2]), [256, 17, 0]);
  assert.deepEqual(widths(2, [0, 1]), [1, 0]);
  assert.equal(widthOfTile(3, 0, 70_000), 0);
  assert.deepEqual([widthOfTile(0, 0, 256), widthOfTile(1, 0, 256)], [256, 1]);
  assert.equal(widthOfTile('entries', 273, 70_000), 112);
});
