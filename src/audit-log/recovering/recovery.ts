/** What a run that died left behind: exchanges that were sent and never ended (docs/formats/leaf.md, `recovered`). */

import type { AuditStore, OwnRun, StoredEntry } from '../ports.ts';
import type { UnfinishedExchange } from './open-exchanges.ts';
import { readMark } from './recovery-mark.ts';

const PAGE = 500;

/**
 * The exchanges of the newest run that have no end, in the order in which they were sent. Reads back from the end of the
 * log to the `started` of that run, or to the newest mark where that comes first, however long an exchange takes; a log
 * whose last entry is `stopped` left nothing behind.
 *
 * @param size number of entries in the store.
 * @param own where several instances write to it: only exchanges of this one's earlier runs are meant, since those of the
 * others may well be under way.
 */
export async function unfinishedExchanges(
  store: AuditStore,
  size: number,
  own?: OwnRun,
): Promise<UnfinishedExchange[]> {
  const ends = own?.ends ?? size;
  const mark = await readMark(store, own?.instance);
  const least = mark?.size ?? 0;
  const ended = new Set<string>();
  const parts = new Map<string, number>();
  const unfinished: UnfinishedExchange[] = [];
  for (let end = ends; end > least; end -= PAGE) {
    const from = Math.max(least, end - PAGE);
    const page = await store.entries(from, end - from);
    for (const entry of page.toReversed()) {
      if (own !== undefined && instanceOf(entry) !== own.instance) continue;
      if (isBoundary(entry, ends)) return unfinished.toReversed();
      lookBack(entry, ended, parts, unfinished);
    }
  }
  // INVARIANT: what was open at the mark and has not ended since is as unfinished as what was sent after it.
  const older = (mark?.open ?? []).filter(({ exchange }) => !ended.has(exchange));
  const longer = older.map((open) => ({ ...open, part: parts.get(open.exchange) ?? open.part }));
  return [...longer, ...unfinished.toReversed()];
}

function isBoundary({ kind, index }: StoredEntry, ends: number): boolean {
  return kind === 'started' || (kind === 'stopped' && index === ends - 1);
}

/** Entries come newest first, so an exchange's end is seen before its beginning. */
function lookBack(
  { kind, exchange, leaf, leafHash }: StoredEntry,
  ended: Set<string>,
  parts: Map<string, number>,
  unfinished: UnfinishedExchange[],
): void {
  if (exchange === undefined) return;
  if (kind === 'sent') {
    const part = parts.get(exchange) ?? 0;
    parts.delete(exchange);
    if (ended.delete(exchange)) return;
    unfinished.push({ exchange, part, sent: Buffer.from(leafHash).toString('base64') });
  } else if (kind !== 'released') {
    ended.add(exchange);
  } else if (!ended.has(exchange) && !parts.has(exchange)) {
    const { part, last } = partOf(leaf);
    if (last) ended.add(exchange);
    else parts.set(exchange, part);
  }
}

function instanceOf({ leaf }: StoredEntry): unknown {
  return JSON.parse(Buffer.from(leaf).toString('utf8')).instance;
}

function partOf(leaf: Uint8Array): { part: number; last: boolean } {
  const { part, last } = JSON.parse(Buffer.from(leaf).toString('utf8'));
  return { part: Number(part), last: last === true };
}
