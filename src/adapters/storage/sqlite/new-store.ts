/** Takes in all of a log from another kind of store, as a new SQLite file (docs/formats/store.md) that counts once it is flushed. */
import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CommittedFact, StoredCheckpoint, StoredEntry, StoreState } from '../../../audit-log/ports.ts';
import type { CopyTarget, StoredCounter, StoredTile } from '../../../audit-log/recovering/copy-log.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { flush, writeNewFile } from './durable-files.ts';
import { EntryPacker, type PackedEntries, secondOfExchange, withoutEntries } from './entry-batch.ts';
import { EntryRows, type HashedEntry } from './entry-rows.ts';
import { FactChanges } from './fact-rows.ts';
import { migrate, PAGE_BYTES } from './open-database.ts';

/** Some 200 KiB: whoever reads or drops one entry reads or rewrites a row. */
const ENTRIES_OF_A_ROW = 128;
const LINE_BREAK = 0x0a;

/**
 * Makes the file, for its owner alone, with the tables of the newest layout.
 *
 * @throws the operating system's error, EEXIST where the file is there already.
 */
export function makeStore(file: string): NewStore {
  writeNewFile(file, '');
  const db = new DatabaseSync(file);
  try {
    // Nothing of the file counts before `finish`, which flushes it: until then a crash may leave it broken.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF`);
    migrate(db);
    return new NewStore(db, file);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** One transaction for each page, so that memory stays flat however long the log is. */
export class NewStore implements CopyTarget {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #rows: EntryRows;
  readonly #facts: FactChanges;
  readonly #packer = new EntryPacker();
  readonly #putBatch: StatementSync;
  readonly #putExchange: StatementSync;
  readonly #putCheckpoint: StatementSync;
  readonly #putTile: StatementSync;
  readonly #putCounter: StatementSync;
  #newestAtMs = 0;

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.#file = file;
    this.#rows = new EntryRows(db);
    this.#facts = new FactChanges(db);
    this.#putBatch = db.prepare(
      'INSERT INTO batches (first, newest_at_ms, heads, hashes, leaves, sealed) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#putExchange = db.prepare('INSERT INTO exchanges (second, first) VALUES (?, ?)');
    this.#putCheckpoint = db.prepare('INSERT INTO checkpoints (size, note) VALUES (?, ?)');
    this.#putTile = db.prepare('INSERT INTO hash_tiles (level, tile, hashes) VALUES (?, ?, ?)');
    this.#putCounter = db.prepare('INSERT INTO counters (key, count, touched_at_ms) VALUES (?, ?, ?)');
  }

  /** The file was made for this copy. */
  begin(): void {}

  entries(page: readonly HashedEntry[]): void {
    this.#transaction(() => {
      for (let at = 0; at < page.length; at += ENTRIES_OF_A_ROW)
        this.#putEntries(page.slice(at, at + ENTRIES_OF_A_ROW));
    });
  }

  checkpoints(page: readonly StoredCheckpoint[]): void {
    this.#transaction(() => {
      for (const { size, note } of page) this.#putCheckpoint.run(size, note);
    });
  }

  tiles(page: readonly StoredTile[]): void {
    this.#transaction(() => {
      for (const { level, tile, hashes } of page) this.#putTile.run(level, tile, hashes);
    });
  }

  facts(page: readonly CommittedFact[]): void {
    this.#transaction(() => {
      for (const fact of page) this.#facts.change(fact);
    });
  }

  counters(page: readonly StoredCounter[]): void {
    this.#transaction(() => {
      for (const { key, count, touchedAtMs } of page) this.#putCounter.run(key, count, touchedAtMs);
    });
  }

  /** The state of the newest entry, whichever instance wrote it. Which runs there were stands in the entries. */
  state({ size, range, seq, newestAtMs }: StoreState): void {
    this.#db
      .prepare('UPDATE state SET size = ?, range = ?, seq = ?, newest_at_ms = ?')
      .run(size, Buffer.concat(range), seq, newestAtMs);
  }

  hashedEntries(from: number, most: number, withSealed = false): readonly HashedEntry[] {
    return this.#rows.hashedEntries(from, most, withSealed);
  }

  finish(): void {
    this.#db.close();
    flush(this.#file);
  }

  abandon(): void {
    if (this.#db.isOpen) this.#db.close();
    rmSync(this.#file, { force: true });
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN');
    work();
    this.#db.exec('COMMIT');
  }

  #putEntries(entries: readonly HashedEntry[]): void {
    const first = entries[0]?.index ?? 0;
    const seconds = new Set<number>();
    for (const { droppedBy, atMs, exchange } of entries) {
      if (droppedBy !== undefined) continue;
      this.#newestAtMs = Math.max(this.#newestAtMs, atMs);
      if (exchange !== undefined) seconds.add(secondOfExchange(exchange));
    }
    const { heads, hashes, leaves, sealed } = packed(first, entries, this.#packer);
    this.#putBatch.run(first, this.#newestAtMs, heads, hashes, leaves, sealed);
    for (const second of seconds) this.#putExchange.run(second, first);
  }
}

/** A row of entries, of which those that were dropped leave only their hashes and who says so. */
function packed(first: number, entries: readonly HashedEntry[], packer: EntryPacker): PackedEntries {
  let row = packer.pack(entries.map(storedOf));
  const droppedBy = new Map(entries.map((entry) => [entry.index, entry.droppedBy]));
  for (const by of new Set(droppedBy.values())) {
    if (by === undefined) continue;
    const columns = {
      ...{ first, heads: row.heads, hashes: Buffer.from(row.hashes) },
      ...{ leaves: Buffer.from(row.leaves), sealed: Buffer.from(row.sealed) },
    };
    row = { ...row, ...withoutEntries(columns, ({ index }) => droppedBy.get(index) === by, by) };
  }
  return row;
}

function storedOf({ leaf, sealed, ...entry }: HashedEntry): StoredEntry {
  if (leaf.includes(LINE_BREAK))
    throw new GatewayError(
      'log-unavailable',
      `entry ${entry.index} was changed: a leaf never holds a line break; run \`verify\` on the log`,
    );
  return { ...entry, leaf, sealed };
}
