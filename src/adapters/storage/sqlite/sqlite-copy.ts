/** Reads all of a SQLite log, table by table, for a copy in another kind of store (docs/formats/store.md). */
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { CommittedFact, StoredCheckpoint, StoreState } from '../../../audit-log/ports.ts';
import type { CopySource, StoredCounter, StoredTile } from '../../../audit-log/recovering/copy-log.ts';
import type { HashedEntry } from './entry-rows.ts';
import { openSqliteReader, type SqliteReader } from './sqlite-reader.ts';
import { takeWriterLock } from './writer-lock.ts';

/**
 * Opens the file and keeps every writer out until it is closed.
 *
 * @throws {GatewayError} `log-unavailable` where a gateway writes to it, or it is no audit store.
 */
export function openSqliteCopy(file: string): SqliteCopy {
  // The reader comes first: it says that there is no such file, where the lock would make one beside it.
  const reader = openSqliteReader(file);
  try {
    const lock = takeWriterLock(file);
    return new SqliteCopy(reader, new DatabaseSync(file, { readOnly: true }), lock);
  } catch (error) {
    reader.close();
    throw error;
  }
}

export class SqliteCopy implements CopySource {
  readonly #reader: SqliteReader;
  readonly #db: DatabaseSync;
  readonly #lock: { release(): void };

  constructor(reader: SqliteReader, db: DatabaseSync, lock: { release(): void }) {
    this.#reader = reader;
    this.#db = db;
    this.#lock = lock;
  }

  state(): StoreState {
    return this.#reader.state();
  }

  hashedEntries(from: number, most: number, withSealed = false): readonly HashedEntry[] {
    return this.#reader.hashedEntries(from, most, withSealed);
  }

  checkpoints(above: number, most: number): readonly StoredCheckpoint[] {
    return this.#reader.checkpoints(above, most);
  }

  tiles(after: StoredTile | undefined, most: number): readonly StoredTile[] {
    const text = `SELECT level, tile, hashes FROM hash_tiles WHERE (level, tile) > (?, ?) ORDER BY level, tile LIMIT ?`;
    const rows = this.#db.prepare(text).all(after?.level ?? -1, after?.tile ?? -1, most);
    return rows.map(({ level, tile, hashes }) => ({
      level: Number(level),
      tile: Number(tile),
      hashes: bytes(hashes),
    }));
  }

  *facts(): Generator<CommittedFact> {
    for (const row of this.#db.prepare('SELECT * FROM facts ORDER BY kind, key').iterate()) {
      const { kind, key, value, salt = new Uint8Array(0) } = row;
      yield { kind: String(kind), key: String(key), value: bytes(value), salt: bytes(salt) };
    }
  }

  *counters(): Generator<StoredCounter> {
    for (const { key, count, touched_at_ms: at } of this.#db.prepare('SELECT * FROM counters').iterate())
      yield { key: String(key), count: Number(count), touchedAtMs: Number(at) };
  }

  close(): void {
    this.#reader.close();
    this.#db.close();
    this.#lock.release();
  }
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('the audit store holds something else where bytes should stand');
}
