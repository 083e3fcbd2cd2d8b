/** A bound on how often something may happen: so many a second, and more than that at once after a quiet time. */

/** What one counter remembers is a single number, the instant at which all of its room is free again (GCRA, ITU-T I.371). */
export class Rate {
  readonly #costMs: number;
  readonly #roomMs: number;

  /** @param atOnce how many have room after a quiet time. */
  constructor(perSecond: number, atOnce: number) {
    this.#costMs = 1000 / perSecond;
    this.#roomMs = atOnce * this.#costMs;
  }

  /** True where one more has room. */
  hasRoom(freeAtMs: number, nowMs: number): boolean {
    return this.afterOneMore(freeAtMs, nowMs) - nowMs <= this.#roomMs + SLACK_MS;
  }

  /** When all room is free again after one more, in milliseconds. */
  afterOneMore(freeAtMs: number, nowMs: number): number {
    return Math.max(freeAtMs, nowMs) + this.#costMs;
  }

  /** Whole seconds, one at least, until one more has room. */
  retryAfterSeconds(freeAtMs: number, nowMs: number): number {
    const waitMs = this.afterOneMore(freeAtMs, nowMs) - nowMs - this.#roomMs;
    return Math.max(1, Math.ceil(waitMs / 1000));
  }
}

/** Sums of fractions of a millisecond are a little off. */
const SLACK_MS = 1e-6;
