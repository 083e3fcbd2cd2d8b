/** The search index of one gateway: answers from a file and from memory, after it has followed the log to its end. */
import type { EntryFilter } from '../../../audit-log/finding/entry-filter.ts';
import type { EntryIndex, IndexPage, IndexProgress } from '../../../audit-log/finding/entry-index.ts';
import { TAG_KEY, termsOfFilter } from '../../../audit-log/finding/entry-terms.ts';
import { countWanted, type Wanted, walk } from './block-walk.ts';
import { IndexFollower, type IndexFollowerParts } from './index-follower.ts';

/**
 * Opens the index; a missing, foreign or damaged file is built anew when it is first asked.
 *
 * @throws {GatewayError} `log-unavailable` where another process has the file, or it cannot be written.
 */
export function openSearchIndex(parts: SearchIndexParts): EntryIndex {
  return new LogSearchIndex(new IndexFollower(parts), parts.followEveryMs);
}

export interface SearchIndexParts extends IndexFollowerParts {
  /** Milliseconds between two looks at the log while nobody asks; without it the index follows only when it is asked. */
  readonly followEveryMs?: number;
}

class LogSearchIndex implements EntryIndex {
  readonly #follower: IndexFollower;
  readonly #quietTurns: NodeJS.Timeout | undefined;
  #following = false;

  constructor(follower: IndexFollower, everyMs: number | undefined) {
    this.#follower = follower;
    if (everyMs === undefined) return;
    this.#quietTurns = setInterval(() => void this.#quietTurn(), everyMs);
    this.#quietTurns.unref();
  }

  /** What is in the way is told to whoever asks; until then the next turn tries again. */
  async #quietTurn(): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    await this.#follower.followQuietly().catch(() => undefined);
    this.#following = false;
  }

  follow(): Promise<number> {
    return this.#follower.follow();
  }

  progress(): Promise<IndexProgress> {
    return this.#follower.progress();
  }

  withTags(tags: readonly Uint8Array[], page: IndexPage): Promise<readonly number[]> {
    return this.#find({ terms: [], tagged: [tags] }, page);
  }

  countTags(tags: readonly Uint8Array[]): Promise<number> {
    return this.#follower.ask(() => countWanted(this.#follower, { terms: [], tagged: [tags] }));
  }

  find(filter: EntryFilter, page: IndexPage): Promise<readonly number[]> {
    return this.#find({ terms: termsOfFilter(filter), tagged: filter.tagged ?? [] }, page);
  }

  withLeafHash(leafHash: Uint8Array): Promise<readonly number[]> {
    return this.#find({ terms: [], tagged: [[leafHash]] }, EVERY);
  }

  tagKeys(): Promise<readonly string[]> {
    return this.#follower.ask(() => this.#follower.valuesOf(TAG_KEY));
  }

  values(name: string): Promise<readonly string[]> {
    return this.#follower.ask(() => this.#follower.valuesOf(name));
  }

  close(): void {
    clearInterval(this.#quietTurns);
    this.#follower.close();
  }

  #find(wanted: Wanted, page: IndexPage): Promise<readonly number[]> {
    return this.#follower.ask(() => walk(this.#follower, wanted, page));
  }
}

const EVERY: IndexPage = { order: 'oldest first', most: Number.MAX_SAFE_INTEGER };
