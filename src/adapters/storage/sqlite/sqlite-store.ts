/** The audit log's store in one SQLite file (docs/formats/store.md), through Node's own node:sqlite. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type AuditStore,
  type BuildCommit,
  CleanRollback,
  type Commit,
  type CommittedFact,
  type CounterKeys,
  type EntryFilter,
  type FactName,
  type StandingFact,
  type StoredCheckpoint,
  type StoredEntry,
  type StoreState,
} from '../../../audit-log/ports.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { CopiedWal, type CopiedWalOptions } from './copied-wal.ts';
import { EmptiedWal } from './emptied-wal.ts';
import { EntryPacker, secondOfExchange } from './entry-batch.ts';
import { EntryChanges } from './entry-changes.ts';
import { EntryRows } from './entry-rows.ts';
import { FactChanges, FactRows } from './fact-rows.ts';
import { HashTileReader, HashTileWriter } from './hash-tiles.ts';
import { type DatabaseOptions, openDatabase } from './open-database.ts';
import { isBusy, isFull } from './sqlite-error.ts';
import { takeWriterLock } from './writer-lock.ts';

/** Free room below which a commit is refused before it begins: SQLite may then find no room at COMMIT, which is final. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024;
/** How long a look at the free room is believed: no disk takes 64 MiB of commits in this time. */
const ROOM_BELIEVED_MS = 50;
/** Counters are of a clock hour or a calendar day at most, so one that was not touched for two days counts nothing any more. */
const COUNTER_LIFE_MS = 2 * 24 * 60 * 60 * 1000;
const SWEEP_EVERY_MS = 60 * 60 * 1000;
/** Once counters were written that are kept for minutes: they must not pile up for an hour. */
const SWEEP_BRIEF_EVERY_MS = 60 * 1000;

export interface SqliteStoreOptions extends DatabaseOptions, CopiedWalOptions {
  /** Free bytes on the disk below which nothing is stored any more. */
  readonly leastFreeBytes?: number;
}

/**
 * Opens the store, creating it where the file does not exist, and keeps every other writer out until it is closed.
 *
 * @throws {GatewayError} `log-unavailable` where there is another writer, the place is not trusted, or the file is not
 * a whole audit store. Other errors are the operating system's.
 */
