/** Tiles and entry bundles of a log (C2SP tlog-tiles), cut out of what the store holds. */
import { HASH_BYTES } from '../../merkle/hash.ts';
import { TILE_WIDTH, type TilePlace, widthOfTile } from '../../merkle/tile-path.ts';
import type { LogReader, StoredEntry } from '../ports.ts';

/**
 * The bytes of a tile of hashes or of a bundle of entries.
 *
 * @param size entries of the newest checkpoint: what nobody has signed yet is in no tile.
 * @returns undefined where the tree of that size has no tile of this place and width, or its entries are no longer kept.
 */
export function tileBytes(
  reader: LogReader,
  { level, tile, width }: TilePlace,
  size: number,
): Promise<Uint8Array | undefined> {
  if (width > widthOfTile(level, tile, size)) return Promise.resolve(undefined);
  return level === 'entries' ? entryBundle(reader, tile, width) : hashTile(reader, level, tile, width);
}

async function hashTile(
  reader: LogReader,
  level: number,
  tile: number,
  width: number,
): Promise<Uint8Array | undefined> {
  const stored = await reader.tile(level, tile);
  if (stored !== undefined && stored.length >= width * HASH_BYTES)
    return stored.subarray(0, width * HASH_BYTES);
  // The store keeps leaf hashes as tiles once they are full; before, they stand with their entries.
  return level === 0 ? leafHashes(reader, tile * TILE_WIDTH, width) : undefined;
}

async function leafHashes(reader: LogReader, first: number, count: number): Promise<Uint8Array | undefined> {
  const entries = await reader.entries(first, count);
  if (areAll(entries, first, count)) return Buffer.concat(entries.map(({ leafHash }) => leafHash));
  // Entries that are kept no more have left their hashes behind.
  const hashes: Uint8Array[] = [];
  try {
    for (let index = first; index < first + count; index += 1) hashes.push(await reader.hashAt(0, index));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return Buffer.concat(hashes);
}

function areAll(entries: readonly StoredEntry[], first: number, count: number): boolean {
  return (
    entries.length === count && entries[0]?.index === first && entries.at(-1)?.index === first + count - 1
  );
}

/** Each entry with its length before it, two bytes, big-endian. */
async function entryBundle(reader: LogReader, tile: number, width: number): Promise<Uint8Array | undefined> {
  const first = tile * TILE_WIDTH;
  const entries = await reader.entries(first, width);
  if (!areAll(entries, first, width)) return undefined;
  return Buffer.concat(
    entries.flatMap(({ leaf }) => [Uint8Array.of(leaf.length >> 8, leaf.length & 0xff), leaf]),
  );
}

/** The entries of a bundle, or undefined where it is not `count` entries with their lengths and nothing else. */
export function entriesOfBundle(bundle: Uint8Array, count: number): readonly Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bundle.length && entries.length < count) {
    const from = at + 2;
    at = from + (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0);
    if (at > bundle.length) return undefined;
    entries.push(bundle.subarray(from, at));
  }
  return at === bundle.length && entries.length === count ? entries : undefined;
}
