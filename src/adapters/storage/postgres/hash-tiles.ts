/** Keeps the tree's hashes in tiles of 256 (C2SP tlog-tiles) in PostgreSQL, so that a proof reads a few rows and never all entries. */
import { rootOfTree, treeHashes } from '../../../merkle/batch-tree.ts';
import { HASH_BYTES } from '../../../merkle/hash.ts';
import type { Session } from './connection.ts';
import { bytes } from './entry-rows.ts';

const TILE_HASHES = 256;
const TILE_LEVELS = 8;

interface Tile {
  readonly level: number;
  readonly tile: number;
  readonly hashes: Buffer;
}

/** Writes tiles as they fill, inside the transaction of the entries that fill them. */
export class HashTileWriter {
  readonly #session: Session;
  readonly #reader: HashTileReader;
  /** Leaf hashes since the last full tile, as far as `#next`. */
  readonly #filling = Buffer.alloc(TILE_HASHES * HASH_BYTES);
  /** The tile of each upper level that was stored last, while nobody else wrote. */
  readonly #above = new Map<number, Tile>();
  /** Index of the entry that would come next if nobody else had written; -1 where what is held counts for nothing. */
  #next = -1;

  constructor(session: Session) {
    this.#session = session;
    this.#reader = new HashTileReader(session);
  }

  /** After a commit that was not stored: what was held is of entries that are not there. */
  forget(): void {
    this.#next = -1;
  }

  /** Adds the leaf hashes of the entries from `first` on, which stand in the table already, one behind the other. */
  async append(first: number, hashes: Uint8Array): Promise<void> {
    if (first !== this.#next) await this.#begin(first);
    const made: Tile[] = [];
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      const place = this.#next % TILE_HASHES;
      this.#filling.set(hashes.subarray(at, at + HASH_BYTES), place * HASH_BYTES);
      const tile = (this.#next - place) / TILE_HASHES;
      if (place === TILE_HASHES - 1)
        await this.#make({ level: 0, tile, hashes: Buffer.from(this.#filling) }, made);
      this.#next += 1;
    }
    if (made.length > 0) await this.#store(made);
  }

  /** Others have written since: what they began to fill is read. */
  async #begin(first: number): Promise<void> {
    this.#above.clear();
    const start = first - (first % TILE_HASHES);
    if (start < first) this.#filling.set(await this.#reader.leafHashes(start, first));
    this.#next = first;
  }

  /** Adds a tile to those to be stored; a full one adds its root to the tile above, which grows by one hash. */
  async #make(made: Tile, all: Tile[]): Promise<void> {
    all.push(made);
    const { level, tile, hashes } = made;
    if (hashes.length < TILE_HASHES * HASH_BYTES) return;
    const at = tile % TILE_HASHES;
    const above = (tile - at) / TILE_HASHES;
    const before = at === 0 ? Buffer.alloc(0) : await this.#tileAbove(level + 1, above);
    const grown = Buffer.concat([before.subarray(0, at * HASH_BYTES), rootOf(hashes)]);
    const next = { level: level + 1, tile: above, hashes: grown };
    this.#above.set(level + 1, next);
    await this.#make(next, all);
  }

  async #tileAbove(level: number, tile: number): Promise<Uint8Array> {
    const held = this.#above.get(level);
    if (held?.tile === tile) return held.hashes;
    return (await this.#reader.tile(level, tile)) ?? Buffer.alloc(0);
  }

  /** A tile that grew twice counts as it is last. */
  async #store(made: readonly Tile[]): Promise<void> {
    const newest = [...new Map(made.map((one) => [`${one.level} ${one.tile}`, one])).values()];
    await this.#session.query('SELECT keep_tiles($1, $2, $3)', [
      newest.map(({ level }) => level),
      newest.map(({ tile }) => tile),
      newest.map(({ hashes }) => hashes),
    ]);
  }
}

/** Reads single hashes of the tree from tiles, or from the entries where no tile is full yet. */
export class HashTileReader {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The stored tile of this level and number, or undefined where there is none. */
  async tile(level: number, tile: number): Promise<Uint8Array | undefined> {
    const text = 'SELECT hashes FROM hash_tiles WHERE level = $1 AND tile = $2';
    const [row] = await this.#session.query(text, [level, tile]);
    return row === undefined ? undefined : bytes(row['hashes']);
  }

  /**
   * The root of the complete subtree of 2^level leaves that begins at leaf index · 2^level.
   *
   * @throws {RangeError} where the store does not hold all of its leaves.
   */
  async hashAt(level: number, index: number): Promise<Uint8Array> {
    const within = level % TILE_LEVELS;
    const width = 2 ** within;
    const first = index * width;
    const tile = Math.floor(first / TILE_HASHES);
    const hashes = await this.#hashes((level - within) / TILE_LEVELS, tile, first % TILE_HASHES, width);
    if (hashes.length < width * HASH_BYTES) throw new RangeError('the tree does not hold this hash');
    return within === 0 ? hashes : rootOf(hashes);
  }

  /** The hashes of [from, end) one behind the other, as far as they are there without a gap. */
  async leafHashes(from: number, end: number): Promise<Uint8Array> {
    const text = `SELECT index, leaf_hash FROM entries WHERE index >= $1 AND index < $2
      UNION ALL SELECT index, leaf_hash FROM dropped_entries WHERE index >= $1 AND index < $2 ORDER BY index`;
    const found: Buffer[] = [];
    for (const { index, leaf_hash } of await this.#session.query(text, [from, end])) {
      if (Number(index) !== from + found.length) break;
      found.push(bytes(leaf_hash));
    }
    return Buffer.concat(found);
  }

  async #hashes(level: number, tile: number, at: number, width: number): Promise<Uint8Array> {
    const stored = await this.tile(level, tile);
    if (stored !== undefined) return stored.subarray(at * HASH_BYTES, (at + width) * HASH_BYTES);
    if (level > 0) return new Uint8Array(0);
    const first = tile * TILE_HASHES + at;
    return this.leafHashes(first, first + width);
  }
}

/** The root over hashes that stand one behind the other. */
function rootOf(hashes: Uint8Array): Uint8Array {
  return rootOfTree(treeHashes(hashes));
}
