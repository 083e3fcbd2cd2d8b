/** Builds the tree for `verify` (RFC 6962) tile by tile and compares the stored hash tiles (C2SP tlog-tiles) on the way. */
import { CompactRange, rootOfRange } from '../../merkle/compact-range.ts';
import { HASH_BYTES } from '../../merkle/hash.ts';
import type { Findings } from './verify-findings.ts';

const TILE_HASHES = 256;

/** Reads a stored tile, or undefined where there is none. */
export type TileAt = (
  level: number,
  tile: number,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** One level of tiles: what fills now, and how many are full. */
interface Level {
  range: CompactRange;
  readonly hashes: Buffer;
  full: number;
}

/** A tile as the entries make it, to be compared with the stored one. */
interface MadeTile {
  readonly level: number;
  readonly tile: number;
  readonly hashes: Buffer;
}

/** Costs one node hash per entry, as a tree without tiles does. */
export class VerifiedTree {
  readonly #tileAt: TileAt;
  readonly #findings: Findings;
  readonly #levels: Level[] = [];
  #made: MadeTile[] = [];
  #size = 0;

  constructor(tileAt: TileAt, findings: Findings) {
    this.#tileAt = tileAt;
    this.#findings = findings;
  }

  get size(): number {
    return this.#size;
  }

  append(leafHash: Uint8Array): void {
    this.#append(0, leafHash);
    this.#size += 1;
  }

  /** Roots of the complete subtrees, largest first: a tile's subtrees are larger than all that stand below it. */
  roots(): Uint8Array[] {
    return this.#levels.toReversed().flatMap(({ range }) => range.roots());
  }

  root(): Uint8Array {
    return rootOfRange(this.roots());
  }

  /** Compares the tiles that filled since the last call. */
  async compareFull(): Promise<void> {
    const made = this.#made;
    this.#made = [];
    const stored = await Promise.all(made.map(({ level, tile }) => this.#tileAt(level, tile)));
    for (const [nth, { level, tile, hashes }] of made.entries())
      this.#compare(level, tile, hashes, stored[nth]);
  }

  /** Compares the tiles that are part full, and looks for tiles of entries that are not there any more. */
  async finish(): Promise<void> {
    await this.compareFull();
    for (const [level, { range, hashes, full }] of this.#levels.entries()) {
      const stored = await this.#tileAt(level, full);
      if (level > 0) this.#compare(level, full, hashes.subarray(0, range.size * HASH_BYTES), stored);
      else if (stored !== undefined)
        this.#findings.add(`hash tile ${full} of level 0 is of entries that are missing`);
    }
  }

  #append(at: number, hash: Uint8Array): void {
    const level = this.#levels[at] ?? this.#begin(at);
    level.hashes.set(hash, level.range.size * HASH_BYTES);
    level.range.append(hash);
    if (level.range.size < TILE_HASHES) return;
    this.#made.push({ level: at, tile: level.full, hashes: Buffer.from(level.hashes) });
    const root = level.range.root();
    level.full += 1;
    level.range = new CompactRange();
    this.#append(at + 1, root);
  }

  #begin(at: number): Level {
    const level = { range: new CompactRange(), hashes: Buffer.alloc(TILE_HASHES * HASH_BYTES), full: 0 };
    this.#levels[at] = level;
    return level;
  }

  #compare(level: number, tile: number, hashes: Buffer, stored: Uint8Array | undefined): void {
    const name = `hash tile ${tile} of level ${level}`;
    if (stored === undefined) {
      if (hashes.length > 0) this.#findings.add(`${name} is missing`);
      return;
    }
    if (hashes.equals(stored)) return;
    if (hashes.length !== stored.length) {
      this.#findings.add(
        `${name} holds ${stored.length / HASH_BYTES} hashes and not ${hashes.length / HASH_BYTES}`,
      );
    }
    for (let at = 0; at < Math.min(hashes.length, stored.length); at += HASH_BYTES) {
      const same = hashes.subarray(at, at + HASH_BYTES).equals(stored.subarray(at, at + HASH_BYTES));
      if (!same) this.#findings.add(differs(name, level, tile * TILE_HASHES + at / HASH_BYTES));
    }
  }
}

function differs(tile: string, level: number, index: number): string {
  if (level === 0) return `entry ${index} does not agree with ${tile}: one of them was changed`;
  return `${tile} does not agree with the tiles below it at hash ${index}`;
}
