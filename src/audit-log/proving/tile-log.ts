/** A log read as tiles (C2SP tlog-tiles), from a folder or from another machine: what `verify` needs of it, and proofs about it. */
import type { Checkpoint } from '../../merkle/checkpoint.ts';
import { CompactRange } from '../../merkle/compact-range.ts';
import { HASH_BYTES } from '../../merkle/hash.ts';
import type { HashAt } from '../../merkle/subtree.ts';
import { hashesNeeded, hashesOfTiles, tileOfHash } from '../../merkle/tile-hashes.ts';
import { TILE_WIDTH, tilePath, widthOfTile } from '../../merkle/tile-path.ts';
import type { HashedEntry, LogSource } from '../verifying/verifier.ts';
import { readLeaf } from '../verifying/verify-leaf.ts';
import { entriesOfBundle } from './tiles.ts';

/** Fetches what stands under a path of the log, such as `tile/0/000`; undefined where nothing stands there. */
export type FetchPart = (path: string) => Promise<Uint8Array | undefined>;

/** A tile or bundle is missing, or is not of the form that its place asks for. */
export class TileError extends Error {
  override readonly name = 'TileError';
}

const MOST_KNOWN = 64;

/** Reads the tiles of the tree of one checkpoint. What they hold is judged by whoever reads them. */
export class TileLog {
  readonly #fetch: FetchPart;
  readonly #size: number;
  /** The tiles that were fetched last: those that fill are asked for again and again. */
  readonly #known = new Map<string, Uint8Array>();

  constructor(fetch: FetchPart, { size }: Pick<Checkpoint, 'size'>) {
    this.#fetch = fetch;
    this.#size = size;
  }

  /**
   * The hashes of a tile as wide as the tree makes it, or undefined where the tree has no such tile.
   *
   * @throws {TileError} where it is not there, or not that wide.
   */
  async tile(level: number, tile: number): Promise<Uint8Array | undefined> {
    const width = widthOfTile(level, tile, this.#size);
    if (width === 0) return undefined;
    const name = tilePath({ level, tile, width });
    const before = this.#known.get(name);
    if (before !== undefined) return before;
    const bytes = await this.#part(level, tile, width);
    // A full tile may have taken the place of a partial one since (C2SP tlog-tiles, partial tiles).
    const known = bytes?.length === TILE_WIDTH * HASH_BYTES ? bytes.subarray(0, width * HASH_BYTES) : bytes;
    if (known?.length !== width * HASH_BYTES)
      throw new TileError(`tile ${name} is missing or has another length`);
    const [oldest] = this.#known.size < MOST_KNOWN ? [] : this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(name, known);
    return known;
  }

  /** The entries of a bundle, as many as the tree has there. @throws {TileError} where they are not there, or not so many. */
  async entries(tile: number): Promise<readonly Uint8Array[]> {
    const width = widthOfTile('entries', tile, this.#size);
    const bytes = await this.#part('entries', tile, width);
    const entries =
      bytes && (entriesOfBundle(bytes, width) ?? entriesOfBundle(bytes, TILE_WIDTH)?.slice(0, width));
    if (entries === undefined)
      throw new TileError(
        `${tilePath({ level: 'entries', tile, width })} is missing or is no bundle of ${width} entries`,
      );
    return entries;
  }

  /** True where the entries themselves may be read, and not their hashes alone. */
  async showsEntries(): Promise<boolean> {
    return (
      this.#size > 0 && (await this.#part('entries', 0, widthOfTile('entries', 0, this.#size))) !== undefined
    );
  }

  /** Runs some arithmetic with hashes of the tree, which are fetched first. @throws {TileError} where a tile is missing. */
  async prove<Made>(run: (hashAt: HashAt) => Made): Promise<Made> {
    const tiles = new Map<string, Uint8Array>();
    for (const place of hashesNeeded(run)) {
      const { level, tile } = tileOfHash(place);
      const name = `${level} ${tile}`;
      if (!tiles.has(name)) tiles.set(name, (await this.tile(level, tile)) ?? new Uint8Array(0));
    }
    return run(hashesOfTiles((level, tile) => tiles.get(`${level} ${tile}`)));
  }

  async #part(level: number | 'entries', tile: number, width: number): Promise<Uint8Array | undefined> {
    const narrow = await this.#fetch(`tile/${tilePath({ level, tile, width })}`);
    if (narrow !== undefined || width === TILE_WIDTH) return narrow;
    return this.#fetch(`tile/${tilePath({ level, tile, width: TILE_WIDTH })}`);
  }
}

/**
 * The log as `verifyLog` reads it. A log in tiles has nothing beside its leaves, so what a store keeps beside them is worked
 * out of the leaves here; the leaf hashes are those of the tiles.
 */
export function tileLogSource(log: TileLog, { size }: Checkpoint): LogSource {
  const range = new CompactRange();
  let newest: { seq: number; atMs: number } = { seq: 0, atMs: 0 };
  const bundle = async (tile: number): Promise<HashedEntry[]> => {
    const [leaves, hashes] = await Promise.all([log.entries(tile), log.tile(0, tile)]);
    if (hashes !== undefined && range.size === tile * TILE_WIDTH) range.appendAll(hashes);
    return leaves.map((leaf, at) => {
      const entry = entryOf(
        leaf,
        tile * TILE_WIDTH + at,
        hashes?.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
      );
      newest = { seq: entry.seq, atMs: entry.atMs };
      return entry;
    });
  };
  return {
    state: () => ({ size, range: range.roots(), seq: newest.seq, newestAtMs: newest.atMs }),
    async hashedEntries(from, most) {
      const page: HashedEntry[] = [];
      const first = Math.max(0, from);
      for (
        let tile = Math.floor(first / TILE_WIDTH);
        tile * TILE_WIDTH < Math.min(size, first + most);
        tile += 1
      )
        page.push(...(await bundle(tile)));
      return page;
    },
    checkpoints: () => [],
    // Partial tiles of leaf hashes are compared with the entries already; `verifyLog` knows no store that keeps them.
    tile: (level, tile) =>
      widthOfTile(level, tile, size) < TILE_WIDTH && level === 0 ? undefined : log.tile(level, tile),
  };
}

function entryOf(
  leaf: Uint8Array,
  index: number,
  leafHash: Uint8Array = new Uint8Array(0),
): HashedEntry & { seq: number } {
  const read = readLeaf(leaf, likelyKind(leaf));
  if (typeof read === 'string')
    return { index, leaf, leafHash, kind: '', exchange: undefined, atMs: 0, seq: 0 };
  const { kind, exchange, seq } = read;
  return { index, leaf, leafHash, kind, exchange, seq, atMs: Date.parse(read.at) };
}

/** What a leaf seems to be: reading it is quicker where that is right, and no less strict where it is wrong. */
function likelyKind(leaf: Uint8Array): string {
  const bytes = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length);
  const from = bytes.indexOf(KIND) + KIND.length;
  return bytes.toString('latin1', from, bytes.indexOf('"', from));
}

