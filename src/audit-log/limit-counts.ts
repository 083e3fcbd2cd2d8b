/** Limits of agreements, counted in clock hours and calendar days of Europe/London inside the transaction of the entry. */
import { startOfDay, startOfHour, startOfNextDay, startOfNextHour } from '../domain/london-time.ts';
import type { ReachedLimit, TaggedLimit } from './log-messages.ts';
import type { Counted } from './ports.ts';

const NO_KEYS: readonly string[] = [];

/** The counters of one entry's limits at an instant; the store keeps them by these keys. */
export function limitKeys(limits: readonly TaggedLimit[] | undefined, atMs: number): readonly string[] {
  return limits === undefined ? NO_KEYS : limits.map((limit) => limitKey(limit, atMs));
}

/** INVARIANT: no identifier stands in a key: a person is counted by tag. */
function limitKey({ name, agreement, person, per }: TaggedLimit, atMs: number): string {
  const start = per === 'hour' ? startOfHour(atMs) : startOfDay(atMs);
  return JSON.stringify([per, start, agreement, name, person]);
}

/** The counts of one transaction, as they grow entry by entry. */
export class LimitCounts {
  readonly #stored: ReadonlyMap<string, number>;
  readonly #changed = new Map<string, number>();

  constructor(stored: ReadonlyMap<string, number>) {
    this.#stored = stored;
  }

  /**
   * Counts one entry against all of its limits, or against none where one of them is reached: then nothing is sent, and
   * the limit that takes longest to end is returned. What was counted is never given back.
   */
  reached(limits: readonly TaggedLimit[] | undefined, atMs: number): ReachedLimit | undefined {
    if (limits === undefined) return undefined;
    let reached: ReachedLimit | undefined;
    for (const limit of limits) {
      if (this.#count(limitKey(limit, atMs)) < limit.most) continue;
      const retryAfterSeconds = secondsLeft(limit, atMs);
      if (reached === undefined || retryAfterSeconds > reached.retryAfterSeconds)
        reached = { limit: limit.name, retryAfterSeconds };
    }
    if (reached !== undefined) return reached;
    for (const limit of limits) {
      const key = limitKey(limit, atMs);
      this.#changed.set(key, this.#count(key) + 1);
    }
    return undefined;
  }

  /** The counters that grew. */
  changed(): Counted[] {
    return Array.from(this.#changed, ([key, count]) => ({ key, count }));
  }

  #count(key: string): number {
    return this.#changed.get(key) ?? this.#stored.get(key) ?? 0;
  }
}

function secondsLeft({ per }: TaggedLimit, atMs: number): number {
  const end = per === 'hour' ? startOfNextHour(atMs) : startOfNextDay(atMs);
  return Math.ceil((end - atMs) / 1000);
}
