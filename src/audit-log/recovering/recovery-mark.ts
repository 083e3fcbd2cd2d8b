/** Which exchanges were open when the log held so many entries: from there on a recovery reads (docs/formats/store.md). */

import type { AuditStore, StandingFact } from '../ports.ts';
import type { UnfinishedExchange } from './open-exchanges.ts';

const KIND = 'open exchanges';
const KEY = 'newest';

/** Entries after which a mark is due: what a recovery reads at most, but for the batch that stored the mark. */
export const MARK_EVERY = 10_000;

export interface RecoveryMark {
  /** Number of entries that the mark speaks of: the first `size` of the log. */
  readonly size: number;
  /** Those that were sent among them, in this order, and had not ended. */
  readonly open: readonly UnfinishedExchange[];
}

/**
 * The mark as the fact that takes the place of the mark before it.
 *
 * @param instance where several write to one log: each has a mark of its own.
 */
export function markFact({ size, open }: RecoveryMark, instance = KEY): StandingFact {
  const rows = open.map(({ exchange, sent, part }) => [exchange, sent, part]);
  return { kind: KIND, key: instance, value: Buffer.from(JSON.stringify({ size, open: rows })) };
}

/** The newest mark, of one instance where several write; undefined in a log that holds none yet. */
export async function readMark(
  store: Pick<AuditStore, 'facts'>,
  instance = KEY,
): Promise<RecoveryMark | undefined> {
  const value = (await store.facts(KIND)).find(({ key }) => key === instance)?.value;
  if (value === undefined) return undefined;
  const { size, open }: { size: number; open: [string, string, number][] } = JSON.parse(
    Buffer.from(value).toString(),
  );
  return { size, open: open.map(([exchange, sent, part]) => ({ exchange, sent, part })) };
}
