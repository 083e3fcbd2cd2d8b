/** The entries of one commit as one row (docs/formats/store.md): packed when they are stored, and taken apart when they are read. */
import type { SQLOutputValue } from 'node:sqlite';
import type { StoredEntry } from '../../../audit-log/ports.ts';
import { HASH_BYTES } from '../../../merkle/hash.ts';

/** Ends a leaf: canonical JSON never holds a line break, so a log that is printed has a line for each entry. */
const LINE_BREAK = 0x0a;
/** Length of a sealed row, before it. */
const LENGTH_BYTES = 4;
const FIRST_ROOM = 256 * 1024;

/** One row of the table `batches`, but for its key and its instant. */
export interface PackedEntries {
  readonly heads: string;
  readonly hashes: Uint8Array;
  readonly leaves: Uint8Array;
  readonly sealed: Uint8Array;
}

export type BatchRow = Readonly<Record<string, SQLOutputValue>>;

/** What stands beside a leaf so that it can be found: kind, instant and exchange. */
type EntryHead = readonly [kind: string, atMs: number, exchange?: string];
/** What stands there instead once the entry was dropped: index of the entry that says so. */
type DroppedHead = readonly [by: number];

/** Packs one commit after the other into memory that it keeps. */
export class EntryPacker {
  #leaves: Buffer = Buffer.allocUnsafeSlow(FIRST_ROOM);
  #sealed: Buffer = Buffer.allocUnsafeSlow(FIRST_ROOM);
  #hashes: Buffer = Buffer.allocUnsafeSlow(FIRST_ROOM);

  /**
   * The entries as columns, which hold until the next call.
   *
   * @throws {Error} for a leaf that cannot be told from the next one, or a hash of another length than 32 bytes.
   */
  pack(entries: readonly StoredEntry[]): PackedEntries {
    this.#makeRoom(entries);
    let leafAt = 0;
    let sealedAt = 0;
    let hashAt = 0;
    for (const { leaf, leafHash, sealed } of entries) {
      if (leaf.includes(LINE_BREAK)) throw new Error('a leaf holds a line break');
      if (leafHash.length !== HASH_BYTES) throw new Error('a leaf hash is not 32 bytes long');
      this.#leaves.set(leaf, leafAt);
      leafAt += leaf.length + 1;
      this.#leaves[leafAt - 1] = LINE_BREAK;
      this.#hashes.set(leafHash, hashAt);
      hashAt += HASH_BYTES;
      this.#sealed.writeUInt32BE(sealed?.length ?? 0, sealedAt);
      sealedAt += LENGTH_BYTES;
      if (sealed === undefined) continue;
      this.#sealed.set(sealed, sealedAt);
      sealedAt += sealed.length;
    }
    return {
      heads: JSON.stringify(entries.map(headOf)),
      hashes: this.#hashes.subarray(0, hashAt),
      leaves: this.#leaves.subarray(0, leafAt),
      sealed: this.#sealed.subarray(0, sealedAt),
    };
  }

  #makeRoom(entries: readonly StoredEntry[]): void {
    let leaves = 0;
    let sealed = 0;
    for (const entry of entries) {
      leaves += entry.leaf.length + 1;
      sealed += (entry.sealed?.length ?? 0) + LENGTH_BYTES;
    }
    this.#leaves = roomFor(leaves, this.#leaves);
    this.#sealed = roomFor(sealed, this.#sealed);
    this.#hashes = roomFor(entries.length * HASH_BYTES, this.#hashes);
  }
}

function roomFor(bytes: number, have: Buffer): Buffer {
  return bytes <= have.length ? have : Buffer.allocUnsafeSlow(2 * bytes);
}

function headOf({ kind, atMs, exchange }: StoredEntry): EntryHead {
  return exchange === undefined ? [kind, atMs] : [kind, atMs, exchange];
}

/** An entry as it stands in its row; its bytes are views of the row's. */
export interface UnpackedEntry extends Omit<StoredEntry, 'leafHash'> {
  readonly leafHash: Buffer;
  /** Of an entry that was dropped alone: index of the entry that says so. Leaf and kind are then empty. */
  readonly droppedBy?: number;
}

/**
 * The entries of a row, in order. A row that was tampered with never throws: what is missing of an entry is empty, and what
 * is too much is an entry of its own, so that `verify` can name either. Without the column `sealed` no entry has a sealed row.
 */
export function* entriesOfRow(row: BatchRow): Generator<UnpackedEntry> {
  const first = Number(row['first']);
  const heads = headsOf(row['heads']);
  const hashes = bytesOf(row['hashes']);
  const leaves = linesOf(bytesOf(row['leaves']));
  const sealed = sealedRowsOf(bytesOf(row['sealed']));
  const count = Math.max(heads.length, Math.ceil(hashes.length / HASH_BYTES), leaves.length);
  for (let place = 0; place < count; place += 1) {
    const head = heads[place] ?? NO_HEAD;
    const [kind, atMs, exchange] = isDropped(head) ? NO_HEAD : head;
    const entry = {
      index: first + place,
      leaf: leaves[place] ?? NOTHING,
      leafHash: hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
      kind,
      exchange,
      atMs,
      sealed: sealed[place],
    };
    yield isDropped(head) ? { ...entry, droppedBy: head[0] } : entry;
  }
}

