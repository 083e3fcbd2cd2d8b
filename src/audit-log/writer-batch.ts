/** One commit batch: entries numbered, limits counted and leaves hashed inside the transaction (formats: docs/formats). */
import { canonicalJson } from '../encoding/canonical-json.ts';
import { merkleLevels } from '../merkle/batch-tree.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import { HASH_BYTES, leafHash as hashOfLeaf } from '../merkle/hash.ts';
import type { FramedEntry, SettledLeaf } from './entry-frame.ts';
import { instantText } from './instant-text.ts';
import { LimitCounts, limitKeys } from './limit-counts.ts';
import type { ReachedLimit } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { Commit, StoredEntry, StoreState } from './ports.ts';
import type { Answer, QueuedEntries } from './queued-entries.ts';
import { batchNoteText } from './receipt.ts';

/** Built once, inside the store's transaction. */
export class WriterBatch {
  readonly messages: readonly QueuedEntries[];
  /** Counters that the batch's limits need. */
  readonly counterKeys: readonly string[];
  readonly #place: LogPlace;
  readonly #before: StoreState;
  readonly #hashes: Buffer[] = [];
  #limited: Map<number, ReachedLimit> | undefined;
  #state: StoreState | undefined;

  /** @param before what the writer believes the store's state to be. */
  constructor(place: LogPlace, before: StoreState, messages: readonly QueuedEntries[]) {
    this.#place = place;
    this.#before = before;
    this.messages = messages;
    this.counterKeys = counterKeysOf(messages, before.newestAtMs);
  }

  /** The state after the batch; undefined before it was built. */
  get state(): StoreState | undefined {
    return this.#state;
  }

  /** Index in the log of the first entry. */
  get first(): number {
    return this.#before.size;
  }

  get size(): number {
    return this.#hashes.length;
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
    for (const hash of this.#hashes) range.append(hash);
    this.#state = { size: range.size, range: range.roots(), seq, newestAtMs };
    const facts = this.messages.flatMap((message) => message.facts);
    return { entries, state: this.#state, counters: counted.changed(), facts };
  }

  #entry(
    { kind, exchange, sealed }: FramedEntry,
    settled: SettledLeaf,
    atMs: number,
    reached: ReachedLimit | undefined,
  ): StoredEntry {
    const place = this.#hashes.length;
    const index = this.first + place;
    if (reached === undefined) {
      this.#hashes.push(settled.leafHash);
      return { index, leaf: settled.leaf, leafHash: settled.leafHash, kind, exchange, atMs, sealed };
    }
    this.#limited ??= new Map();
    this.#limited.set(place, reached);
    const leaf = refusedLeaf(settled.leaf, reached.limit);
    const leafHash = hashOfLeaf(leaf);
    this.#hashes.push(leafHash);
    return { index, leaf, leafHash, kind: 'refused', exchange, atMs, sealed };
  }

  /** Tells what was stored of each exchange, once it is durable. */
  noteExchanges(open: OpenExchanges): void {
    let place = 0;
    for (const { entries } of this.messages) {
      for (const { kind, exchange, goesOnAfterPart } of entries) {
        const leafHash = this.#hashes[place];
        const stored = this.#limited?.has(place) === true ? 'refused' : kind;
        place += 1;
        if (exchange !== undefined && leafHash !== undefined)
          open.note(stored, exchange, leafHash, goesOnAfterPart, goesOnAfterPart === 0);
      }
    }
  }

  /** The hashes of the batch's tree, level after level from the leaves up. */
  levels(): Buffer {
    const levels = merkleLevels(this.#hashes);
    let nodes = 0;
    for (const level of levels) nodes += level.length;
    const flat = Buffer.allocUnsafeSlow(nodes * HASH_BYTES);
    let at = 0;
    for (const level of levels) {
      for (const hash of level) {
        flat.set(hash, at);
        at += HASH_BYTES;
      }
    }
    return flat;
  }

  /** The text of the batch's receipt note; the root is the last hash of the levels. */
  noteText(levels: Buffer, at: string): string {
    return batchNoteText(this.#place.origin, this.first, this.size, levels.subarray(-HASH_BYTES), at);
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

/** A `sent` leaf as the refusal that is stored in its place: every other member stays. */
function refusedLeaf(sent: Buffer, limit: string): Buffer {
  const leaf = JSON.parse(sent.toString('utf8'));
  return Buffer.from(
    canonicalJson({ ...leaf, kind: 'refused', after: 'limit', code: 'limit-reached', limit, status: 429 }),
  );
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
