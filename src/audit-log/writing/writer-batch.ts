/** One commit batch: entries numbered, limits counted and leaves hashed inside the transaction (formats: docs/formats). */
import { sha256Into } from '../../encoding/sha256.ts';
import { rootOfTree, treeHashes } from '../../merkle/batch-tree.ts';
import { CompactRange } from '../../merkle/compact-range.ts';
import { HASH_BYTES, leafHash as hashOfLeaf } from '../../merkle/hash.ts';
import { factsToRead, settleFacts, withFacts } from '../facts/settled-facts.ts';
import { olderChanges } from '../keeping/older-changes.ts';
import type { Commit, CommittedFact, FactName, StandingFact, StoredEntry, StoreState } from '../ports.ts';
import { batchNoteText } from '../proving/receipt.ts';
import type { OpenExchanges } from '../recovering/open-exchanges.ts';
import { Salts } from '../sealing/salts.ts';
import type { FramedEntry } from './entry-frame.ts';
import { instantText } from './instant-text.ts';
import {
  LimitCounts,
  type LimitVerdict,
  limitKeys,
  onceKeys,
  type ShownBeforeVerdict,
} from './limit-counts.ts';
import { limitRefusal, refusedKind } from './limit-refusal.ts';
import type { ReachedLimit, ShownBefore } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import type { Answer, QueuedEntries } from './queued-entries.ts';

const salts = new Salts();

export interface WriterBatchOptions {
  /** What is stored with the batch so that a recovery need not read what stands before it, by the size found; often nothing. */
  readonly mark?: (size: number) => StandingFact | undefined;
  /** The sum of the facts as this writer left it, where it knows it. */
  readonly sumOfFacts?: Uint8Array | undefined;
  /** True where other instances write to the same log: then it may have grown since this one's last commit. */
  readonly shared?: boolean;
}

/** What came from one port. */
export interface BatchShare {
  /** Place of the first and how many, pair after pair. */
  readonly runs: number[];
  readonly frames: ArrayBuffer[];
}

/** Built once, inside the store's transaction. */
export class WriterBatch {
  readonly messages: readonly QueuedEntries[];
  /** Facts that its entries change or sum up. */
  readonly factNames: readonly FactName[];
  readonly #place: LogPlace;
  readonly #before: StoreState;
  readonly #options: WriterBatchOptions;
  #mark: StandingFact | undefined;
  #first: number;
  /** Leaf hashes of the batch, one behind the other. */
  readonly #hashes: Buffer;
  readonly #size: number;
  #built = 0;
  #limited: Map<number, ReachedLimit | ShownBefore> | undefined;
  #state: StoreState | undefined;
  #sumOfFacts: Uint8Array | undefined;

  /**
   * @param before what the writer believes the store's state to be.
   */
  constructor(
    place: LogPlace,
    before: StoreState,
    messages: readonly QueuedEntries[],
    options: WriterBatchOptions = {},
  ) {
    this.#place = place;
    this.#before = before;
    this.#options = options;
    this.#first = before.size;
    this.messages = messages;
    this.factNames = factsToRead(messages);
    this.#size = messages.reduce((sum, { entries }) => sum + entries.length, 0);
    this.#hashes = Buffer.allocUnsafeSlow(this.#size * HASH_BYTES);
  }

  /** The state after the batch; undefined before it was built. */
  get state(): StoreState | undefined {
    return this.#state;
  }

  /** The sum of the facts after the batch, where it is known. */
  get sumOfFacts(): Uint8Array | undefined {
    return this.#sumOfFacts;
  }

