/** Reads entries, state and checkpoints from the tables of docs/formats/store.md. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { StandingFact, StoredEntry, StoreState } from '../../../audit-log/ports.ts';

const HASH_BYTES = 32;
/** Without the sealed row, and the hash as text: reading bytes costs far more than reading a text. */
const COLUMNS_TO_VERIFY = '"index", at_ms, kind, exchange, lower(hex(leaf_hash)) AS leaf_hash, leaf';
const COLUMNS = '"index", at_ms, kind, exchange, leaf_hash, leaf, sealed';

type Row = Record<string, SQLOutputValue>;

/** What `find` looks for; what is left out matches everything. */
export interface EntryFilter {
  readonly kind?: string;
  /** Organisation id in the leaf. */
  readonly consumer?: string;
  /** Entries not older than this. */
  readonly sinceMs?: number;
  /** Entries below this index: the last index of the page before. */
  readonly before?: number;
}

/** An entry as far as it is hashed. */
export interface HashedEntry extends Omit<StoredEntry, 'leafHash' | 'sealed'> {
  /** In lower-case hexadecimal. */
  readonly leafHashHex: string;
}

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** The questions that a writer and a reader both ask. */
export class EntryRows {
  readonly #state: StatementSync;
  readonly #entries: StatementSync;
  readonly #hashedEntries: StatementSync;
  readonly #ofExchange: StatementSync;
  readonly #find: StatementSync;
  readonly #newestCheckpoint: StatementSync;
  readonly #checkpoints: StatementSync;
  readonly #facts: StatementSync;

  constructor(db: DatabaseSync) {
    this.#state = db.prepare('SELECT size, range, seq, newest_at_ms FROM state');
    this.#entries = db.prepare(`SELECT ${COLUMNS} FROM entries WHERE "index" >= ? ORDER BY "index" LIMIT ?`);
    this.#hashedEntries = db.prepare(
      `SELECT ${COLUMNS_TO_VERIFY} FROM entries WHERE "index" >= ? ORDER BY "index" LIMIT ?`,
    );
    this.#ofExchange = db.prepare(`SELECT ${COLUMNS} FROM entries WHERE exchange = ? ORDER BY "index"`);
    this.#find = db.prepare(
      `SELECT ${COLUMNS} FROM entries
       WHERE (:before IS NULL OR "index" < :before) AND (:kind IS NULL OR kind = :kind)
         AND (:since IS NULL OR at_ms >= :since)
         AND (:consumer IS NULL OR CAST(leaf AS TEXT) ->> '$.consumer' = :consumer)
       ORDER BY "index" DESC LIMIT :most`,
    );
    this.#newestCheckpoint = db.prepare('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1');
    this.#checkpoints = db.prepare('SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT ?');
    this.#facts = db.prepare('SELECT key, value FROM facts WHERE kind = ? ORDER BY key');
  }

  state(): StoreState {
    const row = this.#state.get();
    if (row === undefined) throw new Error('the audit store has lost its state row');
    return {
      size: Number(row['size']),
      range: split(bytes(row['range'])),
      seq: Number(row['seq']),
      newestAtMs: Number(row['newest_at_ms']),
    };
  }

  entries(from: number, most: number): readonly StoredEntry[] {
    return this.#entries.all(from, most).map(toEntry);
  }

  /** Entries by index, ascending, at most `most`, without their sealed rows: a third quicker. */
  hashedEntries(from: number, most: number): readonly HashedEntry[] {
    return this.#hashedEntries.all(from, most).map(toHashedEntry);
  }

  entriesOfExchange(exchange: string): readonly StoredEntry[] {
    return this.#ofExchange.all(exchange).map(toEntry);
  }

  /** Entries that match, newest first, at most `most`; the last one's index as `before` gives the next page. */
  find(filter: EntryFilter, most: number): readonly StoredEntry[] {
    return this.#find
      .all({
        before: filter.before ?? null,
        kind: filter.kind ?? null,
        since: filter.sinceMs ?? null,
        consumer: filter.consumer ?? null,
        most,
      })
      .map(toEntry);
  }

  checkpoint(): string | undefined {
    const row = this.#newestCheckpoint.get();
    return row === undefined ? undefined : String(row['note']);
  }

  facts(kind: string): readonly StandingFact[] {
    return this.#facts
      .all(kind)
      .map((row) => ({ kind, key: String(row['key']), value: bytes(row['value']) }));
  }

  /** Checkpoints of more than `above` entries, smallest first, at most `most`. */
  checkpoints(above: number, most: number): readonly StoredCheckpoint[] {
    return this.#checkpoints
      .all(above, most)
      .map((row) => ({ size: Number(row['size']), note: String(row['note']) }));
  }
}

function toEntry(row: Row): StoredEntry {
  const exchange = row['exchange'];
  const sealed = row['sealed'];
  return {
    index: Number(row['index']),
    leaf: bytes(row['leaf']),
    leafHash: bytes(row['leaf_hash']),
    kind: String(row['kind']),
    exchange: typeof exchange === 'string' ? exchange : undefined,
    atMs: Number(row['at_ms']),
    sealed: sealed instanceof Uint8Array ? sealed : undefined,
  };
}

function toHashedEntry(row: Row): HashedEntry {
  const exchange = row['exchange'];
  return {
    index: Number(row['index']),
    leaf: bytes(row['leaf']),
    leafHashHex: String(row['leaf_hash']),
    kind: String(row['kind']),
    exchange: typeof exchange === 'string' ? exchange : undefined,
    atMs: Number(row['at_ms']),
  };
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('the audit store holds something else where bytes should stand');
}

function split(range: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < range.length; at += HASH_BYTES) hashes.push(range.subarray(at, at + HASH_BYTES));
  return hashes;
}
