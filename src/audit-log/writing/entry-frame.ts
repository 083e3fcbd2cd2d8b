/**
 * Entries on their way to the writer thread: one block of memory for all that a turn of the event loop appended, laid out
 * so that the writer sets `seq`, hashes and stores each leaf where it lies.
 */
import { ENTRY_KINDS, type EntryKind } from '../../domain/audit-entry.ts';
import { LARGEST_LEAF } from '../../domain/leaf.ts';
import type { LeafText } from './leaf-text.ts';

/** One entry's head: four lengths and codes, its instant, its exchange, and the prefix of a leaf hash as last byte. */
const HEAD_BYTES = 64;
const TAIL_LENGTH_AT = 4;
const SEALED_LENGTH_AT = 8;
const KIND_AT = 12;
const HAS_EXCHANGE_AT = 13;
const GOES_ON_AT = 14;
const INSTANT_AT = 16;
const EXCHANGE_AT = 24;
const EXCHANGE_BYTES = 36;
const PART_AT = 60;
const PART_BYTES = 3;
const MOST_PARTS = 0xffffff;
const PREFIX_AT = HEAD_BYTES - 1;
/** Room for the digits of `seq`. */
const SEQ_BYTES = 16;
const INSTANT_BYTES = 24;
const INSTANT_MEMBER = Buffer.from('"at":"');

const KIND_CODES = new Map<string, number>(ENTRY_KINDS.map((kind, code) => [kind, code]));

/** How much of a frame was filled. */
export interface FrameMark {
  readonly count: number;
  readonly used: number;
}

const FIRST_BYTES = 256 * 1024;
/** What is larger was made for a rare entry, and is not kept. */
const LARGEST_KEPT = 1024 * 1024;
/** One with the writer, one ahead of it, and one that is on its way back. */
const MOST_KEPT = 3;

/**
 * Collects entries until they are taken. Frames that come back are used again: a new one for each message is more than a
 * collector of garbage should have to do while everybody waits.
 */
export class EntryFrame {
  readonly #spare: ArrayBuffer[] = [];
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #used = 0;
  #count = 0;