  /** Counters that the batch's limits need, over the state that the store finds: its newest instant says in which window they count. */
  counterKeys(found: StoreState): readonly string[] {
    return counterKeysOf(this.messages, this.#newestBefore(found));
  }

  /** True where a mark is stored with it. */
  get marks(): boolean {
    return this.#mark !== undefined;
  }

  /** Index in the log of the first entry. */
  get first(): number {
    return this.#first;
  }

  get size(): number {
    return this.#size;
  }

  /** Entries that were stored as refused, by place in the batch. */
  get limited(): ReadonlyMap<number, ReachedLimit | ShownBefore> | undefined {
    return this.#limited;
  }

  /**
   * The commit over the state that the store found.
   *
   * @param standing the facts of `factNames` that stand.
   * @throws {FactChanged} before anything is settled: the messages can be stored without the one that it names.
   * @throws {Error} where the store is not as this writer left it: somebody else writes too.
   */
  build(
    found: StoreState,
    counts: ReadonlyMap<string, number>,
    standing?: ReadonlyMap<string, CommittedFact>,
  ): Commit {
    this.#assertGoesOn(found);
    this.#first = found.size;
    const alone = found.size === this.#before.size;
    const left = alone ? this.#options.sumOfFacts : undefined;
    const settledFacts = settleFacts(this.messages, this.factNames, standing, left);
    this.#sumOfFacts = settledFacts.sum ?? left;
    const range = new CompactRange(found.size, found.range);
    const counted = new LimitCounts(counts);
    const entries: StoredEntry[] = [];
    let newestAtMs = this.#newestBefore(found);
    let { seq } = this.#before;
    for (const { entries: queued, limits, once } of this.messages) {
      for (let nth = 0; nth < queued.length; nth += 1) {
        const entry = queued[nth];
        if (entry === undefined) continue;
        seq += 1;
        const late = entry.atMs < newestAtMs;
        if (!late) newestAtMs = entry.atMs;
        const leaf = entry.settle(seq, late ? instantText(newestAtMs) : undefined);
        const settled = withFacts(leaf, settledFacts.members.get(this.#built));
        const reached =
          counted.shownBefore(once?.get(nth)) ??
          (limits === undefined ? undefined : counted.reached(limits.get(nth), newestAtMs));
        entries.push(this.#entry(entry, settled, newestAtMs, reached));
      }
    }
    range.appendAll(this.#hashes);
    this.#state = { size: range.size, range: range.roots(), seq, newestAtMs };
    const facts = [...settledFacts.changes];
    this.#mark = this.#options.mark?.(found.size);
    if (this.#mark !== undefined) facts.push(this.#mark);
    const commit = { entries, state: this.#state, counters: counted.changed(), facts };
    return { ...commit, ...olderChanges(this.messages, this.first) };
  }

  #newestBefore({ newestAtMs }: StoreState): number {
    return Math.max(newestAtMs, this.#before.newestAtMs);
  }

  /**
   * INVARIANT: the log never forks: what is built on is what this writer stored last, or, where others write too, what they
   * stored behind it under the lock of the head; the checkpoints over it are signed only where they extend the last one.
   */
  #assertGoesOn({ size }: StoreState): void {
    const { size: left } = this.#before;
    const grew = this.#options.shared === true && size > left;
    if ((size === left || grew) && this.#state === undefined) return;
    throw new Error(`the store holds ${size} entries where the writer left ${left}`);
  }

  /** @param settled the leaf behind the prefix of its hash. */
  #entry(
    { kind, exchange, sealed }: FramedEntry,
    settled: Buffer,
    atMs: number,
    reached: LimitVerdict | ShownBeforeVerdict | undefined,
  ): StoredEntry {
    const place = this.#built;
    this.#built += 1;
    const index = this.first + place;
    const at = place * HASH_BYTES;
    const leafHash = this.#hashes.subarray(at, at + HASH_BYTES);
    if (reached === undefined) {
      sha256Into(this.#hashes, at, settled);
      return { index, leaf: settled.subarray(1), leafHash, kind, exchange, atMs, sealed };
    }
    const { leaf, bodySalt, ...refused } = limitRefusal(settled.subarray(1), sealed, reached, salts);
    this.#limited ??= new Map();
    this.#limited.set(place, reachedMessage(reached, bodySalt));
    leafHash.set(hashOfLeaf(leaf));
    return { index, leaf, leafHash, kind: refusedKind(kind), exchange, atMs, sealed: refused.sealed };
  }

  /** Tells what was stored of each exchange, once it is durable. */
  noteExchanges(open: OpenExchanges): void {
    let place = 0;
    for (const { entries } of this.messages) {
      for (const { kind, exchange, goesOnAfterPart } of entries) {
        const at = place * HASH_BYTES;
        const limited = this.#limited?.has(place) === true;
        const stored = limited ? refusedKind(kind) : kind;
        place += 1;
        if (exchange === undefined) continue;
        const leafHash = this.#hashes.subarray(at, at + HASH_BYTES);
        // A part that a limit refused ends its exchange, whatever was to follow it.
        open.note(stored, exchange, leafHash, goesOnAfterPart, limited || goesOnAfterPart === 0);
      }
    }
  }

  /** The hashes of the batch's tree, level after level from the leaves up. */
  levels(): Buffer {
    return treeHashes(this.#hashes);
  }

  /** The text of the batch's receipt note; the root is the last hash of the levels. */
  noteText(levels: Buffer, at: string): string {
    return batchNoteText(this.#place.origin, this.first, this.size, rootOfTree(levels), at);
  }

  /** What of the batch is whose. */
  shares(): ReadonlyMap<Answer, BatchShare> {
    const shares = new Map<Answer, BatchShare>();
    let place = 0;
    for (const { entries, frame, answer } of this.messages) {
      const share = shares.get(answer) ?? { runs: [], frames: [] };
      shares.set(answer, share);
      share.runs.push(place, entries.length);
      share.frames.push(frame);
      place += entries.length;
    }
    return shares;
  }
}

function reachedMessage(
  reached: LimitVerdict | ShownBeforeVerdict,
  bodySalt: string | undefined,
): ReachedLimit | ShownBefore {
  if ('shownBefore' in reached) return { shownBefore: true, bodySalt };
  const { limit, retryAfterSeconds } = reached;
  return { limit, retryAfterSeconds, bodySalt };
}

function counterKeysOf(messages: readonly QueuedEntries[], newestAtMs: number): readonly string[] {
  const keys: string[] = [];
  let newest = newestAtMs;
  for (const { entries, limits, once } of messages) {
    entries.forEach(({ atMs }, nth) => {
      newest = Math.max(newest, atMs);
      for (const key of limitKeys(limits?.get(nth), newest)) keys.push(key);
      const shown = once?.get(nth);
      if (shown !== undefined) keys.push(...onceKeys(shown));
    });
  }
  return keys;
}
