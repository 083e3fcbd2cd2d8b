/**
 * Whether a request is taken up at all, asked before any work is done for it. Few at once are worked on, so that whoever is
 * taken up is answered quickly; a burst waits a moment, and a load that lasts is refused at once (CoDel's two times).
 */
import { AdmissionLimit } from './admission-limit.ts';

export interface AdmissionParts {
  /** Entries of this thread that wait to become durable: how much is being worked on. */
  readonly waiting: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly limit?: AdmissionLimit;
}

/** How long a request may wait for its turn among many, while there is no lasting overload. */
const BURST_MS = 250;
/** Once somebody has been waiting for longer than a burst takes, the line only makes everybody late: so long may any other wait. */
const STANDING_MS = 5;
/** So few that wait are no flood, but a machine that is slow just now: they may wait longer. */
const FEW = 64;
const FEW_MS = 2000;
/** Requests that wait for their turn; together with those under way they bound the memory. */
const MOST_PARKED = 1000;
/** Requests that were taken up and not answered, most of them waiting for a provider or a slow reader. */
const MOST_UNDER_WAY = 4096;
/** Turns are also given without any exchange ending, as when entries became durable. */
const LOOK_EVERY_MS = 2;

interface Parked {
  readonly sinceMs: number;
  readonly go: () => void;
  readonly shed: () => void;
}

/** Of one thread of the gateway. */
export class Admission {
  readonly #parts: AdmissionParts;
  readonly limit: AdmissionLimit;
  readonly #parked: Parked[] = [];
  #underWay = 0;
  #overloadedUntilMs = 0;
  /** Since when the line has not been empty. */
  #standingSinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #shed = 0;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.limit = parts.limit ?? new AdmissionLimit(parts.now);
  }

  /** Requests that were taken up and not answered yet. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Requests that wait for their turn. */
  get parked(): number {
    return this.#parked.length;
  }

  /** How many were refused since the last call. */
  takeShed(): number {
    const count = this.#shed;
    this.#shed = 0;
    return count;
  }

  /** Takes up a request at once where there is room and nobody waits: true, and `leave` follows once it was answered. */
  enter(): boolean {
    if (this.#parked.length > 0 || !this.#hasRoom()) return false;
    this.#underWay += 1;
    return true;
  }

  /** For a request that `enter` did not take: calls `go` when its turn comes, after which `leave` follows, or `shed`. */
  park(go: () => void, shed: () => void): void {
    const now = this.#parts.now();
    this.limit.wasReached();
    if (now < this.#overloadedUntilMs || this.#parked.length >= MOST_PARKED) {
      this.#refuse(shed, now);
      return;
    }
    if (this.#parked.length === 0) this.#standingSinceMs = now;
    this.#parked.push({ sinceMs: now, go, shed });
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** A request that was taken up has been answered. */
  leave(): void {
    this.#underWay -= 1;
    if (this.#parked.length > 0) this.#look();
  }

  #hasRoom(): boolean {
    return this.#parts.waiting() < this.limit.most && this.#underWay < MOST_UNDER_WAY;
  }

  /** Gives turns while there is room. What it calls may come back here, so each is taken out of the line first. */
  #look(): void {
    const now = this.#parts.now();
    const patienceMs = this.#patienceMs(now);
    for (let first = this.#parked[0]; first !== undefined; first = this.#parked[0]) {
      const isLate = now - first.sinceMs > patienceMs;
      if (!isLate && !this.#hasRoom()) return;
      this.#parked.shift();
      if (isLate) this.#refuse(first.shed, now);
      else this.#takeUp(first.go);
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #patienceMs(nowMs: number): number {
    const isFlood = nowMs < this.#overloadedUntilMs || this.#parked.length > FEW;
    if (!isFlood) return FEW_MS;
    return nowMs - this.#standingSinceMs > BURST_MS ? STANDING_MS : BURST_MS;
  }

  #takeUp(go: () => void): void {
    this.#underWay += 1;
    go();
  }

  /** While the limit goes on being reached, the load lasts. */
  #refuse(shed: () => void, nowMs: number): void {
    this.#overloadedUntilMs = nowMs + BURST_MS;
    this.#shed += 1;
    shed();
  }
}
