/** Holds back floods of callers that prove nothing, by address: from the log first, and then from being looked at at all. */
import { Rate } from '../exchange/rate.ts';

export interface FloodLimits {
  /** Unproved requests of one address that get an entry each; five seconds' worth at once, ten times as many over all addresses. */
  readonly entriesPerSecond: number;
  /** Unproved requests of one address whose token is looked at; ten seconds' worth at once. */
  readonly triesPerSecond: number;
}

const LIMITS: FloodLimits = { entriesPerSecond: 10, triesPerSecond: 100 };
const ENTRIES_AT_ONCE_SECONDS = 5;
const TRIES_AT_ONCE_SECONDS = 10;
/** Whoever has many addresses fills the log no quicker than so many of them. */
const ADDRESSES_OF_A_FLOOD = 10;
/** Addresses that are remembered at once; the one that was quiet for longest is forgotten first. */
const MOST_ADDRESSES = 10_000;

/** When all room of an address is free again, in milliseconds since 1970. */
interface Counters {
  entriesMs: number;
  triesMs: number;
}

const UNKNOWN: Counters = { entriesMs: 0, triesMs: 0 };

/** Counts what proves nobody, by address, for one thread. What it holds back is counted and summed up in one entry. */
export class RefusalFlood {
  readonly #entries: Rate;
  readonly #allEntries: Rate;
  readonly #tries: Rate;
  readonly #addresses = new Map<string, Counters>();
  #allEntriesMs = 0;
  #heldBack = 0;

  constructor({ entriesPerSecond, triesPerSecond } = LIMITS) {
    this.#entries = new Rate(entriesPerSecond, entriesPerSecond * ENTRIES_AT_ONCE_SECONDS);
    const all = entriesPerSecond * ADDRESSES_OF_A_FLOOD;
    this.#allEntries = new Rate(all, all * ENTRIES_AT_ONCE_SECONDS);
    this.#tries = new Rate(triesPerSecond, triesPerSecond * TRIES_AT_ONCE_SECONDS);
  }

  /**
   * True unless this address has just sent so much that proved nobody that nothing new of it is looked at; what then comes
   * is counted as held back. Whoever was proved a moment ago needs no looking at, so may pass all the same.
   */
  mayTry(address: string, nowMs: number): boolean {
    const counters = this.#addresses.size === 0 ? undefined : this.#addresses.get(networkOf(address));
    if (counters === undefined || this.#tries.hasRoom(counters.triesMs, nowMs)) return true;
    this.#heldBack += 1;
    return false;
  }

  /** Whole seconds until something new of this address is looked at. */
  retryAfterSeconds(address: string, nowMs: number): number {
    const { triesMs } = this.#addresses.get(networkOf(address)) ?? UNKNOWN;
    return this.#tries.retryAfterSeconds(triesMs, nowMs);
  }

  /** Takes note that a request of this address proved nobody. True where its refusal gets an entry of its own. */
  admits(address: string, nowMs: number): boolean {
    const counters = this.#countersOf(networkOf(address));
    // What was under way when the room was gone costs no more, so that the address is not shut out for long.
    if (this.#tries.hasRoom(counters.triesMs, nowMs))
      counters.triesMs = this.#tries.afterOneMore(counters.triesMs, nowMs);
    if (
      this.#entries.hasRoom(counters.entriesMs, nowMs) &&
      this.#allEntries.hasRoom(this.#allEntriesMs, nowMs)
    ) {
      counters.entriesMs = this.#entries.afterOneMore(counters.entriesMs, nowMs);
      this.#allEntriesMs = this.#allEntries.afterOneMore(this.#allEntriesMs, nowMs);
      return true;
    }
    this.#heldBack += 1;
    return false;
  }

  /** How many were held back since the last call. */
  takeHeldBack(): number {
    const count = this.#heldBack;
    this.#heldBack = 0;
    return count;
  }

  #countersOf(network: string): Counters {
    const known = this.#addresses.get(network);
    if (known === undefined && this.#addresses.size >= MOST_ADDRESSES) {
      const quietest = this.#addresses.keys().next();
      if (quietest.done !== true) this.#addresses.delete(quietest.value);
    }
    const counters = known ?? { ...UNKNOWN };
    // Whoever was heard last stands last.
    this.#addresses.delete(network);
    this.#addresses.set(network, counters);
    return counters;
  }
}

const MAPPED = '::ffff:';

/** An IPv4 address; of IPv6 the first 64 bits, since one subscriber has all the addresses behind them (RFC 6177). */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  if (address.includes('.') && address.toLowerCase().startsWith(MAPPED)) return address.slice(MAPPED.length);
  const [before = '', after] = address.split('::');
  const groups = before === '' ? [] : before.split(':');
  const behind = after === undefined || after === '' ? [] : after.split(':');
  while (groups.length + behind.length < 8) groups.push('0');
  return [...groups, ...behind].slice(0, 4).join(':');
}
