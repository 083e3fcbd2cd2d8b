/** Tags, commitments and leaf hashes of many subjects at once, four in step, as docs/formats/sealed-row.md has them. */
import {
  BLOCK_BYTES,
  DIGEST_BYTES,
  endMessage,
  FIRST_STATE,
  ROOM_AT,
  roomFor,
  Sha256Lanes,
  STATE_BYTES,
} from '../../encoding/sha256-lanes.ts';
import { SALT_BYTES, type Salts } from './salts.ts';
import { ITEM_HEAD_BYTES } from './sealed-row.ts';
import { type SubjectTags, TAG_BYTES } from './subject-tags.ts';

/** Rows before those of the subjects, for the names of an exchange. */
export const NAME_ROWS = 3;
/** Subjects of one call: a power of two, so that the tree over more of them is a tree over the roots of calls. */
export const MOST_SUBJECTS = 128;
/** Bytes of one subject's item in the sealed row. */
export const SUBJECT_ITEM_BYTES = ITEM_HEAD_BYTES + SALT_BYTES + TAG_BYTES;

const SALTED_TAG_BYTES = SALT_BYTES + TAG_BYTES;
/** Names, subjects and one body; after them up to three rows are touched. */
const ROWS = NAME_ROWS + MOST_SUBJECTS + 1 + 4;
const ROWS_BYTES = ROWS * BLOCK_BYTES;
const INNER_STATE = ROOM_AT;
const OUTER_STATE = INNER_STATE + STATE_BYTES;
const INNER_AT = OUTER_STATE + STATE_BYTES;
const OUTER_AT = INNER_AT + ROWS_BYTES;
const COMMITMENT_AT = OUTER_AT + ROWS_BYTES;
const LEAF_AT = COMMITMENT_AT + ROWS_BYTES;
const LEVEL_AT = LEAF_AT + ROWS_BYTES;
const ODD_AT = LEVEL_AT + (MOST_SUBJECTS + 8) * DIGEST_BYTES;
const SALTS_AT = ODD_AT + DIGEST_BYTES;
const ITEMS_AT = SALTS_AT + MOST_SUBJECTS * SALT_BYTES;
const END_AT = ITEMS_AT + MOST_SUBJECTS * SUBJECT_ITEM_BYTES;

/** Bytes that fit into a row of one block. */
const ROOM = roomFor(BLOCK_BYTES);

/**
 * Rows go through four steps: messages of tags, tags, commitments, hashes of commitments as leaves. What a step wrote
 * stays until the next call of the step.
 */
export class SealingLanes {
  /** The memory that `tagAt` and the others point into. */
  readonly bytes: Buffer;
  readonly #lanes = new Sha256Lanes(END_AT);
  readonly #tags: SubjectTags;
  /** What stands in the inner rows: the namespace, the bytes it takes with its zero byte, and where the message ends. */
  readonly #namespaces = new Array<string>(ROWS).fill('');
  readonly #prefixEnds = new Uint8Array(ROWS);
  readonly #ends = new Uint8Array(ROWS);
  /** Rows whose message is longer than a block, each before its inner hash. */
  #long: { readonly row: number; readonly value: string }[] = [];
  #roots = Buffer.alloc(16 * DIGEST_BYTES);
  #rootCount = 0;

  constructor(tags: SubjectTags) {
    this.bytes = this.#lanes.bytes;
    this.#tags = tags;
    const { inner, outer } = tags.pads();
    this.#lanes.stateAfter(inner, INNER_STATE, LEVEL_AT);
    this.#lanes.stateAfter(outer, OUTER_STATE, LEVEL_AT);
    for (let at = 0; at < ROWS_BYTES; at += BLOCK_BYTES) {
      endMessage(this.bytes, OUTER_AT + at, TAG_BYTES, BLOCK_BYTES, BLOCK_BYTES);
      endMessage(this.bytes, COMMITMENT_AT + at, SALTED_TAG_BYTES, BLOCK_BYTES);
      endMessage(this.bytes, LEAF_AT + at, 1 + DIGEST_BYTES, BLOCK_BYTES);
    }
  }