export function openSqliteStore(file: string, options: SqliteStoreOptions = {}): SqliteStore {
  const lock = takeWriterLock(file);
  try {
    const db = openDatabase(file, options);
    try {
      return new SqliteStore(db, lock, file, options);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** All calls are synchronous: the store belongs to the one thread that writes. */
export class SqliteStore implements AuditStore {
  readonly #db: DatabaseSync;
  readonly #lock: { release(): void };
  readonly #folder: string;
  readonly #leastFreeBytes: number;
  readonly #rows: EntryRows;
  readonly #tiles: HashTileWriter;
  readonly #tileReader: HashTileReader;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #packer = new EntryPacker();
  readonly #insert: StatementSync;
  readonly #putExchanges: StatementSync;
  readonly #changes: EntryChanges;
  readonly #emptied: EmptiedWal;
  readonly #copied: CopiedWal;
  readonly #setState: StatementSync;
  readonly #count: StatementSync;
  readonly #setCount: StatementSync;
  readonly #sweep: StatementSync;
  readonly #putCheckpoint: StatementSync;
  readonly #factRows: FactRows;
  readonly #factChanges: FactChanges;
  #sweptAtMs = 0;
  /** Until when counters that were written here are kept that are kept for minutes; undefined where there is none. */
  #briefUntilMs: number | undefined;
  #roomSeenAtMs = Number.NEGATIVE_INFINITY;

  constructor(db: DatabaseSync, lock: { release(): void }, file: string, options: SqliteStoreOptions) {
    this.#db = db;
    this.#lock = lock;
    this.#folder = dirname(file);
    this.#leastFreeBytes = options.leastFreeBytes ?? LEAST_FREE_BYTES;
    this.#rows = new EntryRows(db);
    this.#tiles = new HashTileWriter(db);
    this.#tileReader = new HashTileReader(db);
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#insert = db.prepare(
      'INSERT INTO batches (first, newest_at_ms, heads, hashes, leaves, sealed) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#putExchanges = db.prepare('INSERT INTO exchanges (second, first) VALUES (?, ?)');
    this.#changes = new EntryChanges(db);
    this.#emptied = new EmptiedWal(db);
    this.#copied = new CopiedWal(db, file, options);
    this.#setState = db.prepare('UPDATE state SET size = ?, range = ?, seq = ?, newest_at_ms = ?');
    this.#count = db.prepare('SELECT count FROM counters WHERE key = ?');
    this.#setCount = db.prepare(
      'INSERT OR REPLACE INTO counters (key, count, touched_at_ms) VALUES (?, ?, ?)',
    );
    this.#sweep = db.prepare('DELETE FROM counters WHERE touched_at_ms < ?');
    this.#putCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoints (size, note) VALUES (?, ?)');
    this.#factRows = new FactRows(db);
    this.#factChanges = new FactChanges(db);
    this.#checkWhole();
  }

  /** @inheritdoc */
  commit(counterKeys: CounterKeys, build: BuildCommit, facts: readonly FactName[] = []): void {
    this.#transaction(() => {
      const state = this.#rows.state();
      const standing = facts.length > 0 ? this.#factRows.found(facts) : undefined;
      this.#write(
        state,
        build(
          state,
          this.#counts(typeof counterKeys === 'function' ? counterKeys(state) : counterKeys),
          standing,
        ),
      );
    });
    this.#copied.committed();
    this.#emptied.tryAgain();
  }

  /**
   * Gives the room of what was dropped back to the disk; entries, hashes and all else stay. Takes as long as copying the
   * file, and as much room again until it is done. Throws as `commit` does.
   */
  shrink(): void {
    this.#checkRoom();
    this.#db.exec('VACUUM');
    this.#emptied.due();
    this.#emptied.tryAgain();
  }

  facts(kind: string): readonly StandingFact[] {
    return this.#rows.facts(kind);
  }

  committedFacts(): readonly CommittedFact[] {
    return this.#factRows.committed();
  }

  state(): StoreState {
    return this.#rows.state();
  }

  entries(from: number, most: number): readonly StoredEntry[] {
    return this.#rows.entries(from, most);
  }

  entriesOfExchange(exchange: string): readonly StoredEntry[] {
    return this.#rows.entriesOfExchange(exchange);
  }

  /** Entries that match, newest first. */
  find(filter: EntryFilter, most: number): readonly StoredEntry[] {
    return this.#rows.find(filter, most);
  }

  checkpoint(): string | undefined {
    return this.#rows.checkpoint();
  }

  checkpoints(above: number, most: number): readonly StoredCheckpoint[] {
    return this.#rows.checkpoints(above, most);
  }

  /** Keeps a signed checkpoint; the same size again replaces it. Durable when it returns; throws as `commit` does. */
  putCheckpoint(size: number, note: string): void {
    this.#transaction(() => this.#putCheckpoint.run(size, note));
  }

  /** The root of a complete subtree, for proofs. @throws {RangeError} where the store does not hold its leaves. */
  hashAt(level: number, index: number): Uint8Array {
    return this.#tileReader.hashAt(level, index);
  }

  close(): void {
    this.#copied.close();
    this.#emptied.tryAtLast();
    this.#db.close();
    this.#lock.release();
  }

  /**
   * INVARIANT: CleanRollback is thrown only for a lack of room or a foreign lock that came before COMMIT, and only when
   * SQLite confirms that no transaction is open any more. Whatever happens at COMMIT is doubt, even "full": the log
   * file's last frames may or may not be on the disk.
   */
  #transaction(work: () => void): void {
    this.#checkRoom();
    try {
      this.#begin.run();
      work();
    } catch (error) {
      this.#rollBack();
      if (!isBusy(error) && !isFull(error)) throw error;
      throw new CleanRollback(isFull(error) ? 'the audit store is full' : 'the audit store is locked', {
        cause: error,
      });
    }
    this.#commit.run();
  }

  #rollBack(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    if (this.#db.isTransaction) throw new Error('the audit store could not roll back');
  }

  #checkRoom(): void {
    const nowMs = performance.now();
    if (nowMs - this.#roomSeenAtMs < ROOM_BELIEVED_MS) return;
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bavail * bsize < this.#leastFreeBytes) {
      throw new CleanRollback('the disk of the audit store is nearly full');
    }
    this.#roomSeenAtMs = nowMs;
  }

  #counts(keys: readonly string[]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, Number(this.#count.get(key)?.['count'] ?? 0));
    return counts;
  }

  #write(before: StoreState, commit: Commit): void {
    const { entries, state, counters, facts, sealedChanges, dropped } = commit;
    this.#insertEntries(before.size, state.newestAtMs, entries);
    // INVARIANT: indexes have no gap: the size grows by just the rows that went in.
    if (state.size !== before.size + entries.length)
      throw new Error('a commit does not grow the log by its entries');
    this.#setState.run(state.size, Buffer.concat(state.range), state.seq, state.newestAtMs);
    for (const { key, count, forMs = COUNTER_LIFE_MS } of counters) {
      this.#setCount.run(key, count, state.newestAtMs - COUNTER_LIFE_MS + forMs);
      if (forMs < COUNTER_LIFE_MS) this.#briefUntilMs = state.newestAtMs + forMs;
    }
    for (const fact of facts) this.#factChanges.change(fact);
    for (const change of sealedChanges ?? []) this.#changes.reduce(change);
    for (const entries of dropped ?? []) this.#changes.drop(entries);
    if (sealedChanges !== undefined || dropped !== undefined) this.#emptied.due();
    this.#sweepCounters(state.newestAtMs);
  }

  #insertEntries(size: number, newestAtMs: number, entries: readonly StoredEntry[]): void {
    if (entries.length === 0) return;
    const seconds = new Set<number>();
    let index = size;
    for (const entry of entries) {
      if (entry.index !== index) throw new Error('a commit leaves a gap in the log');
      if (entry.exchange !== undefined) seconds.add(secondOfExchange(entry.exchange));
      index += 1;
    }
    const { heads, hashes, leaves, sealed } = this.#packer.pack(entries);
    this.#insert.run(size, newestAtMs, heads, hashes, leaves, sealed);
    for (const second of seconds) this.#putExchanges.run(second, size);
    this.#tiles.append(entries);
  }

  #sweepCounters(nowMs: number): void {
    const everyMs = this.#briefUntilMs === undefined ? SWEEP_EVERY_MS : SWEEP_BRIEF_EVERY_MS;
    if (nowMs - this.#sweptAtMs < everyMs) return;
    this.#sweptAtMs = nowMs;
    this.#sweep.run(nowMs - COUNTER_LIFE_MS);
    if (this.#briefUntilMs !== undefined && nowMs > this.#briefUntilMs) this.#briefUntilMs = undefined;
  }

  #checkWhole(): void {
    const { size } = this.#rows.state();
    const newest = 'SELECT first + length(hashes) / 32 AS n FROM batches ORDER BY first DESC LIMIT 1';
    const rows = Number(this.#db.prepare(newest).get()?.['n'] ?? 0);
    if (rows === size) return;
    throw new GatewayError(
      'log-unavailable',
      `the audit store is not whole: it should hold ${size} entries and holds ${rows}`,
    );
  }
}
