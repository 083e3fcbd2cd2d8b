/** Takes in all of a log from another kind of store, as the role that owns the tables (docs/formats/store.md). */

import type { CommittedFact, StoredCheckpoint, StoreState } from '../../../audit-log/ports.ts';
import type {
  CopyTarget,
  NewestRun,
  StoredCounter,
  StoredTile,
} from '../../../audit-log/recovering/copy-log.ts';
import type { HashedEntry } from '../../../audit-log/verifying/verifier.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { type BoundSession, Connection } from './connection.ts';
import { EntryRows } from './entry-rows.ts';
import { migrateLayout } from './migrate-layout.ts';
import { type PostgresAddress, readPostgresAddress } from './postgres-address.ts';
import { whyOf } from './postgres-error.ts';

/** Making an index over a large log takes its time. */
const STATEMENT_MS = 10 * 60_000;

/**
 * Opens the database of a copy, and makes the layout where there is none.
 *
 * @param role a gateway's role that may use the log afterwards.
 * @throws {GatewayError} `log-unavailable`.
 */
export async function openPostgresCopy(
  address: string | PostgresAddress,
  role?: string,
): Promise<PostgresCopy> {
  const place = typeof address === 'string' ? readPostgresAddress(address) : address;
  const connection = new Connection(place, STATEMENT_MS);
  try {
    const session = await connection.session();
    await migrateLayout(session, role);
    return new PostgresCopy(connection, session);
  } catch (error) {
    await connection.close();
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(
      'log-unavailable',
      `the PostgreSQL ${place.shown} cannot take a log: ${whyOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** One transaction from `begin` to `finish`. */
export class PostgresCopy implements CopyTarget {
  readonly #connection: Connection;
  readonly #session: BoundSession;
  readonly #rows: EntryRows;

  constructor(connection: Connection, session: BoundSession) {
    this.#connection = connection;
    this.#session = session;
    this.#rows = new EntryRows(session);
  }

  async begin(): Promise<void> {
    await this.#session.run('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
    await this.#session.run('SELECT size FROM head FOR UPDATE');
    const [row] = await this.#session.query(
      `SELECT (SELECT size FROM head) = 0 AND NOT EXISTS (SELECT FROM entries) AND NOT EXISTS (SELECT FROM facts)
        AND NOT EXISTS (SELECT FROM instances) AND NOT EXISTS (SELECT FROM checkpoints) AS empty`,
    );
    if (row?.['empty'] === true) return;
    await this.abandon();
    throw new GatewayError('log-unavailable', 'the database holds a log already; name an empty one');
  }

  async entries(all: readonly HashedEntry[]): Promise<void> {
    const page = all.filter(({ droppedBy }) => droppedBy === undefined);
    const months = new Set(page.map(({ atMs }) => monthOf(atMs)));
    for (const month of months) await this.#session.query('SELECT ensure_month($1)', [month]);
    await this.#session.query(
      `INSERT INTO entries (index, at_ms, kind, exchange, leaf_hash, leaf, sealed)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::uuid[], $5::bytea[], $6::bytea[], $7::bytea[])`,
      [
        page.map(({ index }) => index),
        page.map(({ atMs }) => atMs),
        page.map(({ kind }) => kind),
        page.map(({ exchange }) => exchange ?? null),
        page.map(({ leafHash }) => Buffer.from(leafHash)),
        page.map(({ leaf }) => Buffer.from(leaf)),
        page.map(({ sealed }) => (sealed === undefined ? null : Buffer.from(sealed))),
      ],
    );
    await this.#dropped(all.filter(({ droppedBy }) => droppedBy !== undefined));
  }

  async #dropped(page: readonly HashedEntry[]): Promise<void> {
    await this.#session.query(
      'INSERT INTO dropped_entries (index, leaf_hash, by) SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[])',
      [
        page.map(({ index }) => index),
        page.map(({ leafHash }) => Buffer.from(leafHash)),
        page.map(({ droppedBy }) => droppedBy),
      ],
    );
  }

  async checkpoints(page: readonly StoredCheckpoint[]): Promise<void> {
    await this.#session.query(
      'INSERT INTO checkpoints (size, note) SELECT * FROM unnest($1::bigint[], $2::text[])',
      [page.map(({ size }) => size), page.map(({ note }) => note)],
    );
  }

  async tiles(page: readonly StoredTile[]): Promise<void> {
    await this.#session.query(
      'INSERT INTO hash_tiles (level, tile, hashes) SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[])',
      [
        page.map(({ level }) => level),
        page.map(({ tile }) => tile),
        page.map(({ hashes }) => Buffer.from(hashes)),
      ],
    );
  }

  async facts(page: readonly CommittedFact[]): Promise<void> {
    for (const { kind, key, value, salt } of page)
      await this.#session.query('SELECT change_fact($1, $2, $3, $4)', [
        ...[kind, key],
        ...[Buffer.from(value), Buffer.from(salt)],
      ]);
  }

  async counters(page: readonly StoredCounter[]): Promise<void> {
    await this.#session.query(
      `INSERT INTO counters (key, count, touched_at_ms) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])`,
      [
        page.map(({ key }) => key),
        page.map(({ count }) => count),
        page.map(({ touchedAtMs }) => touchedAtMs),
      ],
    );
  }

  async state({ size, range, seq, newestAtMs }: StoreState, runs: readonly NewestRun[]): Promise<void> {
    await this.#session.query('UPDATE head SET size = $1, range = $2, seq = $3, newest_at_ms = $4', [
      ...[size, Buffer.concat(range), seq, newestAtMs],
    ]);
    for (const { instance, epoch, ends } of runs)
      await this.#session.query('INSERT INTO instances (name, fence, epoch, ends) VALUES ($1, 0, $2, $3)', [
        ...[instance, epoch, ends],
      ]);
    await this.#nameMarks(runs.map(({ instance }) => instance));
  }

  /** The mark of one writer alone is from here on that of its instance; marks of runs before that writer count no more. */
  async #nameMarks(instances: readonly string[]): Promise<void> {
    const values = [instances, instances.at(-1) ?? ''];
    await this.#session.query(
      `DELETE FROM facts WHERE kind = 'open exchanges' AND key <> 'newest' AND (key <> ALL ($1)
        OR key = $2 AND EXISTS (SELECT FROM facts WHERE kind = 'open exchanges' AND key = 'newest'))`,
      values,
    );
    if (instances.length === 0) return;
    await this.#session.query(
      `UPDATE facts SET key = $1 WHERE kind = 'open exchanges' AND key = 'newest'`,
      values.slice(1),
    );
  }

  hashedEntries(from: number, most: number): Promise<readonly HashedEntry[]> {
    return this.#rows.hashedEntries(from, most);
  }

  async finish(): Promise<void> {
    const { command } = await this.#session.run('COMMIT');
    if (command !== 'COMMIT') throw new Error(`the database answered COMMIT with ${command}`);
    await this.#session.run('ANALYZE');
    await this.#connection.close();
  }

  async abandon(): Promise<void> {
    await this.#session.run('ROLLBACK').catch(() => undefined);
    await this.#connection.close();
  }
}

function monthOf(atMs: number): number {
  const at = new Date(atMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
}
