/** Reads entries, state, facts and checkpoints from the tables of docs/formats/store.md (PostgreSQL). */
import { factName, UNCOMMITTED_KINDS } from '../../../audit-log/facts/fact-commitments.ts';
import type {
  CommittedFact,
  DroppedEntry,
  EntryFilter,
  FactName,
  StandingFact,
  StoredCheckpoint,
  StoredEntry,
  StoreState,
} from '../../../audit-log/ports.ts';
import type { HashedEntry } from '../../../audit-log/verifying/verifier.ts';
import type { Row, Session } from './connection.ts';

const HASH_BYTES = 32;
const COLUMNS = 'index, at_ms, kind, exchange, leaf_hash, leaf, sealed';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The questions that a writer and a reader both ask. */
export class EntryRows {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async state(): Promise<StoreState> {
    return stateOf(await this.#one('SELECT size, range, seq, newest_at_ms FROM head'));
  }

  async entries(from: number, most: number): Promise<readonly StoredEntry[]> {
    const text = `SELECT ${COLUMNS} FROM entries WHERE index >= $1 ORDER BY index LIMIT $2`;
    return (await this.#session.query(text, [Math.max(0, from), most])).map(entryOf);
  }

  /** Entries by index, dropped ones too, as they are hashed. */
  async hashedEntries(from: number, most: number, withSealed = false): Promise<readonly HashedEntry[]> {
    const text = `SELECT * FROM (
        (SELECT index, at_ms, kind, exchange, leaf_hash, leaf, ${withSealed ? 'sealed' : 'NULL::bytea AS sealed'}, NULL::bigint AS by
          FROM entries WHERE index >= $1 ORDER BY index LIMIT $2)
        UNION ALL
        (SELECT index, NULL, '', NULL, leaf_hash, '', NULL, by FROM dropped_entries
          WHERE index >= $1 ORDER BY index LIMIT $2)
      ) AS all_entries ORDER BY index LIMIT $2`;
    return (await this.#session.query(text, [Math.max(0, from), most])).map(hashedEntryOf);
  }

  async dropped(from: number, most: number): Promise<readonly DroppedEntry[]> {
    const text = 'SELECT index, leaf_hash, by FROM dropped_entries WHERE index >= $1 ORDER BY index LIMIT $2';
    const rows = await this.#session.query(text, [Math.max(0, from), most]);
    return rows.map(({ index, leaf_hash, by }) => ({
      index: Number(index),
      leafHash: bytes(leaf_hash),
      by: Number(by),
    }));
  }

  async entriesOfExchange(exchange: string): Promise<readonly StoredEntry[]> {
    if (!UUID.test(exchange)) return [];
    const text = `SELECT ${COLUMNS} FROM entries WHERE exchange = $1 ORDER BY index`;
    return (await this.#session.query(text, [exchange])).map(entryOf);
  }

  /** Entries that match, newest first. */
  async find(
    { kind, consumer, sinceMs, before }: EntryFilter,
    most: number,
  ): Promise<readonly StoredEntry[]> {
    const text = `SELECT ${COLUMNS} FROM entries
      WHERE ($1::text IS NULL OR kind = $1) AND ($2::bigint IS NULL OR at_ms >= $2)
        AND ($3::bigint IS NULL OR index < $3)
        AND ($4::text IS NULL OR convert_from(leaf, 'UTF8')::jsonb ->> 'consumer' = $4)
      ORDER BY index DESC LIMIT $5`;
    const since = sinceMs === undefined ? null : Math.ceil(sinceMs);
    const values = [kind ?? null, since, before ?? null, consumer ?? null, most];
    return (await this.#session.query(text, values)).map(entryOf);
  }

  async checkpoint(): Promise<string | undefined> {
    const [row] = await this.#session.query('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1');
    return row === undefined ? undefined : String(row['note']);
  }

  /** Checkpoints of more than `above` entries, smallest first, at most `most`. */
  async checkpoints(above: number, most: number): Promise<readonly StoredCheckpoint[]> {
    const text = 'SELECT size, note FROM checkpoints WHERE size > $1 ORDER BY size LIMIT $2';
    const rows = await this.#session.query(text, [above, most]);
    return rows.map(({ size, note }) => ({ size: Number(size), note: String(note) }));
  }

  /** What stands under one kind and key, or undefined. */
  async fact(kind: string, key: string): Promise<Uint8Array | undefined> {
    const text = 'SELECT value FROM facts WHERE kind = $1 AND key = $2';
    const [row] = await this.#session.query(text, [kind, key]);
    return row === undefined ? undefined : bytes(row['value']);
  }

  async facts(kind: string): Promise<readonly StandingFact[]> {
    const rows = await this.#session.query('SELECT key, value FROM facts WHERE kind = $1 ORDER BY key', [
      kind,
    ]);
    return rows.map(({ key, value }) => ({ kind, key: String(key), value: bytes(value) }));
  }

  /** All that entries commit to. */
  async committedFacts(): Promise<readonly CommittedFact[]> {
    const text = 'SELECT kind, key, value, salt FROM facts WHERE kind <> ALL ($1) ORDER BY kind, key';
    return (await this.#session.query(text, [UNCOMMITTED_KINDS])).map(factOf);
  }

  /** Those of the named facts that stand, by `factName`. */
  async factsNamed(names: readonly FactName[]): Promise<ReadonlyMap<string, CommittedFact>> {
    const text = `SELECT f.kind, f.key, f.value, f.salt FROM facts f
      JOIN unnest($1::text[], $2::text[]) AS n (kind, key) ON f.kind = n.kind AND f.key = n.key`;
    const values = [names.map(({ kind }) => kind), names.map(({ key }) => key)];
    const facts = (await this.#session.query(text, values)).map(factOf);
    return new Map(facts.map((fact) => [factName(fact), fact]));
  }

  /** The counters of these keys; those that count nothing yet are 0. */
  async counts(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map(keys.map((key) => [key, 0]));
    if (keys.length === 0) return counts;
    const rows = await this.#session.query('SELECT key, count FROM counters WHERE key = ANY ($1)', [keys]);
    for (const { key, count } of rows) counts.set(String(key), Number(count));
    return counts;
  }

  async #one(text: string): Promise<Row> {
    const [row] = await this.#session.query(text);
    if (row === undefined) throw new Error('the audit store has lost its head row');
    return row;
  }
}

/** The state from a row with the columns of `head`. */
export function stateOf({ size, range, seq, newest_at_ms }: Row): StoreState {
  return {
    size: Number(size),
    range: split(bytes(range)),
    seq: Number(seq),
    newestAtMs: Number(newest_at_ms),
  };
}

function entryOf({ index, at_ms, kind, exchange, leaf_hash, leaf, sealed }: Row): StoredEntry {
  return {
    index: Number(index),
    leaf: bytes(leaf),
    leafHash: bytes(leaf_hash),
    kind: String(kind),
    exchange: exchange === null ? undefined : String(exchange),
    atMs: Number(at_ms),
    sealed: sealed === null ? undefined : bytes(sealed),
  };
}

function hashedEntryOf({ index, at_ms, kind, exchange, leaf_hash, leaf, sealed, by }: Row): HashedEntry {
  return {
    index: Number(index),
    leaf: bytes(leaf),
    leafHash: bytes(leaf_hash),
    kind: String(kind),
    exchange: exchange === null ? undefined : String(exchange),
    atMs: at_ms === null ? Number.NaN : Number(at_ms),
    ...(by === null ? {} : { droppedBy: Number(by) }),
    ...(sealed === null ? {} : { sealed: bytes(sealed) }),
  };
}

function factOf({ kind, key, value, salt }: Row): CommittedFact {
  return { kind: String(kind), key: String(key), value: bytes(value), salt: bytes(salt) };
}

/** The bytes of a column. @throws {Error} where it holds something else. */
export function bytes(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  throw new Error('the audit store holds something else where bytes should stand');
}

function split(range: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < range.length; at += HASH_BYTES) hashes.push(range.subarray(at, at + HASH_BYTES));
  return hashes;
}
