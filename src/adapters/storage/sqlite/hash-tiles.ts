/** Keeps the tree's hashes in tiles of 256 (C2SP tlog-tiles), so that a proof reads a few rows and never all entries. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredEntry } from '../../../audit-log/ports.ts';
import { rootOfTree, treeHashes } from '../../../merkle/batch-tree.ts';
import { HASH_BYTES } from '../../../merkle/hash.ts';

const TILE_HASHES = 256;
const TILE_LEVELS = 8;

/** Writes tiles as they fill, inside the transaction of the entries that fill them. */
export class HashTileWriter {
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #leafHashes: LeafHashes;
  /**
   * Leaf hashes since the last full tile. A rolled back commit leaves hashes beyond the store's size, which the next one
   * overwrites, or a later tile, which is then not the one that the next entry needs and is read anew.
   */
  readonly #filling = new Uint8Array(TILE_HASHES * HASH_BYTES);
  #fillingTile = -1;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare('INSERT OR REPLACE INTO hash_tiles (level, tile, hashes) VALUES (?, ?, ?)');
    this.#get = db.prepare('SELECT hashes FROM hash_tiles WHERE level = ? AND tile = ?');
    this.#leafHashes = new LeafHashes(db);
  }

  /** Adds the leaf hashes of entries that stand in the table already. */
  append(entries: readonly StoredEntry[]): void {
    for (const { index, leafHash } of entries) {
      const at = index % TILE_HASHES;
      const tile = (index - at) / TILE_HASHES;
      if (tile !== this.#fillingTile) this.#begin(tile, index);
      this.#filling.set(leafHash, at * HASH_BYTES);
      if (at === TILE_HASHES - 1) this.#store(0, tile, this.#filling);
    }
  }

  #begin(tile: number, before: number): void {
    this.#filling.set(this.#leafHashes.between(tile * TILE_HASHES, before));
    this.#fillingTile = tile;
  }

  /** Stores a tile; a full one adds its root to the tile above, which grows by one hash. */
  #store(level: number, tile: number, hashes: Uint8Array): void {
    this.#put.run(level, tile, hashes);
    if (hashes.length < TILE_HASHES * HASH_BYTES) return;
    const at = tile % TILE_HASHES;
    const above = (tile - at) / TILE_HASHES;
    const grown = new Uint8Array((at + 1) * HASH_BYTES);
    const before = this.#get.get(level + 1, above)?.['hashes'];
    if (at > 0 && before instanceof Uint8Array) grown.set(before.subarray(0, at * HASH_BYTES));
    grown.set(rootOf(hashes), at * HASH_BYTES);
    this.#store(level + 1, above, grown);
  }
}

/** Reads single hashes of the tree from tiles, or from the entries where no tile is full yet. */
export class HashTileReader {
  readonly #get: StatementSync;
  readonly #leafHashes: LeafHashes;

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT hashes FROM hash_tiles WHERE level = ? AND tile = ?');
    this.#leafHashes = new LeafHashes(db);
  }

  /** The stored tile of this level and number, or undefined where there is none. */
  tile(level: number, tile: number): Uint8Array | undefined {
    const hashes = this.#get.get(level, tile)?.['hashes'];
    return hashes instanceof Uint8Array ? hashes : undefined;
  }

  /**
   * The root of the complete subtree of 2^level leaves that begins at leaf index · 2^level.
   *
   * @throws {RangeError} where the store does not hold all of its leaves.
   */
  hashAt(level: number, index: number): Uint8Array {
    const within = level % TILE_LEVELS;
    const width = 2 ** within;
    const first = index * width;
    const tile = Math.floor(first / TILE_HASHES);
    const at = first % TILE_HASHES;
    const hashes = this.#hashes((level - within) / TILE_LEVELS, tile, at, width);
    if (hashes.length < width * HASH_BYTES) throw new RangeError('the tree does not hold this hash');
    return within === 0 ? hashes : rootOf(hashes);
  }

  #hashes(level: number, tile: number, at: number, width: number): Uint8Array {
    const stored = this.tile(level, tile);
    if (stored !== undefined) return stored.subarray(at * HASH_BYTES, (at + width) * HASH_BYTES);
    if (level > 0) return new Uint8Array(0);
    const first = tile * TILE_HASHES + at;
    return this.#leafHashes.between(first, first + width);
  }
}

/** Leaf hashes of entries that stand in the table. */
class LeafHashes {
  readonly #batches: StatementSync;

  constructor(db: DatabaseSync) {
    this.#batches = db.prepare(
      `SELECT first, hashes FROM batches
       WHERE first >= coalesce((SELECT max(first) FROM batches WHERE first <= :from), :from) AND first < :end
       ORDER BY first`,
    );
  }

  /** The hashes of [from, end) one behind the other, as far as they are there without a gap. */
  between(from: number, end: number): Uint8Array {
    const found: Uint8Array[] = [];
    let due = from;
    for (const { first, hashes } of this.#batches.iterate({ from, end })) {
      if (!(hashes instanceof Uint8Array)) break;
      const at = due - Number(first);
      if (at < 0) break;
      const piece = hashes.subarray(at * HASH_BYTES, (end - Number(first)) * HASH_BYTES);
      found.push(piece);
      due += piece.length / HASH_BYTES;
    }
    return Buffer.concat(found);
  }
}

/** The root over hashes that stand one behind the other. */
function rootOf(hashes: Uint8Array): Uint8Array {
  return rootOfTree(treeHashes(hashes));
}
