/** Walks through the blocks of the index and picks entries out of them, newest or oldest first. */
import type { IndexPage } from '../../../audit-log/finding/entry-index.ts';
import type { PostingBlock } from './posting-block.ts';
import {
  BLOCK_ENTRIES,
  countPlaces,
  emptySet,
  firstPlaces,
  keepOnly,
  type PostingBits,
  placesOf,
} from './posting-set.ts';

export interface IndexedBlocks {
  /** Number of entries that the blocks cover; the last block may be part full. */
  readonly covered: number;
  block(number: number): PostingBlock;
}

/** What an entry must carry: every term, and of each list of tags one. */
export interface Wanted {
  readonly terms: readonly string[];
  readonly tagged: readonly (readonly Uint8Array[])[];
}

/** Indexes of the entries that carry what is wanted, in the order of the page. */
export function walk(blocks: IndexedBlocks, wanted: Wanted, page: IndexPage): readonly number[] {
  const { order, before = blocks.covered, after = -1, most } = page;
  const [from, to] = [after + 1, Math.min(before, blocks.covered)];
  const found: number[] = [];
  for (const number of blockNumbers(from, to, order)) {
    const places = placesOf(wantedOf(blocks, number, wanted) ?? NOTHING);
    if (order === 'newest first') places.reverse();
    for (const place of places) {
      const index = number * BLOCK_ENTRIES + place;
      if (index < from || index >= to) continue;
      found.push(index);
      if (found.length === most) return found;
    }
  }
  return found;
}

/** How many entries carry what is wanted. */
export function countWanted(blocks: IndexedBlocks, wanted: Wanted): number {
  let count = 0;
  for (const number of blockNumbers(0, blocks.covered, 'oldest first'))
    count += countPlaces(wantedOf(blocks, number, wanted) ?? NOTHING);
  return count;
}

const NOTHING = emptySet();

function* blockNumbers(from: number, to: number, order: IndexPage['order']): Generator<number> {
  if (to <= from) return;
  const first = Math.floor(from / BLOCK_ENTRIES);
  const last = Math.floor((to - 1) / BLOCK_ENTRIES);
  if (order === 'newest first') for (let number = last; number >= first; number -= 1) yield number;
  else for (let number = first; number <= last; number += 1) yield number;
}

function wantedOf(blocks: IndexedBlocks, number: number, { terms, tagged }: Wanted): PostingBits | undefined {
  const block = blocks.block(number);
  const bits = firstPlaces(Math.min(BLOCK_ENTRIES, blocks.covered - number * BLOCK_ENTRIES));
  for (const term of terms) {
    const carrying = block.withTerm(term);
    if (carrying === undefined || !keepOnly(bits, carrying)) return undefined;
  }
  for (const tags of tagged) {
    const carrying = emptySet();
    for (const tag of tags) block.addTagged(carrying, tag);
    if (!keepOnly(bits, carrying)) return undefined;
  }
  return bits;
}
