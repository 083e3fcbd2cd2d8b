/** How one witness stands: when it is asked next, and whether it counts as lost. */

export interface Patience {
  /** Milliseconds after the first failure until it is asked again; twice as long after each further one. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** Failures in a row after which it counts as lost. */
  readonly lostAfter: number;
}

export const PATIENCE: Patience = { retryMs: 1000, longestRetryMs: 60_000, lostAfter: 3 };

export class WitnessStanding {
  readonly #patience: Patience;
  #failures = 0;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #why = '';
  /** Entries that it cosigned last, as far as is known. */
  known = 0;
  /** What the log says of it: told once, when it changes. */
  told: 'there' | 'lost' = 'there';

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  get isLost(): boolean {
    return this.#failures >= this.#patience.lostAfter;
  }

  /** Why it did not cosign last, or undefined where it did. */
  get why(): string | undefined {
    return this.#failures === 0 ? undefined : this.#why;
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextAtMs;
  }

  cosigned(size: number): void {
    this.known = size;
    this.#failures = 0;
    this.#nextAtMs = Number.NEGATIVE_INFINITY;
  }

  failed(why: string, nowMs: number): void {
    const { retryMs, longestRetryMs } = this.#patience;
    this.#nextAtMs = nowMs + Math.min(longestRetryMs, retryMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#why = why;
  }
}
