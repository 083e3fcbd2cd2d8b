/** Holds back floods of refusals from callers that prove nothing, so that the log is no lever for filling a disk. */

/** Refusals that one address may cause at once, and how many it gets back each second. */
const BURST = 50;
const PER_SECOND = 10;
/** Addresses that are remembered at once; the oldest is forgotten first. */
const MOST_ADDRESSES = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Counts refusals by address. What it holds back is counted and summed up in one entry. */
export class RefusalFlood {
  readonly #buckets = new Map<string, Bucket>();
  #heldBack = 0;

  /** True where an unproved refusal of this address gets an entry of its own. */
  admits(address: string, nowMs: number): boolean {
    const bucket = this.#bucket(networkOf(address), nowMs);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
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

  #bucket(address: string, nowMs: number): Bucket {
    const known = this.#buckets.get(address);
    if (known !== undefined) {
      known.tokens = Math.min(BURST, known.tokens + ((nowMs - known.atMs) / 1000) * PER_SECOND);
      known.atMs = nowMs;
      return known;
    }
    if (this.#buckets.size >= MOST_ADDRESSES) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    const fresh = { tokens: BURST, atMs: nowMs };
    this.#buckets.set(address, fresh);
    return fresh;
  }
}

/** An IPv4 address; of IPv6 the first 64 bits, since one subscriber has all the addresses behind them (RFC 6177). */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+[.]\d+[.]\d+[.]\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [before = '', after] = address.split('::');
  const groups = before === '' ? [] : before.split(':');
  const behind = after === undefined || after === '' ? [] : after.split(':');
  while (groups.length + behind.length < 8) groups.push('0');
  return [...groups, ...behind].slice(0, 4).join(':');
}
