/** How many requests each system of an organisation may make; what comes beyond is counted (docs/operations.md). */
import type { Caller } from '../domain/caller.ts';
import { Rate } from './rate.ts';

/** Seconds of a system's rate that it may use at once: a morning's first minute is no flood. */
const AT_ONCE_SECONDS = 10;

/** Of one thread of the gateway. Systems are those of the policy set, so there are never many. */
export class SystemRates {
  readonly #rate: Rate;
  /** By organisation and system: when all room is free again. */
  readonly #freeAtMs = new Map<string, number>();
  #heldBack = new Map<string, number>();

  /** @param perSecond requests of one system; ten seconds' worth at once. */
  constructor(perSecond: number) {
    this.#rate = new Rate(perSecond, perSecond * AT_ONCE_SECONDS);
  }

  /** True where this caller's system may make one more request; it is counted as held back otherwise. */
  admits({ organisation, system }: SystemOf, nowMs: number): boolean {
    const name = `${organisation}\0${system}`;
    const freeAtMs = this.#freeAtMs.get(name) ?? 0;
    if (this.#rate.hasRoom(freeAtMs, nowMs)) {
      this.#freeAtMs.set(name, this.#rate.afterOneMore(freeAtMs, nowMs));
      return true;
    }
    this.#heldBack.set(organisation, (this.#heldBack.get(organisation) ?? 0) + 1);
    return false;
  }

  /** Whole seconds until the system's next request has room. */
  retryAfterSeconds({ organisation, system }: SystemOf, nowMs: number): number {
    return this.#rate.retryAfterSeconds(this.#freeAtMs.get(`${organisation}\0${system}`) ?? 0, nowMs);
  }

  /** How many were held back since the last call, by organisation. */
  takeHeldBack(): ReadonlyMap<string, number> {
    const heldBack = this.#heldBack;
    this.#heldBack = new Map();
    return heldBack;
  }
}

type SystemOf = Pick<Caller, 'organisation' | 'system'>;
