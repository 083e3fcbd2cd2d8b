/** Copies a log from one kind of store to another with every index, hash, tile and proof as it is. */
import { GatewayError } from '../domain/gateway-error.ts';
import { CompactRange, rootOfRange } from '../merkle/compact-range.ts';
import { leafHash } from '../merkle/hash.ts';
import type { CommittedFact, DroppedEntry, StoredCheckpoint, StoredEntry, StoreState } from './ports.ts';
import type { LogSource } from './verifier.ts';

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

/** A log that nobody writes to while it is copied. Pages come in order, `after` the last row of the page before. */
export interface CopySource {
  state(): StoreState;
  entries(from: number, most: number): readonly StoredEntry[];
  dropped(from: number, most: number): readonly DroppedEntry[];
  checkpoints(above: number, most: number): readonly StoredCheckpoint[];
  tiles(after: StoredTile | undefined, most: number): readonly StoredTile[];
  /** All of them, also those that no entry commits to. */
  facts(): Iterable<CommittedFact>;
  counters(): Iterable<StoredCounter>;
  close(): void;
}

/** Where it goes: all of it at `finish`, or nothing. */
export interface CopyTarget {
  /** @throws {GatewayError} `log-unavailable` where anything is there already. */
  begin(): Promise<void>;
  entries(page: readonly StoredEntry[]): Promise<void>;
  dropped(page: readonly DroppedEntry[]): Promise<void>;
  checkpoints(page: readonly StoredCheckpoint[]): Promise<void>;
  tiles(page: readonly StoredTile[]): Promise<void>;
  facts(page: readonly CommittedFact[]): Promise<void>;
  counters(page: readonly StoredCounter[]): Promise<void>;
  /** @param last instance and epoch of the newest run: the next start of that instance looks for what it left open. */
  state(state: StoreState, last: LastRun | undefined): Promise<void>;
  /** Entries as they stand in the target now, before they count. */
  readonly hashedEntries: LogSource['hashedEntries'];
  finish(): Promise<void>;
  /** Leaves the target as it was. */
  abandon(): Promise<void>;
}

export interface LastRun {
  readonly instance: string;
  readonly epoch: string;
}

const PAGE = 2000;
const ROWS = 500;

/**
 * Copies all of the log and compares the tree of what arrived with that of the source; resolves to the number of entries.
 *
 * @throws {GatewayError} `log-unavailable` where the target is not empty, or what arrived is not what was sent: then nothing
 * of it stays.
 */
export async function copyLog(
  source: CopySource,
  target: CopyTarget,
  progress: (done: number, of: number) => void,
): Promise<number> {
  await target.begin();
  try {
    const { size } = source.state();
    // Each entry is copied and then read back: two steps of the same length.
    const last = await copyEntries(source, target, (done) => progress(done, 2 * size));
    await copyRest(source, target);
    await target.state(source.state(), last);
    await assertArrived(source.state(), target, (done) => progress(size + done, 2 * size));
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
): Promise<LastRun | undefined> {
  let last: LastRun | undefined;
  for (let from = 0; ; ) {
    const page = source.entries(from, PAGE);
    const newest = page.at(-1);
    if (newest === undefined) return last;
    await target.entries(page);
    from = newest.index + 1;
    const { instance, epoch } = JSON.parse(Buffer.from(newest.leaf).toString());
    last = { instance: String(instance), epoch: String(epoch) };
    progress(from);
  }
}

async function copyRest(source: CopySource, target: CopyTarget): Promise<void> {
  for (let page = source.dropped(0, PAGE); page.length > 0; page = source.dropped(next(page), PAGE))
    await target.dropped(page);
  for (let page = source.checkpoints(-1, ROWS); page.length > 0; ) {
    await target.checkpoints(page);
    page = source.checkpoints(page.at(-1)?.size ?? 0, ROWS);
  }
  for (let page = source.tiles(undefined, ROWS); page.length > 0; page = source.tiles(page.at(-1), ROWS))
    await target.tiles(page);
  for (const fact of source.facts()) await target.facts([fact]);
  await target.counters([...source.counters()]);
}

function next(page: readonly { readonly index: number }[]): number {
  return (page.at(-1)?.index ?? 0) + 1;
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
    for (const { leaf, leafHashHex, droppedBy } of page) {
      const stored = Buffer.from(leafHashHex, 'hex');
      if (droppedBy === undefined && !leafHash(leaf).equals(stored)) throw differs(tree.size);
      tree.append(stored);
    }
    progress(tree.size);
  }
  if (tree.size !== size || !Buffer.from(tree.root()).equals(rootOfRange(range))) throw differs(size);
}

function differs(index: number): GatewayError {
  return new GatewayError(
    'log-unavailable',
    `the copy differs from the log at entry ${index}; nothing of it was kept: run \`verify\` on the log`,
  );
}
