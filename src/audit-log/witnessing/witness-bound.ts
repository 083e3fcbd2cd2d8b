/** How long a log may go without countersignature: one instant in memory that all threads of the gateway share. */
import { GatewayError } from '../../domain/gateway-error.ts';

const RETRY_AFTER_SECONDS = 60;
/** No instant: everything is countersigned. */
const NOTHING = 0n;

export class WitnessBound {
  /** To be handed to another thread's bound. */
  readonly memory: SharedArrayBuffer;
  readonly #sinceMs: BigInt64Array;
  readonly #stopAfterMs: number | undefined;
  readonly #now: () => number;

  /**
   * @param stopAfterMs milliseconds; undefined for ever.
   * @param now milliseconds since 1970 UTC.
   */
  constructor(
    stopAfterMs: number | undefined,
    now: () => number,
    memory = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT),
  ) {
    this.#stopAfterMs = stopAfterMs;
    this.#now = now;
    this.memory = memory;
    this.#sinceMs = new BigInt64Array(memory);
  }

  /** Instant of the first entry that is not countersigned, in milliseconds; undefined where all are. */
  get sinceMs(): number | undefined {
    const since = Atomics.load(this.#sinceMs, 0);
    return since === NOTHING ? undefined : Number(since);
  }

  note(sinceMs: number | undefined): void {
    Atomics.store(this.#sinceMs, 0, sinceMs === undefined ? NOTHING : BigInt(sinceMs));
  }

  /** INVARIANT: where a bound is set, nothing is asked of a provider while the log goes without countersignature for longer. */
  refusal(): GatewayError | undefined {
    if (this.#stopAfterMs === undefined) return undefined;
    const since = this.sinceMs;
    if (since === undefined || this.#now() - since <= this.#stopAfterMs) return undefined;
    return new GatewayError('log-unavailable', 'the log goes without countersignature for too long', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      detail:
        'Nothing is shared at the moment: the witnesses outside this gateway have not countersigned its audit log for longer than is allowed.',
    });
  }
}
