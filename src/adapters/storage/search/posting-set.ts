/** Sets of entries within one block of the search index (docs/formats/search-index.md): packed, joined and walked through. */

/** A block is a complete subtree of the log's tree, of this level. */
export const BLOCK_LEVEL = 14;
/** Entries of a block. */
export const BLOCK_ENTRIES = 2 ** BLOCK_LEVEL;

const BITMAP_BYTES = BLOCK_ENTRIES / 8;
const WORDS = BLOCK_ENTRIES / 32;

/** A set as bits, the lowest bit of the first word for the first entry of the block. */
export type PostingBits = Uint32Array;

export function emptySet(): PostingBits {
  return new Uint32Array(WORDS);
}

/** Places below `count`. */
export function firstPlaces(count: number): PostingBits {
  const bits = emptySet();
  const whole = count >>> 5;
  bits.fill(0xffff_ffff, 0, whole);
  if (whole < WORDS) bits[whole] = 2 ** (count & 31) - 1;
  return bits;
}

/** Two bytes (little-endian) for each place while that is shorter, else a bitmap of 2,048 bytes: the length tells them apart. */
export function packSet(places: readonly number[]): Uint8Array {
  if (places.length * 2 < BITMAP_BYTES) {
    const list = Buffer.alloc(places.length * 2);
    places.forEach((place, nth) => {
      list.writeUInt16LE(place, nth * 2);
    });
    return list;
  }
  const bitmap = Buffer.alloc(BITMAP_BYTES);
  for (const place of places) bitmap[place >>> 3] = (bitmap[place >>> 3] ?? 0) | (1 << (place & 7));
  return bitmap;
}

/** Adds the places of a packed set. */
export function addPacked(bits: PostingBits, packed: Uint8Array): void {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  if (bytes.length === BITMAP_BYTES) {
    for (let word = 0; word < WORDS; word += 1) bits[word] = (bits[word] ?? 0) | bytes.readUInt32LE(word * 4);
    return;
  }
  for (let at = 0; at + 1 < bytes.length; at += 2) addPlace(bits, bytes.readUInt16LE(at));
}

export function addPlace(bits: PostingBits, place: number): void {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
}

/** Takes from `bits` what is not in `other`; returns whether anything is left. */
export function keepOnly(bits: PostingBits, other: PostingBits): boolean {
  let left = 0;
  for (let word = 0; word < WORDS; word += 1) {
    const both = (bits[word] ?? 0) & (other[word] ?? 0);
    bits[word] = both;
    left |= both;
  }
  return left !== 0;
}

export function countPlaces(bits: PostingBits): number {
  let count = 0;
  for (const word of bits) {
    for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  }
  return count;
}

/** The places of a set, ascending. */
export function placesOf(bits: PostingBits): number[] {
  const places: number[] = [];
  for (let word = 0; word < WORDS; word += 1) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) places.push(word * 32 + lowestBit(rest));
  }
  return places;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