const NOTHING = Buffer.alloc(0);
const NO_HEAD: EntryHead = ['', Number.NaN];
const LINE_END = Buffer.from('\n');

function isDropped(head: EntryHead | DroppedHead): head is DroppedHead {
  return head.length === 1;
}

function headsOf(text: SQLOutputValue | undefined): readonly (EntryHead | DroppedHead)[] {
  let heads: unknown;
  try {
    heads = JSON.parse(String(text));
  } catch {
    return [];
  }
  return Array.isArray(heads) ? heads.map(headFrom) : [];
}

function headFrom(head: unknown): EntryHead | DroppedHead {
  if (!Array.isArray(head)) return NO_HEAD;
  const [kind, atMs, exchange]: unknown[] = head;
  if (head.length === 1 && typeof kind === 'number') return [kind];
  if (typeof kind !== 'string' || typeof atMs !== 'number') return NO_HEAD;
  return typeof exchange === 'string' ? [kind, atMs, exchange] : [kind, atMs];
}

function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_BREAK, at);
    lines.push(bytes.subarray(at, end === -1 ? bytes.length : end));
    if (end === -1) break;
    at = end + 1;
  }
  return lines;
}

function sealedRowsOf(bytes: Buffer): readonly (Buffer | undefined)[] {
  const rows: (Buffer | undefined)[] = [];
  for (let at = 0; at + LENGTH_BYTES <= bytes.length; ) {
    const from = at + LENGTH_BYTES;
    at = from + bytes.readUInt32BE(at);
    rows.push(at === from || at > bytes.length ? undefined : bytes.subarray(from, at));
  }
  return rows;
}

/**
 * The column `sealed` with another sealed row for one entry, or none: all other rows stay as they are.
 *
 * @param place of the entry in its batch.
 * @param change makes the row that stands there from now on; not asked where there is none.
 * @throws {RangeError} where the column has no such place.
 */
export function changeSealedRow(
  sealed: Uint8Array,
  place: number,
  change: (row: Uint8Array) => Uint8Array | undefined,
): Buffer {
  const rows = sealedRowsOf(bufferOf(sealed));
  if (!(place in rows)) throw new RangeError('the batch has no such entry');
  const changed = rows.map((row, nth) => (nth === place && row !== undefined ? change(row) : row));
  return Buffer.concat(changed.flatMap(sealedPieces));
}

/**
 * The row's columns without the entries that `drop` picks: of each only its hash stays, and beside it `by`.
 *
 * @returns undefined where there is nothing to drop.
 */
export function withoutEntries(
  row: BatchRow,
  drop: (entry: UnpackedEntry) => boolean,
  by: number,
): Omit<PackedEntries, 'hashes'> | undefined {
  const entries = [...entriesOfRow(row)];
  const due = new Set(entries.filter((entry) => entry.droppedBy === undefined && drop(entry)));
  if (due.size === 0) return undefined;
  const gone = (entry: UnpackedEntry): boolean => due.has(entry) || entry.droppedBy !== undefined;
  const head = (entry: UnpackedEntry) =>
    gone(entry) ? [due.has(entry) ? by : entry.droppedBy] : headOf(entry);
  const heads = JSON.stringify(entries.map(head));
  if (entries.every(gone)) return { heads, leaves: NOTHING, sealed: NOTHING };
  return {
    heads,
    leaves: Buffer.concat(entries.flatMap((entry) => (gone(entry) ? [LINE_END] : [entry.leaf, LINE_END]))),
    sealed: Buffer.concat(entries.flatMap((entry) => sealedPieces(gone(entry) ? undefined : entry.sealed))),
  };
}

function sealedPieces(row: Uint8Array | undefined): Uint8Array[] {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(row?.length ?? 0);
  return row === undefined ? [length] : [length, row];
}

function bytesOf(value: SQLOutputValue | undefined): Buffer {
  return value instanceof Uint8Array ? bufferOf(value) : NOTHING;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * The second in which an exchange began, as its id says it (UUID of version 7, RFC 9562 section 5.7): entries of an exchange
 * are looked for in the batches that hold exchanges of this second. Any other text has a number too, always the same.
 */
export function secondOfExchange(exchange: string): number {
  const ms = Number.parseInt(exchange.slice(0, 8), 16) * 0x10000 + Number.parseInt(exchange.slice(9, 13), 16);
  return Number.isNaN(ms) ? -1 : Math.floor(ms / 1000);
}
