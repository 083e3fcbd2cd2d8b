/** How many entries the refused requests of one organisation may make in an hour; what comes beyond is counted (docs/operations.md). */

const WINDOW_MS = 3_600_000;
/** Reached limits that are remembered at once, over all organisations; then all are forgotten, which costs entries and nothing else. */
const MOST_REACHED = 10_000;

interface Window {
  readonly endsMs: number;
  used: number;
}

/** Of one thread of the gateway. Refusals alone are ever held back: what is released has its entries, whatever the quota says. */
export class LogQuota {
  readonly #most: number;
  readonly #windows = new Map<string, Window>();
  /** Until when a limit of an agreement stays reached. */
  readonly #reached = new Map<string, number>();
  #heldBack = new Map<string, number>();

  /** @param most entries in an hour. */
  constructor(most: number) {
    this.#most = most;
  }

  /** True where the next refusal of the organisation gets an entry of its own; it is counted as held back otherwise. */
  admits(organisation: string, nowMs: number): boolean {
    const window = this.#window(organisation, nowMs);
    if (window.used < this.#most) {
      window.used += 1;
      return true;
    }
    this.#holdBack(organisation);
    return false;
  }

  /**
   * Takes note of an entry that says that a limit is reached, and until when it stays so.
   *
   * @param limit whatever tells this limit from others.
   */
  limitReached(organisation: string, limit: string, untilMs: number, nowMs: number): void {
    this.#window(organisation, nowMs).used += 1;
    if (this.#reached.size >= MOST_REACHED) this.#reached.clear();
    this.#reached.set(`${organisation}\0${limit}`, untilMs);
  }

  /** True where asking again could only say once more that a limit is reached, and the quota has no room for that. */
  holdsBack(organisation: string, limits: readonly string[], nowMs: number): boolean {
    if (this.#window(organisation, nowMs).used < this.#most) return false;
    const reached = limits.some((limit) => (this.#reached.get(`${organisation}\0${limit}`) ?? 0) > nowMs);
    if (reached) this.#holdBack(organisation);
    return reached;
  }

  /** Whole seconds until refusals of the organisation get entries again. */
  retryAfterSeconds(organisation: string, nowMs: number): number {
    return Math.max(1, Math.ceil((this.#window(organisation, nowMs).endsMs - nowMs) / 1000));
  }

  /** How many were held back since the last call, by organisation. */
  takeHeldBack(): ReadonlyMap<string, number> {
    const heldBack = this.#heldBack;
    this.#heldBack = new Map();
    return heldBack;
  }

  #holdBack(organisation: string): void {
    this.#heldBack.set(organisation, (this.#heldBack.get(organisation) ?? 0) + 1);
  }

  /** Organisations are those of the policy set, so there are never many. */
  #window(organisation: string, nowMs: number): Window {
    const known = this.#windows.get(organisation);
    if (known !== undefined && nowMs < known.endsMs) return known;
    const fresh = { endsMs: nowMs + WINDOW_MS, used: 0 };
    this.#windows.set(organisation, fresh);
    return fresh;
  }
}
