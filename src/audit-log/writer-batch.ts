/** One commit batch: entries numbered, limits counted and leaves hashed inside the transaction (formats: docs/formats). */
import { sha256Into } from '../encoding/sha256.ts';
import { rootOfTree, treeHashes } from '../merkle/batch-tree.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import { HASH_BYTES, leafHash as hashOfLeaf } from '../merkle/hash.ts';
import type { FramedEntry } from './entry-frame.ts';
import { instantText } from './instant-text.ts';
import { LimitCounts, type LimitVerdict, limitKeys } from './limit-counts.ts';
import { limitRefusal } from './limit-refusal.ts';
import type { ReachedLimit } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { Commit, StandingFact, StoredEntry, StoreState } from './ports.ts';
import type { Answer, QueuedEntries } from './queued-entries.ts';
import { batchNoteText } from './receipt.ts';
import { Salts } from './salts.ts';

const salts = new Salts();

/** Built once, inside the store's transaction. */
export class WriterBatch {
  readonly messages: readonly QueuedEntries[];
  /** Counters that the batch's limits need. */
  readonly counterKeys: readonly string[];
  readonly #place: LogPlace;
  readonly #before: StoreState;
  readonly #mark: StandingFact | undefined;
  /** Leaf hashes of the batch, one behind the other. */
  readonly #hashes: Buffer;
  readonly #size: number;
  #built = 0;
  #limited: Map<number, ReachedLimit> | undefined;
  #state: StoreState | undefined;

  /**
   * @param before what the writer believes the store's state to be.
   * @param mark of that state, where one is due: it is stored with the batch.
   */
  constructor(
    place: LogPlace,
    before: StoreState,
    messages: readonly QueuedEntries[],
    mark: StandingFact | undefined = undefined,
  ) {
    this.#place = place;
    this.#before = before;
    this.#mark = mark;
    this.messages = messages;
    this.counterKeys = counterKeysOf(messages, before.newestAtMs);
    this.#size = messages.reduce((sum, { entries }) => sum + entries.length, 0);
    this.#hashes = Buffer.allocUnsafeSlow(this.#size * HASH_BYTES);
  }

  /** The state after the batch; undefined before it was built. */
  get state(): StoreState | undefined {
    return this.#state;
  }

  /** True where a mark is stored with it. */
  get marks(): boolean {
    return this.#mark !== undefined;
  }

  /** Index in the log of the first entry. */
  get first(): number {
    return this.#before.size;
  }

  get size(): number {
    return this.#size;
  }

  /** Entries that were stored as refused, by place in the batch. */
  get limited(): ReadonlyMap<number, ReachedLimit> | undefined {
    return this.#limited;
  }

  /**
   * The commit over the state that the store found.
   *
   * @throws {Error} where the store is not as this writer left it: somebody else writes too.
   */
  build(found: StoreState, counts: ReadonlyMap<string, number>): Commit {
    // INVARIANT: the log never forks: what is built on is what this writer stored last.
    if (found.size !== this.#before.size || this.#state !== undefined)
      throw new Error(`the store holds ${found.size} entries where the writer left ${this.#before.size}`);
    const range = new CompactRange(found.size, found.range);
    const counted = new LimitCounts(counts);
    const entries: StoredEntry[] = [];
    let { seq, newestAtMs } = this.#before;
    for (const { entries: queued, limits } of this.messages) {
      for (let nth = 0; nth < queued.length; nth += 1) {
        const entry = queued[nth];
        if (entry === undefined) continue;
        seq += 1;
        const late = entry.atMs < newestAtMs;
        if (!late) newestAtMs = entry.atMs;
        const settled = entry.settle(seq, late ? instantText(newestAtMs) : undefined);
        const reached = limits === undefined ? undefined : counted.reached(limits.get(nth), newestAtMs);
        entries.push(this.#entry(entry, settled, newestAtMs, reached));
      }
    }
    range.appendAll(this.#hashes);
    this.#state = { size: range.size, range: range.roots(), seq, newestAtMs };
    const facts = this.messages.flatMap((message) => message.facts);
    if (this.#mark !== undefined) facts.push(this.#mark);
    return { entries, state: this.#state, counters: counted.changed(), facts };
  }

  /** @param settled the leaf behind the prefix of its hash. */
  #entry(
    { kind, exchange, sealed }: FramedEntry,
    settled: Buffer,
    atMs: number,
    reached: LimitVerdict | undefined,
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
    const { limit, retryAfterSeconds } = reached;
    this.#limited ??= new Map();
    this.#limited.set(place, { limit, retryAfterSeconds, bodySalt });
    leafHash.set(hashOfLeaf(leaf));
    return { index, leaf, leafHash, kind: 'refused', exchange, atMs, sealed: refused.sealed };
  }

  /** Tells what was stored of each exchange, once it is durable. */
  noteExchanges(open: OpenExchanges): void {
    let place = 0;
    for (const { entries } of this.messages) {
      for (const { kind, exchange, goesOnAfterPart } of entries) {
        const at = place * HASH_BYTES;
        const limited = this.#limited?.has(place) === true;
        const stored = limited ? 'refused' : kind;
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

  /** Which places of the batch belong to whom: place of the first and how many, pair after pair. */
  runs(): Map<Answer, number[]> {
    const runs = new Map<Answer, number[]>();
    let place = 0;
    for (const { entries, answer } of this.messages) {
      const own = runs.get(answer);
      if (own === undefined) runs.set(answer, [place, entries.length]);
      else own.push(place, entries.length);
      place += entries.length;
    }
    return runs;
  }
}

function counterKeysOf(messages: readonly QueuedEntries[], newestAtMs: number): readonly string[] {
  const keys: string[] = [];
  let newest = newestAtMs;
  for (const { entries, limits } of messages) {
    entries.forEach(({ atMs }, nth) => {
      newest = Math.max(newest, atMs);
      for (const key of limitKeys(limits?.get(nth), newest)) keys.push(key);
    });
  }
  return keys;
}
