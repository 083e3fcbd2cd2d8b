/** What a commit's `erased` entries do to entries that are stored already, in the words of the store's port. */

import type { Commit, DroppedEntries, SealedChange } from '../ports.ts';
import { SealedRowError } from '../sealing/sealed-row.ts';
import type { Erasure } from '../writing/log-messages.ts';
import type { QueuedEntries } from '../writing/queued-entries.ts';
import { withoutPlaces } from './erased-places.ts';

/**
 * The changes of all messages of a batch, in their order.
 *
 * @param first index that the batch's first entry gets.
 */
export function olderChanges(
  messages: readonly QueuedEntries[],
  first: number,
): Pick<Commit, 'sealedChanges' | 'dropped'> {
  const sealedChanges: SealedChange[] = [];
  const dropped: DroppedEntries[] = [];
  let before = first;
  for (const { entries, changes } of messages) {
    for (const [place, { erase, drop }] of changes ?? []) {
      for (const erasure of erase ?? []) sealedChanges.push(sealedChange(erasure));
      if (drop !== undefined) dropped.push({ indexes: drop, by: before + place });
    }
    before += entries.length;
  }
  return {
    ...(sealedChanges.length === 0 ? {} : { sealedChanges }),
    ...(dropped.length === 0 ? {} : { dropped }),
  };
}

/** A row that cannot be read goes whole: what was to be erased must not stay because somebody spoiled it. */
export function sealedChange({ index, places }: Erasure): SealedChange {
  const change = (row: Uint8Array): Uint8Array | undefined => {
    try {
      return withoutPlaces(row, places);
    } catch (error) {
      if (!(error instanceof SealedRowError)) throw error;
      return undefined;
    }
  };
  return { index, change };
}
