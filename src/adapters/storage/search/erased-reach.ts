/** Which entries `erased` entries took something from, so that the index forgets it too (docs/formats/leaf.md). */
import type { LogReader } from '../../../audit-log/ports.ts';
import { fromBase64 } from '../../../encoding/base64.ts';
import { BLOCK_ENTRIES } from './posting-set.ts';

type Leaf = Readonly<Record<string, unknown>>;

/**
 * Numbers of the blocks: of the entries that leaves name by hash, with the exchanges that repeat their tags, and of the ranges
 * whose entries went. A leaf that names neither, such as that of an order that waits for a second person, reaches nothing.
 *
 * @param withLeafHashes the indexes that have any of these leaf hashes.
 */
export async function erasedReach(
  leaves: readonly Leaf[],
  log: LogReader,
  withLeafHashes: (hashes: readonly Uint8Array[]) => readonly number[],
): Promise<ReadonlySet<number>> {
  const hashes = leaves.flatMap(({ entry }) => (typeof entry === 'string' ? (fromBase64(entry) ?? []) : []));
  const blocks = new Set(leaves.flatMap(blocksOfRange));
  if (hashes.length === 0) return blocks;
  for (const index of withLeafHashes(hashes)) {
    blocks.add(blockOf(index));
    for (const later of await exchangeOf(index, log)) blocks.add(blockOf(later));
  }
  return blocks;
}

async function exchangeOf(index: number, log: LogReader): Promise<readonly number[]> {
  const [entry] = await log.entries(index, 1);
  if (entry?.index !== index || entry.exchange === undefined) return [];
  return (await log.entriesOfExchange(entry.exchange)).map((one) => one.index);
}

function blocksOfRange({ first, size }: Leaf): readonly number[] {
  if (typeof first !== 'number' || typeof size !== 'number' || size < 1) return [];
  const [from, to] = [blockOf(first), blockOf(first + size - 1)];
  return Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
}

function blockOf(index: number): number {
  return Math.floor(index / BLOCK_ENTRIES);
}
