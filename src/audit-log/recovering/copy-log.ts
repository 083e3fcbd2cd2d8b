/** Copies a log from one kind of store to another with every index, hash, tile and proof as it is. */
import { GatewayError } from '../../domain/gateway-error.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import { CompactRange, rootOfRange } from '../../merkle/compact-range.ts';
import { leafHash } from '../../merkle/hash.ts';
import type { CommittedFact, StoredCheckpoint, StoreState } from '../ports.ts';
import type { HashedEntry, LogSource } from '../verifying/verifier.ts';

export interface StoredTile {
  readonly level: number;
  readonly tile: number;
  readonly hashes: Uint8Array;
}

export interface StoredCounter {
  readonly key: string;
  readonly count: number;
  readonly touchedAtMs: number;
}

/** One view of a log that nobody changes while it is copied. Pages come in order, `after` the last row of the page before. */
export interface CopySource extends Pick<LogSource, 'state' | 'hashedEntries' | 'checkpoints'> {
  tiles(after: StoredTile | undefined, most: number): readonly StoredTile[] | Promise<readonly StoredTile[]>;
  /** All of them, also those that no entry commits to. */
  facts(): Iterable<CommittedFact> | AsyncIterable<CommittedFact>;
  counters(): Iterable<StoredCounter> | AsyncIterable<StoredCounter>;
  close(): void | Promise<void>;
}

/** Where it goes: all of it at `finish`, or nothing. */
export interface CopyTarget {
  /** @throws {GatewayError} `log-unavailable` where anything is there already. */
  begin(): void | Promise<void>;
  /** Entries with their sealed rows, and what is left of dropped ones, without a gap between. */
  entries(page: readonly HashedEntry[]): void | Promise<void>;
  checkpoints(page: readonly StoredCheckpoint[]): void | Promise<void>;
  tiles(page: readonly StoredTile[]): void | Promise<void>;
  facts(page: readonly CommittedFact[]): void | Promise<void>;
  counters(page: readonly StoredCounter[]): void | Promise<void>;
  /** @param runs the newest run of each instance that may have left something open, the newest of all last. */
  state(state: StoreState, runs: readonly NewestRun[]): void | Promise<void>;
  /** Entries as they stand in the target now, before they count. */
  readonly hashedEntries: LogSource['hashedEntries'];
  finish(): void | Promise<void>;
  /** Leaves the target as it was. */
  abandon(): void | Promise<void>;
}

/** The newest run of an instance: its next start looks for what it left open. */
export interface NewestRun {
  readonly instance: string;
  readonly epoch: string;
  /** Index behind its newest entry that is still there. */
  readonly ends: number;
}

const PAGE = 2000;
const ROWS = 500;

/**
 * Copies all of the log and compares the tree of what arrived with that of the source; resolves to the number of entries.
 *
 * @param beforeItCounts asked last, with what was copied; where it throws, nothing stays.
 * @throws {GatewayError} `log-unavailable` where the target is not empty, or what arrived is not what was sent: then nothing
 * of it stays.
 */
export async function copyLog(
  source: CopySource,
  target: CopyTarget,
  progress: (done: number, of: number) => void,
  beforeItCounts: (state: StoreState) => Promise<void> = async () => undefined,
): Promise<number> {
  await target.begin();
  try {
    const state = await source.state();
    const { size } = state;
    // Each entry is copied and then read back: two steps of the same length.
    const runs = await copyEntries(source, target, (done) => progress(done, 2 * size));
    await copyRest(source, target);
    await target.state(state, runs);
    await assertArrived(state, target, (done) => progress(size + done, 2 * size));
    await beforeItCounts(state);
    await target.finish();
    return size;
  } catch (error) {
    await target.abandon();
    throw error;
  }
}

async function copyEntries(
  source: CopySource,
  target: CopyTarget,
  progress: (done: number) => void,
): Promise<readonly NewestRun[]> {
  const runs = new Map<string, NewestRun>();
  for (let from = 0; ; ) {
    const page = await source.hashedEntries(from, PAGE, true);
    if (page.length === 0) return [...runs.values()].sort((one, other) => one.ends - other.ends);
    for (const { index } of page) {
      if (index !== from) throw missing(from);
      from += 1;
    }
    await target.entries(page);
    for (const entry of page) noteRun(runs, entry);
    progress(from);
  }
}

/** Who could not read a leaf learns below that it does not hash to the tree. */
function noteRun(runs: Map<string, NewestRun>, { index, leaf, kind, droppedBy }: HashedEntry): void {
  const read = droppedBy === undefined ? membersOf(leaf) : undefined;
  if (read === undefined) return;
  const instance = String(read['instance']);
  // A file has one writer alone, whose start ends whatever the runs before it had left open.
  if (kind === 'started' && Object(read['versions'])['sqlite'] !== undefined) runs.clear();
  runs.set(instance, { instance, epoch: String(read['epoch']), ends: index + 1 });
}

function membersOf(leaf: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(leaf).toString());
    return isObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

async function copyRest(source: CopySource, target: CopyTarget): Promise<void> {
  for (let page = await source.checkpoints(-1, ROWS); page.length > 0; ) {
    await target.checkpoints(page);
    page = await source.checkpoints(page.at(-1)?.size ?? 0, ROWS);
  }
  for (let page = await source.tiles(undefined, ROWS); page.length > 0; ) {
    await target.tiles(page);
    page = await source.tiles(page.at(-1), ROWS);
  }
  for await (const fact of source.facts()) await target.facts([fact]);
  const counters: StoredCounter[] = [];
  for await (const counter of source.counters()) {
    counters.push(counter);
    if (counters.length === ROWS) await target.counters(counters.splice(0));
  }
  await target.counters(counters);
}

/** INVARIANT: a copy counts only when the leaves that arrived hash to the very tree that was sent. */
async function assertArrived(
  { size, range }: StoreState,
  target: CopyTarget,
  progress: (done: number) => void,
): Promise<void> {
  const tree = new CompactRange();
  while (tree.size < size) {
    const page = await target.hashedEntries(tree.size, PAGE);
    if (page.length === 0 || page[0]?.index !== tree.size) throw differs(tree.size);
    for (const { leaf, leafHash: stored, droppedBy } of page) {
      if (droppedBy === undefined && !leafHash(leaf).equals(stored)) throw differs(tree.size);
      tree.append(stored);
    }
    progress(tree.size);
  }
  if (tree.size !== size || !Buffer.from(tree.root()).equals(rootOfRange(range))) throw differs(size);
}

function missing(index: number): GatewayError {
  return new GatewayError(
    'log-unavailable',
    `entry ${index} is not in its place in the log; nothing was kept: run \`verify\` on the log`,
  );
}

function differs(index: number): GatewayError {
  return new GatewayError(
    'log-unavailable',
    `the copy differs from the log at entry ${index}; nothing of it was kept: run \`verify\` on the log`,
  );
}
