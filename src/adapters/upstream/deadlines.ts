/** Ends what takes too long: one coarse timer for all calls, since a timer for each costs more than the call may. */

export interface Watched {
  /** Called every now and then while it is watched. */
  check(nowMs: number): void;
}

/** How often calls are looked at, in milliseconds: a deadline may be overrun by that much. */
export const SWEEP_MS = 100;

export class Deadlines {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  watch(call: Watched): void {
    this.#watched.add(call);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  forget(call: Watched): void {
    this.#watched.delete(call);
  }

  #sweep(): void {
    const now = performance.now();
    for (const call of this.#watched) call.check(now);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
