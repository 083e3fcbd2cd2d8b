/** Reads entries, state and checkpoints from the tables of docs/formats/store.md. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type {
  DroppedEntry,
  EntryFilter,
  StandingFact,
  StoredCheckpoint,
  StoredEntry,
  StoreState,
} from '../../../audit-log/ports.ts';
import { type BatchRow, entriesOfRow, secondOfExchange, type UnpackedEntry } from './entry-batch.ts';

const HASH_BYTES = 32;
const COLUMNS_TO_VERIFY = 'first, heads, hashes, leaves';
const COLUMNS = `${COLUMNS_TO_VERIFY}, sealed`;
/** Batches from the one that holds an index; where none does, from the next. */
const FROM_INDEX =
  'FROM batches WHERE first >= coalesce((SELECT max(first) FROM batches WHERE first <= :from), :from) ORDER BY first';

/** An entry as far as it is hashed. */
export interface HashedEntry extends Omit<StoredEntry, 'sealed'> {
  /** Of an entry that was dropped alone: index of the entry that says so. */
  readonly droppedBy?: number;
  /** Where it was asked for and there is one. */
  readonly sealed?: Uint8Array | undefined;
}

/** The questions that a writer and a reader both ask. */
export class EntryRows {
  readonly #state: StatementSync;
  readonly #entries: StatementSync;
  readonly #sealedEntries: StatementSync;
  readonly #hashedEntries: StatementSync;
  readonly #dropped: StatementSync;
  readonly #ofExchange: StatementSync;
  readonly #candidates: StatementSync;
  readonly #batch: StatementSync;
  readonly #newestCheckpoint: StatementSync;
  readonly #checkpoints: StatementSync;
  readonly #facts: StatementSync;
  readonly #fact: StatementSync;

  constructor(db: DatabaseSync) {
    this.#state = db.prepare('SELECT size, range, seq, newest_at_ms FROM state');
    // Batches of which everything was dropped are passed over without being read.
    this.#entries = db.prepare(
      `SELECT ${COLUMNS} ${FROM_INDEX.replace('ORDER', 'AND length(leaves) > 0 ORDER')}`,
    );
    this.#sealedEntries = db.prepare(`SELECT ${COLUMNS} ${FROM_INDEX}`);
    this.#hashedEntries = db.prepare(`SELECT ${COLUMNS_TO_VERIFY} ${FROM_INDEX}`);
    // A head that begins with a number is of a dropped entry.
    this.#dropped = db.prepare(
      `SELECT first, heads, hashes ${FROM_INDEX.replace('ORDER', "AND heads GLOB '*[[][0-9]*' ORDER")}`,
    );
    this.#ofExchange = db.prepare(
      `SELECT ${COLUMNS} FROM exchanges JOIN batches USING (first)
       WHERE second = :second AND instr(heads, :exchange) > 0 ORDER BY first`,
    );
    this.#candidates = db.prepare(
      `SELECT first, newest_at_ms FROM batches
       WHERE (:before IS NULL OR first < :before) AND (:kind IS NULL OR instr(heads, :kind) > 0)
       ORDER BY first DESC`,
    );
    this.#batch = db.prepare(`SELECT ${COLUMNS} FROM batches WHERE first = ?`);
    this.#newestCheckpoint = db.prepare('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1');
    this.#checkpoints = db.prepare('SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT ?');
    this.#facts = db.prepare('SELECT key, value FROM facts WHERE kind = ? ORDER BY key');
    this.#fact = db.prepare('SELECT value FROM facts WHERE kind = ? AND key = ?');
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
    return page(this.#entries.iterate({ from }), from, most, isKept);
  }

  /**
   * Entries by index, ascending, at most `most`, dropped ones too; without their sealed rows, which are not asked for
   * mostly, a third quicker.
   */
  hashedEntries(from: number, most: number, withSealed = false): readonly HashedEntry[] {
    const batches = (withSealed ? this.#sealedEntries : this.#hashedEntries).iterate({ from });
    return page(batches, from, most, () => true);
  }

  /** What was dropped, by index, ascending, at most `most`. */
  dropped(from: number, most: number): readonly DroppedEntry[] {
    return page(this.#dropped.iterate({ from }), from, most, (entry) => !isKept(entry)).map(
      ({ index, leafHash, droppedBy = 0 }) => ({ index, leafHash, by: droppedBy }),
    );
  }

  entriesOfExchange(exchange: string): readonly StoredEntry[] {
    return this.#ofExchange
      .all({ second: secondOfExchange(exchange), exchange })
      .flatMap((row) => [...entriesOfRow(row)].filter((entry) => entry.exchange === exchange));
  }

  /** Entries that match, newest first, at most `most`; the last one's index as `before` gives the next page. */
  find(filter: EntryFilter, most: number): readonly StoredEntry[] {
    const { before = null, kind, sinceMs = Number.NEGATIVE_INFINITY } = filter;
    const found: StoredEntry[] = [];
    const candidates = { before, kind: kind === undefined ? null : JSON.stringify(kind) };
    for (const { first = 0, newest_at_ms: newest } of this.#candidates.iterate(candidates)) {
      // Times in the log never go back, so nothing before this batch is young enough either.
      if (Number(newest) < sinceMs) break;
      const entries = [...entriesOfRow(this.#batch.get(first) ?? {})].reverse();
      for (const entry of entries) {
        if (found.length < most && matches(entry, filter)) found.push(entry);
      }
      if (found.length === most) break;
    }
    return found;
  }

  checkpoint(): string | undefined {
    const row = this.#newestCheckpoint.get();
    return row === undefined ? undefined : String(row['note']);
  }

  /** What stands under one kind and key, or undefined. */
  fact(kind: string, key: string): Uint8Array | undefined {
    const row = this.#fact.get(kind, key);
    return row === undefined ? undefined : bytes(row['value']);
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

function isKept({ droppedBy }: UnpackedEntry): boolean {
  return droppedBy === undefined;
}

/** Entries from an index on, at most so many, of batches that come in order. */
function page(
  batches: Iterable<BatchRow>,
  from: number,
  most: number,
  wanted: (entry: UnpackedEntry) => boolean,
): UnpackedEntry[] {
  const entries: UnpackedEntry[] = [];
  for (const batch of batches) {
    for (const entry of entriesOfRow(batch)) {
      if (entries.length === most) return entries;
      if (entry.index >= from && wanted(entry)) entries.push(entry);
    }
  }
  return entries;
}

function matches(entry: UnpackedEntry, { kind, consumer, sinceMs, before }: EntryFilter): boolean {
  if (!isKept(entry)) return false;
  if (kind !== undefined && entry.kind !== kind) return false;
  if (sinceMs !== undefined && entry.atMs < sinceMs) return false;
  if (before !== undefined && entry.index >= before) return false;
  return consumer === undefined || consumerOf(entry.leaf) === consumer;
}

function consumerOf(leaf: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(leaf).toString('utf8')).consumer;
  } catch {
    return undefined;
  }
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