const KIND = '"kind":"';

/**
 * The root over the tiles of leaf hashes, and in a sentence each which tiles above do not agree with them: for whoever may
 * read the hashes and not the entries.
 */
export async function verifyHashTiles(
  log: TileLog,
  size: number,
  progress?: (done: number, of: number) => void,
): Promise<{ readonly root: Uint8Array; readonly findings: readonly string[] }> {
  const findings: string[] = [];
  const range = new CompactRange();
  const above: { range: CompactRange; tile: number }[] = [];
  for (let tile = 0; tile * TILE_WIDTH < size; tile += 1) {
    const hashes = (await log.tile(0, tile)) ?? new Uint8Array(0);
    range.appendAll(hashes);
    if (hashes.length === TILE_WIDTH * HASH_BYTES) await carry(rootOver(hashes), 0);
    progress?.(Math.min(size, (tile + 1) * TILE_WIDTH), size);
  }
  return { root: range.root(), findings };

  /** Compares a hash with the one that the tile above holds in its place, and goes on where that tile is full. */
  async function carry(root: Uint8Array, level: number): Promise<void> {
    const next = above[level] ?? { range: new CompactRange(), tile: 0 };
    above[level] = next;
    const at = next.range.size;
    const stored = (await log.tile(level + 1, next.tile))?.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    if (stored === undefined || Buffer.compare(stored, root) !== 0)
      findings.push(
        `hash ${at} of tile ${next.tile} of level ${level + 1} does not agree with the tiles below it`,
      );
    next.range.append(root);
    if (next.range.size < TILE_WIDTH) return;
    above[level] = { range: new CompactRange(), tile: next.tile + 1 };
    await carry(next.range.root(), level + 1);
  }
}

function rootOver(hashes: Uint8Array): Uint8Array {
  const range = new CompactRange();
  range.appendAll(hashes);
  return range.root();
}