  /** Forgets what an entry that failed half-way may have left. */
  begin(): void {
    this.#long = [];
    this.#rootCount = 0;
  }

  /** Writes what the tag of a row is made over. */
  tagMessage(row: number, namespace: string, id: string): void {
    if (this.#namespaces[row] === namespace && this.#asciiMessage(row, id)) return;
    const value = `${namespace}\0${id}`;
    const message = this.#tags.message(value);
    if (message.length > ROOM) {
      this.#long.push({ row, value });
      // The row may hold a piece of it: it is written anew the next time.
      this.#prefixEnds[row] = 0;
      return;
    }
    const start = INNER_AT + row * BLOCK_BYTES;
    this.bytes.fill(0, start, start + BLOCK_BYTES);
    this.bytes.set(message, start);
    endMessage(this.bytes, start, message.length, BLOCK_BYTES, BLOCK_BYTES);
    this.#namespaces[row] = namespace;
    this.#prefixEnds[row] = Buffer.byteLength(namespace) + 1;
    this.#ends[row] = message.length;
  }

  /** Most identifiers are ASCII in the namespace of the one that the row held last: only they are written then. */
  #asciiMessage(row: number, id: string): boolean {
    const { bytes } = this;
    const start = INNER_AT + row * BLOCK_BYTES;
    const from = this.#prefixEnds[row] ?? 0;
    const end = from + id.length;
    if (from === 0 || end > ROOM) return false;
    for (let at = 0; at < id.length; at += 1) {
      const code = id.charCodeAt(at);
      if (code >= 0x80) return false;
      bytes[start + from + at] = code;
    }
    const before = this.#ends[row] ?? 0;
    for (let at = end + 1; at <= before; at += 1) bytes[start + at] = 0;
    endMessage(bytes, start, end, BLOCK_BYTES, BLOCK_BYTES);
    this.#ends[row] = end;
    return true;
  }

  /** Makes the tags of the rows from `first` to before `end`. */
  makeTags(first: number, end: number): void {
    if (end <= first) return;
    const at = first * BLOCK_BYTES;
    const [count, size] = [end - first, BLOCK_BYTES];
    this.#lanes.hash(INNER_AT + at, size, size, count, INNER_STATE, OUTER_AT + at, size);
    if (this.#long.length > 0) this.#longMessages();
    this.#lanes.hash(OUTER_AT + at, size, size, count, OUTER_STATE, tagAt(first), size);
  }

  #longMessages(): void {
    for (const { row, value } of this.#long)
      this.#tags.innerHash(this.#tags.message(value).length, this.bytes, OUTER_AT + row * BLOCK_BYTES);
    this.#long = [];
  }

  /** Gives each of so many subjects a fresh salt, and writes their items of the sealed row into `target` from `at`. */
  saltAndCopy(salts: Salts, count: number, type: number, target: Buffer, at: number): void {
    const { bytes } = this;
    const subjects = COMMITMENT_AT + NAME_ROWS * BLOCK_BYTES;
    salts.take(bytes, SALTS_AT, count * SALT_BYTES);
    this.#lanes.copy(SALTS_AT, SALT_BYTES, subjects, BLOCK_BYTES, SALT_BYTES, count);
    const content = ITEMS_AT + ITEM_HEAD_BYTES;
    this.#lanes.copy(subjects, BLOCK_BYTES, content, SUBJECT_ITEM_BYTES, SALTED_TAG_BYTES, count);
    const end = ITEMS_AT + count * SUBJECT_ITEM_BYTES;
    for (let head = ITEMS_AT; head < end; head += SUBJECT_ITEM_BYTES) {
      bytes[head] = type;
      bytes[head + 1] = 0;
      bytes[head + 2] = SALTED_TAG_BYTES;
    }
    bytes.copy(target, at, ITEMS_AT, end);
  }

  /** Writes what the commitment of a row is made over; false where it does not fit into a block. */
  commitmentMessage(row: number, message: Uint8Array, length: number): boolean {
    if (length > ROOM) return false;
    const { bytes } = this;
    const start = COMMITMENT_AT + row * BLOCK_BYTES;
    for (let at = 0; at < length; at += 1) bytes[start + at] = message[at] ?? 0;
    for (let at = length; at < BLOCK_BYTES; at += 1) bytes[start + at] = 0;
    endMessage(bytes, start, length, BLOCK_BYTES);
    return true;
  }

  /** Makes the commitments of the rows from `first` to before `end`. */
  makeCommitments(first: number, end: number): void {
    if (end <= first) return;
    const from = COMMITMENT_AT + first * BLOCK_BYTES;
    this.#lanes.hash(
      from,
      BLOCK_BYTES,
      BLOCK_BYTES,
      end - first,
      FIRST_STATE,
      commitmentAt(first),
      BLOCK_BYTES,
    );
  }

