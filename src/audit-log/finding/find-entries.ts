/** Finds entries by the index and judges each by what the store holds of it: an index leads to entries and proves nothing. */

import type { LogReader, StoredEntry } from '../ports.ts';
import type { EntryFilter } from './entry-filter.ts';
import type { EntryIndex } from './entry-index.ts';
import { leafMembers, PostingsOfEntries, type WholeEntry } from './entry-postings.ts';
import { matchesFilter } from './entry-terms.ts';

export interface FoundPage {
  /** Newest first. */
  readonly entries: readonly StoredEntry[];
  /** `before` of the next page; undefined after the last. */
  readonly next: number | undefined;
  /** Number of entries that the log had: what was searched. */
  readonly size: number;
}

/** What the index may name in vain before the next page of candidates is asked for. */
const CANDIDATES_AT_ONCE = 100;
/** Candidates as near to one another as this are read together. */
const READ_TOGETHER = 64;

/**
 * A page of entries that match, newest first.
 *
 * @param before entries with a smaller index only.
 * @throws {GatewayError} `log-unavailable` where log or index cannot be read.
 */
export async function findEntries(
  { log, index }: { readonly log: LogReader; readonly index: EntryIndex },
  filter: EntryFilter,
  { before, most }: { readonly before?: number | undefined; readonly most: number },
): Promise<FoundPage> {
  const size = await index.follow();
  const from = filter.fromMs === undefined ? 0 : await firstIndexAt(log, filter.fromMs, size);
  const to = filter.toMs === undefined ? size : await firstIndexAt(log, filter.toMs, size);
  const postings = new PostingsOfEntries(log);
  const entries: StoredEntry[] = [];
  let below = Math.min(before ?? size, to);
  for (;;) {
    const page = { order: 'newest first', before: below, after: from - 1, most: CANDIDATES_AT_ONCE } as const;
    const candidates = await index.find(filter, page);
    for await (const [candidate, entry] of readCandidates(log, candidates)) {
      below = candidate;
      if (entry === undefined || !(await isMatch(entry, filter, postings))) continue;
      entries.push(entry);
      if (entries.length === most) return { entries, next: candidate > from ? candidate : undefined, size };
    }
    if (candidates.length < CANDIDATES_AT_ONCE) return { entries, next: undefined, size };
  }
}

/** Each candidate, newest first, with its entry; undefined where the log has none there any more. */
async function* readCandidates(
  log: LogReader,
  candidates: readonly number[],
): AsyncGenerator<readonly [candidate: number, entry: StoredEntry | undefined]> {
  for (let from = 0; from < candidates.length; ) {
    const newest = candidates[from] ?? 0;
    const near = candidates.slice(from).filter((candidate) => candidate > newest - READ_TOGETHER);
    const oldest = near.at(-1) ?? newest;
    const read = await log.entries(oldest, newest - oldest + 1);
    const byIndex = new Map(read.map((entry) => [entry.index, entry]));
    for (const candidate of near) yield [candidate, byIndex.get(candidate)];
    from += near.length;
  }
}

/** Judged by its own leaf where that is enough, else with what it takes over from the first entry of its exchange. */
async function isMatch(
  entry: StoredEntry,
  filter: EntryFilter,
  postings: PostingsOfEntries,
): Promise<boolean> {
  if (filter.tagged === undefined || filter.tagged.length === 0) {
    if (matchesFilter(leafMembers(entry.leaf), filter)) return true;
  }
  const whole = await postings.of(entry);
  return matchesFilter(whole.whole, filter) && carriesTags(whole, filter);
}

function carriesTags({ tags }: WholeEntry, { tagged = [] }: EntryFilter): boolean {
  return tagged.every((wanted) =>
    wanted.some((tag) => tags.some((carried) => Buffer.compare(carried, tag) === 0)),
  );
}

/** Index of the first entry that is not older than the instant; `size` where all are. Times in a log never go back. */
export async function firstIndexAt(log: LogReader, ms: number, size: number): Promise<number> {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await log.entries(middle, 1);
    if (entry !== undefined && entry.atMs < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
