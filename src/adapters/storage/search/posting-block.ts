/** What the index knows of one block of entries: in memory while the block fills, and as rows once it is full. */
import type { EntryPostings } from '../../../audit-log/finding/entry-postings.ts';
import { addPacked, addPlace, emptySet, type PostingBits, packSet } from './posting-set.ts';

/** Tags of a block are kept by their first byte. */
export const TAG_BUCKETS = 256;

/** Bytes of a tag that are kept: its first names the bucket, the others stand in it. */
const TAG_PREFIX = 8;
const PLACE_BYTES = 2;
/** A tag in its bucket: seven bytes of it, and its place in the block. */
const RECORD_BYTES = TAG_PREFIX - 1 + PLACE_BYTES;

/** The questions that a block answers. */
export interface PostingBlock {
  /** The entries that carry the term; undefined where none does. */
  withTerm(term: string): PostingBits | undefined;
  /** Adds the entries that carry the tag, or have the leaf hash. */
  addTagged(bits: PostingBits, tag: Uint8Array): void;
}

/** A block that fills, entry after entry. */
export class FillingBlock implements PostingBlock {
  readonly #terms = new Map<string, number[]>();
  readonly #tags = new Map<string, number[]>();

  add(place: number, { terms, tags }: EntryPostings, leafHash: Uint8Array): void {
    for (const term of terms) addTo(this.#terms, term, place);
    for (const tag of tags) addTo(this.#tags, prefixOf(tag), place);
    addTo(this.#tags, prefixOf(leafHash), place);
  }

  /** Every term that stands in it. */
  terms(): Iterable<string> {
    return this.#terms.keys();
  }

  withTerm(term: string): PostingBits | undefined {
    const places = this.#terms.get(term);
    if (places === undefined) return undefined;
    const bits = emptySet();
    for (const place of places) addPlace(bits, place);
    return bits;
  }

  addTagged(bits: PostingBits, tag: Uint8Array): void {
    for (const place of this.#tags.get(prefixOf(tag)) ?? []) addPlace(bits, place);
  }

  /** Each term with its packed set. */
  *packedTerms(): Generator<readonly [term: string, packed: Uint8Array]> {
    for (const [term, places] of this.#terms) yield [term, packSet(places)];
  }

  /** The bucket of each first byte: records one after the other, in no order. */
  packedTags(): readonly Uint8Array[] {
    const buckets = Array.from({ length: TAG_BUCKETS }, (): Buffer[] => []);
    for (const [prefix, places] of this.#tags) {
      const tag = Buffer.from(prefix, 'latin1');
      for (const place of places) {
        const record = Buffer.alloc(RECORD_BYTES);
        tag.copy(record, 0, 1);
        record.writeUInt16LE(place, TAG_PREFIX - 1);
        buckets[tag[0] ?? 0]?.push(record);
      }
    }
    return buckets.map((records) => Buffer.concat(records));
  }
}

/** A block as it stands in the file. */
export class StoredBlock implements PostingBlock {
  readonly #term: (term: string) => Uint8Array | undefined;
  readonly #bucket: (firstByte: number) => Uint8Array;

  constructor(rows: {
    readonly term: (term: string) => Uint8Array | undefined;
    readonly bucket: (firstByte: number) => Uint8Array;
  }) {
    this.#term = rows.term;
    this.#bucket = rows.bucket;
  }

  withTerm(term: string): PostingBits | undefined {
    const packed = this.#term(term);
    if (packed === undefined) return undefined;
    const bits = emptySet();
    addPacked(bits, packed);
    return bits;
  }

  addTagged(bits: PostingBits, tag: Uint8Array): void {
    const packed = this.#bucket(tag[0] ?? 0);
    const bucket = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
    const rest = tag.subarray(1, TAG_PREFIX);
    for (let at = bucket.indexOf(rest); at !== -1; at = bucket.indexOf(rest, at + 1)) {
      if (at % RECORD_BYTES === 0) addPlace(bits, bucket.readUInt16LE(at + TAG_PREFIX - 1));
    }
  }
}

function addTo(lists: Map<string, number[]>, key: string, place: number): void {
  const places = lists.get(key);
  if (places === undefined) lists.set(key, [place]);
  else if (places.at(-1) !== place) places.push(place);
}

function prefixOf(tag: Uint8Array): string {
  return Buffer.from(tag.buffer, tag.byteOffset, Math.min(TAG_PREFIX, tag.length)).toString('latin1');
}
