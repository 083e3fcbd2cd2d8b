/** The changes of standing facts in one commit, and what its entries say of them (docs/formats/leaf.md, `facts`). */
import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../domain/gateway-error.ts';
import { SetHash } from '../../merkle/set-hash.ts';
import { CleanRollback, type CommittedFact, type StandingFact } from '../ports.ts';
import { factCommitment, factName, isCommitted, SUM_OF_FACTS } from './fact-commitments.ts';

const SALT_BYTES = 16;
const COUNT_BYTES = 4;

/** Changes that one entry can name: each takes up to two commitments, and a leaf has room for 32 KiB. */
export const MOST_FACTS_OF_ENTRY = 250;

/** Bytes that a leaf needs at most for what it says of so many changes: two commitments each, in quotes and with a comma. */
export function roomForFacts(changes: number): number {
  return 200 + changes * 2 * 46;
}

/**
 * Facts in shares that one entry each can name; none for none.
 *
 * @throws {GatewayError} `internal-error` for a kind or key that no commitment can hold: before anything is appended.
 */
export function sharesOf(facts: readonly StandingFact[]): readonly (readonly StandingFact[])[] {
  if (facts.some(({ kind, key }) => `${kind}${key}`.includes('\0')))
    throw new GatewayError('internal-error', 'neither kind nor key of a fact may hold a zero byte');
  const shares: StandingFact[][] = [];
  for (let at = 0; at < facts.length; at += MOST_FACTS_OF_ENTRY)
    shares.push(facts.slice(at, at + MOST_FACTS_OF_ENTRY));
  return shares;
}

/** The member `facts` of a leaf. Commitments are base64url, in order. */
export interface FactsMember {
  /** How many facts stand after the entry. */
  readonly count: number;
  /** The hash of the set of their commitments, base64url. */
  readonly sum: string;
  readonly put?: readonly string[];
  readonly dropped?: readonly string[];
}

/** A fact was changed since the change that was asked for was made up: nothing of its message is stored. */
export class FactChanged extends CleanRollback {
  /** Which message of the batch it is. */
  readonly nth: number;

  constructor(nth: number) {
    super('what the change was made from has been changed meanwhile; ask again');
    this.nth = nth;
  }
}

/** How many facts stand, and the sum over their commitments. */
export interface SumOfFacts {
  readonly count: number;
  readonly set: SetHash;
}

/** The sum as the store keeps it: four bytes of count, big-endian, and the sum of the set. Nothing: no facts. */
export function readSum(value: Uint8Array | undefined): SumOfFacts {
  if (value === undefined) return { count: 0, set: new SetHash() };
  return { count: Buffer.from(value).readUInt32BE(0), set: new SetHash(value.subarray(COUNT_BYTES)) };
}

export function sumValue({ count, set }: SumOfFacts): Buffer {
  const head = Buffer.alloc(COUNT_BYTES);
  head.writeUInt32BE(count);
  return Buffer.concat([head, set.sum()]);
}

/** Follows the facts through the messages of a commit, on top of what the transaction found. */
export class StandingFacts {
  /** Commitments as they stand now, by name; undefined for what was dropped. */
  readonly #now: Map<string, CommittedFact | undefined>;
  readonly #set: SetHash;
  #count: number;
  #changed: StandingFact[] = [];

  /** @param found by `factName`, the sum among them. */
  constructor(found: ReadonlyMap<string, CommittedFact>) {
    this.#now = new Map(found);
    const { count, set } = readSum(found.get(factName(SUM_OF_FACTS))?.value);
    this.#count = count;
    this.#set = set;
  }

  /** @throws {FactChanged} where another value stands than one that a change was made from. */
  expect(facts: readonly StandingFact[], nth: number): void {
    const within = new Map<string, Uint8Array | undefined>();
    for (const fact of facts) {
      const name = factName(fact);
      const value = within.has(name) ? within.get(name) : this.#now.get(name)?.value;
      if (fact.replaces !== undefined && !isSame(fact.replaces, value)) throw new FactChanged(nth);
      within.set(name, fact.value);
    }
  }

  /** Makes the changes; what their entry says of them. */
  change(facts: readonly StandingFact[]): FactsMember {
    const put = new Map<string, string>();
    const dropped: string[] = [];
    for (const fact of facts) {
      const name = factName(fact);
      const old = this.#take(name);
      // What the same entry put and dropped again never stood.
      if (old !== undefined && put.get(name) === old) put.delete(name);
      else if (old !== undefined) dropped.push(old);
      const made = this.#put(fact);
      if (made !== undefined) put.set(name, made);
    }
    return this.#member([...put.values()].sort(), dropped.sort());
  }

  /** All changes of the commit, in order, with the sum that stands after them. */
  changes(): StandingFact[] {
    const value = sumValue({ count: this.#count, set: this.#set });
    return this.#changed.length === 0 ? [] : [...this.#changed, { ...SUM_OF_FACTS, value }];
  }

  #take(name: string): string | undefined {
    const old = this.#now.get(name);
    this.#now.set(name, undefined);
    // A store of an older layout holds facts without a salt, of which no entry has told yet.
    if (old === undefined || old.salt.length === 0 || !isCommitted(old.kind)) return undefined;
    const commitment = factCommitment(old);
    this.#set.remove(commitment);
    this.#count -= 1;
    return commitment.toString('base64url');
  }

  #put({ kind, key, value }: StandingFact): string | undefined {
    const salt = value !== undefined && isCommitted(kind) ? randomBytes(SALT_BYTES) : Buffer.alloc(0);
    this.#changed.push({ kind, key, value, salt });
    if (value === undefined) return undefined;
    const fact = { kind, key, value, salt };
    this.#now.set(factName(fact), fact);
    if (salt.length === 0) return undefined;
    const commitment = factCommitment(fact);
    this.#set.add(commitment);
    this.#count += 1;
    return commitment.toString('base64url');
  }

  #member(put: readonly string[], dropped: readonly string[]): FactsMember {
    return {
      count: this.#count,
      sum: this.#set.digest().toString('base64url'),
      ...(put.length === 0 ? {} : { put }),
      ...(dropped.length === 0 ? {} : { dropped }),
    };
  }
}

function isSame(expected: Uint8Array | 'nothing', value: Uint8Array | undefined): boolean {
  if (expected === 'nothing' || value === undefined) return expected === 'nothing' && value === undefined;
  return Buffer.compare(expected, value) === 0;
}
