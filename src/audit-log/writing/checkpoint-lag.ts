/** How long the log has been ahead of its newest checkpoint (the merge delay of RFC 6962 section 3). */

/** Entries that no checkpoint covers for longer are late: an alarm. */
export const LATEST_CHECKPOINT_MS = 10_000;

/** Looks now and then; what it says is as fine as it looks. */
export class CheckpointLag {
  /** Number of entries that waited at some look, and when that was. */
  #waiting: { readonly size: number; readonly sinceMs: number } | undefined;

  /**
   * @param size entries in the log now.
   * @param covered entries that the newest checkpoint covers.
   * @returns for how many milliseconds the oldest entry known to be uncovered has waited; 0 where all are covered.
   */
  look(size: number, covered: number, nowMs: number): number {
    if (covered >= size) this.#waiting = undefined;
    else if (this.#waiting === undefined || covered >= this.#waiting.size)
      this.#waiting = { size, sinceMs: nowMs };
    return this.#waiting === undefined ? 0 : Math.max(0, nowMs - this.#waiting.sinceMs);
  }
}
