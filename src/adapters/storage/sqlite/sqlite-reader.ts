/** Reads an audit store without changing it: beside the running writer, or a copy of the file on another machine. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type {
  CommittedFact,
  DroppedEntry,
  EntryFilter,
  EntryFinder,
  LogReader,
  StandingFact,
  StoredCheckpoint,
  StoredEntry,
  StoreState,
} from '../../../audit-log/ports.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { EntryRows, type HashedEntry } from './entry-rows.ts';
import { FactRows } from './fact-rows.ts';
import { HashTileReader } from './hash-tiles.ts';

/**
 * Opens the file for reading only.
 *
 * @throws {GatewayError} `log-unavailable` where there is no such file or it is not an audit store.
 */
export function openSqliteReader(file: string): SqliteReader {
  if (!existsSync(file))
    throw new GatewayError('log-unavailable', 'there is no audit store at the place named');
  try {
    return new SqliteReader(open(file));
  } catch (error) {
    throw new GatewayError('log-unavailable', 'the file is not an audit store, or it cannot be read', {
      cause: error,
    });
  }
}

/**
 * A file of WAL mode needs its shared-memory file even to be read. In a folder that cannot be written to, with no
 * write-ahead log beside it, the file is all there is and cannot change: then it is opened as immutable.
 */
function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
  try {
    db.prepare('SELECT 1 FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    if (existsSync(`${file}-wal`)) throw error;
    return new DatabaseSync(new URL('?immutable=1', pathToFileURL(file)), { readOnly: true });
  }
}

/** Each call sees a whole commit or nothing of it. */
export class SqliteReader implements LogReader, EntryFinder {
  readonly #db: DatabaseSync;
  readonly #rows: EntryRows;
  readonly #factRows: FactRows;
  readonly #tiles: HashTileReader;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#rows = new EntryRows(db);
    this.#factRows = new FactRows(db);
    this.#tiles = new HashTileReader(db);
  }

  /** Holds one view of the store for all calls until `close`, so that a long check is not overtaken by the writer. */
  freeze(): void {
    this.#db.exec('BEGIN');
    this.#rows.state();
  }

  state(): StoreState {
    return this.#rows.state();
  }

  entries(from: number, most: number): readonly StoredEntry[] {
    return this.#rows.entries(from, most);
  }

  /** Entries for `verify`, dropped ones too; with their sealed rows only where those are asked for. */
  hashedEntries(from: number, most: number, withSealed = false): readonly HashedEntry[] {
    return this.#rows.hashedEntries(from, most, withSealed);
  }

  dropped(from: number, most: number): readonly DroppedEntry[] {
    return this.#rows.dropped(from, most);
  }

  entriesOfExchange(exchange: string): readonly StoredEntry[] {
    return this.#rows.entriesOfExchange(exchange);
  }

  /** Entries that match, newest first, at most `most`. */
  find(filter: EntryFilter, most: number): readonly StoredEntry[] {
    return this.#rows.find(filter, most);
  }

  checkpoint(): string | undefined {
    return this.#rows.checkpoint();
  }

  checkpoints(above: number, most: number): readonly StoredCheckpoint[] {
    return this.#rows.checkpoints(above, most);
  }

  /** What stands under one kind and key, or undefined. */
  fact(kind: string, key: string): Uint8Array | undefined {
    return this.#rows.fact(kind, key);
  }

  /** The facts of one kind that stand, by key. */
  facts(kind: string): readonly StandingFact[] {
    return this.#rows.facts(kind);
  }

  committedFacts(): readonly CommittedFact[] {
    return this.#factRows.committed();
  }

  /** A tile of the tree's hashes (C2SP tlog-tiles) as it is stored, or undefined. */
  tile(level: number, tile: number): Uint8Array | undefined {
    return this.#tiles.tile(level, tile);
  }

  /** The root of a complete subtree. @throws {RangeError} where the store does not hold its leaves. */
  hashAt(level: number, index: number): Uint8Array {
    return this.#tiles.hashAt(level, index);
  }

  close(): void {
    this.#db.close();
  }
}
