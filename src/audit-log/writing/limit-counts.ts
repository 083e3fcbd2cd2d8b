/** Limits of agreements, counted in clock hours and calendar days of Europe/London inside the transaction of the entry. */
import type { ShownOnce } from '../../domain/audit-entry.ts';
import { startOfDay, startOfHour, startOfNextDay, startOfNextHour } from '../../domain/london-time.ts';
import type { Counted } from '../ports.ts';
import type { TaggedLimit } from './log-messages.ts';

const NO_KEYS: readonly string[] = [];

/** A limit that is reached, and what is answered. */
export interface LimitVerdict {
  readonly limit: string;
  readonly retryAfterSeconds: number;
  /** The exact text of the answer, where there is one. */
  readonly answer: string | undefined;
}

/** What may be shown once was shown before. */
export interface ShownBeforeVerdict {
  readonly shownBefore: true;
  readonly answer: string | undefined;
}

/** Longer than any proof is good for, by whatever clock. */
const ONCE_FOR_MS = 10 * 60_000;

/** The counters of what may be shown once; no window, since it is of one moment. */
export function onceKeys({ hash, also }: ShownOnce): readonly string[] {
  const hashes = also === undefined ? [hash] : [hash, also];
  return hashes.map((one) => JSON.stringify(['once', one]));
}

/** The counters of one entry's limits at an instant; the store keeps them by these keys. */
export function limitKeys(limits: readonly TaggedLimit[] | undefined, atMs: number): readonly string[] {
  if (limits === undefined) return NO_KEYS;
  return limits.flatMap((limit) => [limitKey(limit, atMs), ...seenKeys(limit, atMs)]);
}

/** INVARIANT: no identifier stands in a key: a person is counted by tag. */
function limitKey({ name, agreement, person, per }: TaggedLimit, atMs: number): string {
  const start = per === 'hour' ? startOfHour(atMs) : startOfDay(atMs);
  return JSON.stringify([per, start, agreement, name, person]);
}

/** Different people: beside their number, one key for each who was seen in the window, so that nobody counts twice. */
function seenKeys(limit: TaggedLimit, atMs: number): readonly string[] {
  const { people } = limit;
  if (people === undefined) return NO_KEYS;
  const prefix = limitKey(limit, atMs);
  return people.map((tag) => `${prefix} ${tag}`);
}

/** The counts of one transaction, as they grow entry by entry. */
export class LimitCounts {
  readonly #stored: ReadonlyMap<string, number>;
  readonly #changed = new Map<string, number>();
  readonly #once = new Set<string>();

  constructor(stored: ReadonlyMap<string, number>) {
    this.#stored = stored;
  }

  /**
   * Counts one entry against all of its limits, or against none where one of them is reached: then nothing is sent or
   * released, and the limit that takes longest to end is returned. What was counted is never given back.
   */
  reached(limits: readonly TaggedLimit[] | undefined, atMs: number): LimitVerdict | undefined {
    if (limits === undefined) return undefined;
    let reached: LimitVerdict | undefined;
    for (const limit of limits) {
      const fresh = limit.people === undefined ? 1 : this.#unseen(limit, atMs).length;
      // Nobody new may be seen again, even where the limit is reached.
      if (fresh === 0 || this.#count(limitKey(limit, atMs)) + fresh <= limit.most) continue;
      const retryAfterSeconds = secondsLeft(limit, atMs);
      if (reached === undefined || retryAfterSeconds > reached.retryAfterSeconds)
        reached = { limit: limit.name, retryAfterSeconds, answer: limit.answer };
    }
    if (reached !== undefined) return reached;
    for (const limit of limits) {
      if (limit.people === undefined) this.#add(limitKey(limit, atMs), 1);
      else this.#see(limit, atMs);
    }
    return undefined;
  }

  /** The verdict where this was shown before, in whatever entry; from now on it was. */
  shownBefore(once: ShownOnce | undefined): ShownBeforeVerdict | undefined {
    if (once === undefined) return undefined;
    const keys = onceKeys(once);
    const isUsed = keys.some((key) => this.#count(key) > 0);
    // What was shown beside something used is used up with it.
    for (const key of keys) {
      this.#once.add(key);
      this.#changed.set(key, 1);
    }
    return isUsed ? { shownBefore: true, answer: once.answer } : undefined;
  }

  #see(limit: TaggedLimit, atMs: number): void {
    const unseen = this.#unseen(limit, atMs);
    if (unseen.length > 0) this.#add(limitKey(limit, atMs), unseen.length);
    for (const key of unseen) this.#changed.set(key, 1);
  }

  /** Keys of the people of one limit who were not seen in its window. */
  #unseen(limit: TaggedLimit, atMs: number): readonly string[] {
    return seenKeys(limit, atMs).filter((key) => this.#count(key) === 0);
  }

  #add(key: string, more: number): void {
    this.#changed.set(key, this.#count(key) + more);
  }

  /** The counters that grew. */
  changed(): Counted[] {
    return Array.from(this.#changed, ([key, count]) =>
      this.#once.has(key) ? { key, count, forMs: ONCE_FOR_MS } : { key, count },
    );
  }

  #count(key: string): number {
    return this.#changed.get(key) ?? this.#stored.get(key) ?? 0;
  }
}

function secondsLeft({ per }: TaggedLimit, atMs: number): number {
  const end = per === 'hour' ? startOfNextHour(atMs) : startOfNextDay(atMs);
  return Math.ceil((end - atMs) / 1000);
}
