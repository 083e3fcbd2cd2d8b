/** Finds an entry by its leaf hash in the tiles of the tree, newest first: needs no index beside the log. */
import { HASH_BYTES } from '../../merkle/hash.ts';
import { TILE_WIDTH, widthOfTile } from '../../merkle/tile-path.ts';
import type { LogReader } from '../ports.ts';
import { tileBytes } from './tiles.ts';

/** Tiles that are looked through before others get their turn: some 4,000 hashes. */
const TILES_AT_ONCE = 16;

/**
 * The index of the newest entry with this leaf hash among the first `size`, or undefined. Ten million hashes take about a
 * second, in small portions.
 */
export async function findLeafHash(
  reader: LogReader,
  leafHash: Uint8Array,
  size: number,
): Promise<number | undefined> {
  const wanted = Buffer.from(leafHash);
  for (let tile = Math.ceil(size / TILE_WIDTH) - 1, read = 1; tile >= 0; tile -= 1, read += 1) {
    const place = { level: 0, tile, width: widthOfTile(0, tile, size) };
    const at = placeIn(await tileBytes(reader, place, size), wanted);
    if (at !== undefined) return tile * TILE_WIDTH + at;
    if (read % TILES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return undefined;
}

/** Where a hash stands among hashes; bytes that look like it across two of them are passed over. */
function placeIn(hashes: Uint8Array | undefined, wanted: Buffer): number | undefined {
  if (hashes === undefined) return undefined;
  const bytes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length);
  let at = bytes.lastIndexOf(wanted);
  while (at > 0 && at % HASH_BYTES !== 0) at = bytes.lastIndexOf(wanted, at - 1);
  return at >= 0 && at % HASH_BYTES === 0 ? at / HASH_BYTES : undefined;
}
