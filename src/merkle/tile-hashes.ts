/** Single hashes of the tree, worked out of tiles (C2SP tlog-tiles): for whoever has the tiles and not the log. */
import { rootOfTree, treeHashes } from './batch-tree.ts';
import { HASH_BYTES } from './hash.ts';
import type { HashAt } from './subtree.ts';
import { TILE_WIDTH } from './tile-path.ts';

/** Levels of the tree within one level of tiles. */
const TILE_LEVELS = 8;

/** One hash of the tree: the root of the complete subtree of 2^level leaves that begins at leaf index · 2^level. */
export interface HashPlace {
  readonly level: number;
  readonly index: number;
}

/** The hashes that some arithmetic asks for: it is run once with hashes that mean nothing. */
export function hashesNeeded(run: (hashAt: HashAt) => unknown): readonly HashPlace[] {
  const needed: HashPlace[] = [];
  const nothing = new Uint8Array(HASH_BYTES);
  run((level, index) => {
    needed.push({ level, index });
    return nothing;
  });
  return needed;
}

/** The tile that a hash is worked out of: its level and number, and where in it the hashes stand that span the subtree. */
export function tileOfHash({ level, index }: HashPlace): {
  level: number;
  tile: number;
  from: number;
  width: number;
} {
  const within = level % TILE_LEVELS;
  const width = 2 ** within;
  const first = index * width;
  return {
    level: (level - within) / TILE_LEVELS,
    tile: Math.floor(first / TILE_WIDTH),
    from: first % TILE_WIDTH,
    width,
  };
}

/**
 * Reads hashes of the tree from tiles.
 *
 * @param tileAt the hashes of a tile one behind the other, as many of them as are known.
 * @returns a function that throws a RangeError where no tile holds what the hash is made of.
 */
export function hashesOfTiles(tileAt: (level: number, tile: number) => Uint8Array | undefined): HashAt {
  return (level, index) => {
    const place = tileOfHash({ level, index });
    const from = place.from * HASH_BYTES;
    const hashes = tileAt(place.level, place.tile)?.subarray(from, from + place.width * HASH_BYTES);
    if (hashes?.length !== place.width * HASH_BYTES)
      throw new RangeError('no tile holds this hash of the tree');
    return rootOfTree(treeHashes(hashes));
  };
}
