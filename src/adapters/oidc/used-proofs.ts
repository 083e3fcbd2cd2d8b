/** Proofs that this thread has seen: a bounded memory before the log, which counts them for all threads and instances. */

/** The longest time in which one proof could come again, in milliseconds: its window before and after now. */
const SPAN_MS = 2 * 60_000 + 1000;

export class UsedProofs {
  readonly #most: number;
  readonly #spanMs: number;
  #newer = new Set<string>();
  #older = new Set<string>();
  #turnedAtMs = 0;

  /**
   * @param most how many are remembered of one span of time; beyond that the log alone tells.
   * @param spanMs the longest time in which one could come again.
   */
  constructor(most = 100_000, spanMs = SPAN_MS) {
    this.#most = most;
    this.#spanMs = spanMs;
  }

  /** True the first time; false where this proof was taken before. Two spans are remembered, so none is forgotten early. */
  take(proof: string, nowMs: number): boolean {
    if (nowMs - this.#turnedAtMs > this.#spanMs || this.#newer.size >= this.#most) this.#turn(nowMs);
    if (this.#newer.has(proof) || this.#older.has(proof)) return false;
    this.#newer.add(proof);
    return true;
  }

  #turn(nowMs: number): void {
    this.#older = this.#newer;
    this.#newer = new Set();
    this.#turnedAtMs = nowMs;
  }
}
