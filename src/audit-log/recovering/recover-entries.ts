/** Brings back entries that a restored store lacks: from whoever still has their leaves, up to what the head file signs (RFC 6962). */
import { GatewayError } from '../../domain/gateway-error.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import type { Checkpoint } from '../../merkle/checkpoint.ts';
import { CompactRange } from '../../merkle/compact-range.ts';
import { leafHash } from '../../merkle/hash.ts';
import type { AuditStore, StandingFact, StoredEntry, StoreState } from '../ports.ts';
import { ChangesOfFacts, factsToDrop } from './recover-facts.ts';

/** A leaf that somebody kept; the tree's root proves it, so it may come from anybody. */
export interface KeptLeaf {
  readonly index: number;
  /** The exact bytes that were hashed. */
  readonly leaf: Uint8Array;
}

/** Reads all that is kept, in any order, each time from the beginning. */
export type KeptLeaves = () => AsyncIterable<KeptLeaf>;

/** What was brought back. */
export interface BroughtBack {
  readonly entries: number;
  /** Entries that the source holds beyond what the head file signs: nothing proves them. */
  readonly beyond: number;
}

const ENTRIES_OF_A_COMMIT = 256;
/** What the store must be able to do for it. */
export type RestoredStore = Pick<
  AuditStore,
  'state' | 'commit' | 'putCheckpoint' | 'committedFacts' | 'facts'
>;

/**
 * Reads the source twice: first it must hash to the head, then the entries are stored, a few hundred in a commit. A process
 * that dies on the way leaves a store with some of them; bringing them back again goes on from there.
 *
 * @param head what the head file signs: more entries than the store holds.
 * @throws {GatewayError} `log-unavailable` where an entry is missing, the entries are not those that were signed, or one of
 * them put something that stands still (a stop, a protected person), which no list of entries can bring back.
 */
export async function bringBackEntries(
  store: RestoredStore,
  kept: KeptLeaves,
  head: Checkpoint & { readonly note: string },
): Promise<BroughtBack> {
  const before = await store.state();
  const { beyond, dropped } = await prove(before, kept, head);
  let facts = await factsToDrop(store, dropped);
  let batch: StoredEntry[] = [];
  for await (const leaf of inOrder(kept(), before.size, head.size)) {
    batch.push(storedEntry(leaf));
    if (batch.length < ENTRIES_OF_A_COMMIT) continue;
    await storeBatch(store, batch, facts);
    [batch, facts] = [[], []];
  }
  await storeBatch(store, batch, facts);
  await store.putCheckpoint(head.size, head.note);
  return { entries: head.size - before.size, beyond };
}

/** INVARIANT: nothing is stored before all of it has hashed to the root that was signed. */
async function prove(
  before: StoreState,
  kept: KeptLeaves,
  head: Checkpoint,
): Promise<{ beyond: number; dropped: ReadonlySet<string> }> {
  const range = new CompactRange(before.size, before.range);
  const changes = new ChangesOfFacts();
  let beyond = 0;
  const noteBeyond = (): void => {
    beyond += 1;
  };
  for await (const { index, leaf } of inOrder(kept(), before.size, head.size, noteBeyond)) {
    changes.hear(index, membersOf(leaf));
    range.append(leafHash(leaf));
  }
  if (Buffer.compare(range.root(), head.root) !== 0) {
    throw refusal(
      `the entries ${before.size} to ${head.size - 1}, with those of the store before them, are not the ${head.size} that were signed: one of them was changed`,
    );
  }
  const lost = changes.lost();
  if (lost.length > 0) throw refusal(factsAreLost(lost));
  return { beyond, dropped: changes.dropped };
}

function factsAreLost(changing: readonly number[]): string {
  const [first] = changing;
  const which =
    changing.length === 1 ? `entry ${first}` : `${changing.length} entries, the first is ${first},`;
  return `${which} set what stands beside the entries (a stop, a person who is held back, a hold, a policy set, a pinned key), and a list of entries does not hold that: a stop could be lost. Restore a later copy of the store itself with \`restore --from\`, or open a new log with \`recover\``;
}

/** The leaves [from, end) one after the other; what comes too early waits in memory. */
async function* inOrder(
  kept: AsyncIterable<KeptLeaf>,
  from: number,
  end: number,
  onBeyond: () => void = () => undefined,
): AsyncGenerator<KeptLeaf> {
  const early = new Map<number, Uint8Array>();
  let due = from;
  for await (const { index, leaf } of kept) {
    if (index >= end) onBeyond();
    if (index < due || index >= end) continue;
    early.set(index, leaf);
    for (let next = early.get(due); next !== undefined; next = early.get(due)) {
      early.delete(due);
      yield { index: due, leaf: next };
      due += 1;
    }
  }
  if (due === end) return;
  throw refusal(
    `entry ${due} is not among them: ${end - due - early.size} of the entries ${from} to ${end - 1} are missing`,
  );
}

async function storeBatch(
  store: RestoredStore,
  entries: readonly StoredEntry[],
  facts: readonly StandingFact[],
): Promise<void> {
  const last = entries.at(-1);
  if (last === undefined) return;
  await store.commit([], (found) => {
    const range = new CompactRange(found.size, found.range);
    for (const entry of entries) range.append(entry.leafHash);
    const newestAtMs = Math.max(found.newestAtMs, last.atMs);
    const state = { ...found, size: range.size, range: range.roots(), seq: seqOf(last.leaf), newestAtMs };
    return { entries, state, counters: [], facts };
  });
}

function storedEntry({ index, leaf }: KeptLeaf): StoredEntry {
  const said = membersOf(leaf);
  const exchange = typeof said['exchange'] === 'string' ? said['exchange'] : undefined;
  const atMs = Date.parse(String(said['at']));
  return {
    index,
    leaf,
    leafHash: leafHash(leaf),
    kind: String(said['kind']),
    exchange,
    atMs,
    sealed: undefined,
  };
}

function seqOf(leaf: Uint8Array): number {
  return Number(membersOf(leaf)['seq']);
}

function membersOf(leaf: Uint8Array): Readonly<Record<string, unknown>> {
  const said: unknown = JSON.parse(Buffer.from(leaf).toString());
  return isObject(said) ? said : {};
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