  /** Entries that wait to be taken. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds one entry; false where its leaf would be larger than a leaf may be: nothing was added then.
   *
   * @param goesOnAfterPart number of a released part that is not the last; 0 for every other entry.
   */
  add(
    kind: EntryKind,
    exchange: string | undefined,
    atMs: number,
    leaf: LeafText,
    sealed: Buffer,
    sealedBytes: number,
    goesOnAfterPart = 0,
  ): boolean {
    const start = this.#used;
    const most = HEAD_BYTES + 3 * (leaf.head.length + leaf.tail.length) + SEQ_BYTES + sealedBytes;
    if (start + most > this.#bytes.length) this.#grow(start + most);
    const bytes = this.#bytes;
    const leafAt = start + HEAD_BYTES;
    const headBytes = bytes.write(leaf.head, leafAt);
    const tailBytes = bytes.write(leaf.tail, leafAt + headBytes + SEQ_BYTES);
    const leafBytes = headBytes + SEQ_BYTES + tailBytes;
    if (leafBytes > LARGEST_LEAF) return false;
    bytes.writeUInt32LE(headBytes, start);
    bytes.writeUInt32LE(tailBytes, start + TAIL_LENGTH_AT);
    bytes.writeUInt32LE(sealedBytes, start + SEALED_LENGTH_AT);
    bytes[start + KIND_AT] = KIND_CODES.get(kind) ?? 0;
    bytes[start + HAS_EXCHANGE_AT] = exchange === undefined ? 0 : 1;
    bytes[start + GOES_ON_AT] = goesOnAfterPart === 0 ? 0 : 1;
    bytes.writeUIntLE(Math.min(goesOnAfterPart, MOST_PARTS), start + PART_AT, PART_BYTES);
    bytes.writeDoubleLE(atMs, start + INSTANT_AT);
    if (exchange !== undefined) bytes.write(exchange, start + EXCHANGE_AT, EXCHANGE_BYTES, 'latin1');
    bytes[start + PREFIX_AT] = 0;
    sealed.copy(bytes, leafAt + leafBytes, 0, sealedBytes);
    this.#used = leafAt + leafBytes + sealedBytes;
    this.#count += 1;
    return true;
  }

  /** Where the frame stands, for `goBackTo`. */
  mark(): FrameMark {
    return { count: this.#count, used: this.#used };
  }

  /** Forgets what was added since `mark`, if nothing was taken meanwhile. */
  goBackTo({ count, used }: FrameMark): void {
    this.#count = count;
    this.#used = used;
  }

  /** What was added, as memory that is to be transferred and may hold more than that; the frame is empty afterwards. */
  take(): ArrayBuffer {
    const { buffer } = this.#bytes;
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError('a frame is not shared memory');
    const spare = this.#spare.pop();
    this.#bytes = spare === undefined ? Buffer.allocUnsafeSlow(FIRST_BYTES) : Buffer.from(spare);
    this.#used = 0;
    this.#count = 0;
    return buffer;
  }

  /** Takes back what `take` gave, once nobody needs it any more. */
  giveBack(frames: readonly ArrayBuffer[]): void {
    for (const frame of frames)
      if (frame.byteLength <= LARGEST_KEPT && this.#spare.length < MOST_KEPT) this.#spare.push(frame);
  }

  #grow(least: number): void {
    const grown = Buffer.allocUnsafeSlow(2 * least);
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }
}

/** One entry in a frame that arrived; it points into the frame and is settled once. */
export class FramedEntry {
  readonly kind: EntryKind;
  readonly exchange: string | undefined;
  readonly atMs: number;
  /** Number of a released part that is not the last, else 0. */
  readonly goesOnAfterPart: number;
  readonly sealed: Uint8Array | undefined;
  readonly #frame: Buffer;
  readonly #leafAt: number;
  readonly #headBytes: number;
  readonly #tailBytes: number;

  constructor(frame: Buffer, at: number) {
    this.#frame = frame;
    this.#leafAt = at + HEAD_BYTES;
    this.#headBytes = frame.readUInt32LE(at);
    this.#tailBytes = frame.readUInt32LE(at + TAIL_LENGTH_AT);
    this.kind = ENTRY_KINDS[frame[at + KIND_AT] ?? 0] ?? 'failed';
    this.exchange =
      frame[at + HAS_EXCHANGE_AT] === 1
        ? frame.toString('latin1', at + EXCHANGE_AT, at + EXCHANGE_AT + EXCHANGE_BYTES)
        : undefined;
    this.atMs = frame.readDoubleLE(at + INSTANT_AT);
    this.goesOnAfterPart = frame[at + GOES_ON_AT] === 1 ? frame.readUIntLE(at + PART_AT, PART_BYTES) : 0;
    const sealedAt = this.#leafAt + this.#headBytes + SEQ_BYTES + this.#tailBytes;
    const sealedBytes = frame.readUInt32LE(at + SEALED_LENGTH_AT);
    this.sealed = sealedBytes === 0 ? undefined : frame.subarray(sealedAt, sealedAt + sealedBytes);
    this.end = sealedAt + sealedBytes;
  }

  /** Where the next entry of the frame begins. */
  readonly end: number;

  /**
   * Sets `seq`, and the instant where the log is later than the entry: times in the log never go back. Called once.
   *
   * @param at the text of the later instant, or undefined.
   * @returns what the leaf hash is over: the leaf, and the prefix of RFC 6962 before it as first byte.
   */
  settle(seq: number, at: string | undefined): Buffer {
    const frame = this.#frame;
    const seqAt = this.#leafAt + this.#headBytes;
    const digits = frame.write(String(seq), seqAt, SEQ_BYTES, 'latin1');
    frame.copyWithin(seqAt + digits, seqAt + SEQ_BYTES, seqAt + SEQ_BYTES + this.#tailBytes);
    const end = seqAt + digits + this.#tailBytes;
    // The prefix byte of RFC 6962 section 2.1 stands before the leaf already.
    const prefixed = frame.subarray(this.#leafAt - 1, end);
    if (at !== undefined)
      prefixed.write(at, prefixed.indexOf(INSTANT_MEMBER) + INSTANT_MEMBER.length, INSTANT_BYTES);
    return prefixed;
  }
}

/** The entries of a frame, in order. */
export function framedEntries(frame: ArrayBuffer, count: number): FramedEntry[] {
  const bytes = Buffer.from(frame);
  const entries: FramedEntry[] = [];
  let at = 0;
  for (let nth = 0; nth < count; nth += 1) {
    const entry = new FramedEntry(bytes, at);
    at = entry.end;
    entries.push(entry);
  }
  return entries;
}