  /** Adds the commitments of so many subjects to the tree; only the last call before `root` has fewer than the most. */
  addToTree(count: number): void {
    const leaves = LEAF_AT + NAME_ROWS * BLOCK_BYTES;
    this.#lanes.hash(leaves, BLOCK_BYTES, BLOCK_BYTES, count, FIRST_STATE, LEVEL_AT, DIGEST_BYTES);
    this.#fold(count);
    const at = this.#rootCount * DIGEST_BYTES;
    if (at >= this.#roots.length) this.#roots = Buffer.concat([this.#roots], 2 * this.#roots.length);
    this.bytes.copy(this.#roots, at, LEVEL_AT, LEVEL_AT + DIGEST_BYTES);
    this.#rootCount += 1;
  }

  /** The root (RFC 6962 section 2.1) over all that was added, standard base64; the tree is empty afterwards. */
  root(): string {
    while (this.#rootCount > 1) {
      let kept = 0;
      for (let from = 0; from < this.#rootCount; from += MOST_SUBJECTS) {
        const count = Math.min(MOST_SUBJECTS, this.#rootCount - from);
        this.#roots.copy(this.bytes, LEVEL_AT, from * DIGEST_BYTES, (from + count) * DIGEST_BYTES);
        this.#fold(count);
        this.bytes.copy(this.#roots, kept * DIGEST_BYTES, LEVEL_AT, LEVEL_AT + DIGEST_BYTES);
        kept += 1;
      }
      this.#rootCount = kept;
    }
    this.#rootCount = 0;
    return this.#roots.toString('base64', 0, DIGEST_BYTES);
  }

  /** Folds hashes to their root, level by level: an odd last node moves up as it is. */
  #fold(hashes: number): void {
    const lanes = this.#lanes;
    for (let count = hashes; count > 1; count = (count + 1) >> 1) {
      const pairs = count >> 1;
      const odd = count & 1;
      // The lanes that a level leaves unused would write over it.
      if (odd === 1) lanes.copy(LEVEL_AT + (count - 1) * DIGEST_BYTES, 0, ODD_AT, 0, DIGEST_BYTES, 1);
      lanes.nodes(LEVEL_AT, pairs, LEVEL_AT);
      if (odd === 1) lanes.copy(ODD_AT, 0, LEVEL_AT + pairs * DIGEST_BYTES, 0, DIGEST_BYTES, 1);
    }
  }
}

/** Where the tag of a row stands, until its commitment's message is written. */
export function tagAt(row: number): number {
  return COMMITMENT_AT + row * BLOCK_BYTES + SALT_BYTES;
}

/** Where the commitment of a row stands. */
export function commitmentAt(row: number): number {
  return LEAF_AT + row * BLOCK_BYTES + 1;
}
