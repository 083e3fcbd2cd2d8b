/**
 * How many entries may wait for the log at once before no further request is taken up: as many as keep the wait short, learnt
 * from how long entries wait. Their wait holds all of the gateway's own delays: the event loop's, the writer's, the disk's.
 */

const FIRST = 128;
const LEAST = 24;
const MOST = 1024;
/** A wait that is short enough on any store. */
const SHORT_MS = 4;
/** On a slow store, a wait of so many times what it takes without load. */
const TIMES_UNLOADED = 4;
const LOOK_EVERY_MS = 100;
/** By what share it grows at each look, and shrinks. */
const GROW = 1 / 16;
const SHRINK = 1 / 10;
/** How quickly the wait without load is learnt anew where it grew; where it shrank, at once. */
const LEARN = 0.02;
/** Where load may be the reason after all, it takes minutes. */
const LEARN_UNDER_LOAD = 0.0005;

/** Grows slowly and shrinks quickly; of one thread. */
export class AdmissionLimit {
  readonly #now: () => number;
  #most = FIRST;
  #unloadedMs: number | undefined;
  #lookedMs: number;
  #probing = false;
  #reached = false;
  #sum = 0;
  #count = 0;
  #least = Number.POSITIVE_INFINITY;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#lookedMs = now();
  }

  /** Entries that may wait. */
  get most(): number {
    return this.#most;
  }

  /** A request found no room. */
  wasReached(): void {
    this.#reached = true;
  }

  /** Measures one append at a time, so that measuring costs nothing under load. */
  probe(appended: Promise<unknown>): void {
    if (this.#probing) return;
    this.#probing = true;
    const sinceMs = this.#now();
    const done = (): void => {
      this.#probing = false;
      this.waited(this.#now() - sinceMs);
    };
    appended.then(done, () => {
      this.#probing = false;
    });
  }

  /** Learns how long one entry waited. */
  waited(ms: number): void {
    this.#sum += ms;
    this.#count += 1;
    this.#least = Math.min(this.#least, ms);
    if (this.#now() - this.#lookedMs >= LOOK_EVERY_MS) this.#look();
  }

  #look(): void {
    const meanMs = this.#sum / this.#count;
    const unloadedMs = this.#learnt(meanMs);
    const enoughMs = Math.max(SHORT_MS, TIMES_UNLOADED * unloadedMs);
    if (meanMs > enoughMs) this.#most = Math.max(LEAST, Math.floor(this.#most * (1 - SHRINK)));
    else if (this.#reached && meanMs < 0.8 * enoughMs)
      this.#most = Math.min(MOST, Math.ceil(this.#most * (1 + GROW)));
    this.#lookedMs = this.#now();
    this.#reached = false;
    this.#sum = 0;
    this.#count = 0;
    this.#least = Number.POSITIVE_INFINITY;
  }

  /** The wait without load. Under load nothing of it can be seen, unless so few wait that they can hardly be the reason. */
  #learnt(meanMs: number): number {
    const known = Math.min(this.#unloadedMs ?? this.#least, this.#least);
    const mayBeStore = this.#most === LEAST && meanMs > SHORT_MS;
    const learn = this.#reached ? (mayBeStore ? LEARN_UNDER_LOAD : 0) : LEARN;
    this.#unloadedMs = known + learn * (this.#least - known);
    return this.#unloadedMs;
  }
}
