/** Leaves a provider alone that fails too often, and asks with one request whether it is well again. */

export type BreakerState = 'closed' | 'open' | 'half open';

/** How a request may go: like any other, or as the one that finds out; or not at all, and when to come back. */
export type Admission = 'as usual' | 'as probe' | { readonly retryAfterSeconds: number };

/** What happened is counted over the last one to two of these, in milliseconds. */
export const SPAN_MS = 15_000;
/** So many failures in that time open it, where they are at least half of what happened. */
export const FEWEST_FAILURES = 10;
/** How long it stays open at first, and at most; each probe that fails doubles it. */
export const FIRST_PAUSE_MS = 5_000;
export const LONGEST_PAUSE_MS = 60_000;

interface Counted {
  readonly fromMs: number;
  answers: number;
  failures: number;
}

/**
 * Closed: requests go. Open: none goes until a pause is over. Half open: one goes, and its fate decides.
 * Times are milliseconds of any clock that never goes back.
 */
export class CircuitBreaker {
  readonly #onChange: (state: BreakerState) => void;
  #state: BreakerState = 'closed';
  #before: Counted = { fromMs: 0, answers: 0, failures: 0 };
  #now: Counted = { fromMs: 0, answers: 0, failures: 0 };
  #pauseMs = FIRST_PAUSE_MS;
  #openUntilMs = 0;
  #probing = false;

  constructor(onChange: (state: BreakerState) => void = () => undefined) {
    this.#onChange = onChange;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a request may go now. Whoever goes as probe tells how it ended, or that it ended without a verdict. */
  admit(nowMs: number): Admission {
    if (this.#state === 'closed') return 'as usual';
    if (nowMs < this.#openUntilMs) return { retryAfterSeconds: secondsUntil(this.#openUntilMs, nowMs) };
    if (this.#probing) return { retryAfterSeconds: 1 };
    this.#probing = true;
    this.#change('half open');
    return 'as probe';
  }

  /** The provider answered as one that is well. */
  answered(as: Admission, nowMs: number): void {
    if (as === 'as probe') return this.#close(nowMs);
    this.#counted(nowMs).answers += 1;
  }

  /**
   * The provider could not be reached, did not answer in time, broke off or said that it is not well.
   *
   * @param hadAnswered true where this request was told as answered before.
   * @param restSeconds how long it asked to be left alone, where it said so.
   */
  failed(as: Admission, nowMs: number, hadAnswered: boolean, restSeconds = 0): void {
    const counted = this.#counted(nowMs);
    counted.failures += 1;
    if (hadAnswered && counted.answers > 0) counted.answers -= 1;
    // A probe that answered closed it; where it breaks off afterwards, that is one failure like any other.
    if (as === 'as probe' && !hadAnswered) {
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      return this.#open(nowMs, restSeconds);
    }
    if (this.#state === 'closed' && this.#isTooOften()) this.#open(nowMs, restSeconds);
  }

  /** A probe that ended without saying anything of the provider: the next request is one. */
  letGo(as: Admission): void {
    if (as === 'as probe') this.#probing = false;
  }

  #isTooOften(): boolean {
    const failures = this.#before.failures + this.#now.failures;
    const answers = this.#before.answers + this.#now.answers;
    return failures >= FEWEST_FAILURES && failures >= answers;
  }

  #counted(nowMs: number): Counted {
    const age = nowMs - this.#now.fromMs;
    if (age >= SPAN_MS) {
      const none = { fromMs: nowMs - SPAN_MS, answers: 0, failures: 0 };
      this.#before = age < 2 * SPAN_MS ? this.#now : none;
      this.#now = { fromMs: nowMs, answers: 0, failures: 0 };
    }
    return this.#now;
  }

  #open(nowMs: number, restSeconds: number): void {
    const pauseMs = Math.min(Math.max(this.#pauseMs, restSeconds * 1000), LONGEST_PAUSE_MS);
    this.#openUntilMs = nowMs + pauseMs;
    this.#probing = false;
    this.#change('open');
  }

  #close(nowMs: number): void {
    if (this.#state === 'closed') return;
    this.#probing = false;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#before = { fromMs: nowMs, answers: 0, failures: 0 };
    this.#now = { fromMs: nowMs, answers: 1, failures: 0 };
    this.#change('closed');
  }

  #change(state: BreakerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#onChange(state);
  }
}

function secondsUntil(untilMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
}
