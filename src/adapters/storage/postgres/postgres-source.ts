/** Reads all of a PostgreSQL log, table by table, from one view of it, for a copy in another kind of store (docs/formats/store.md). */

import type { CommittedFact, StoredCheckpoint, StoreState } from '../../../audit-log/ports.ts';
import type { CopySource, StoredCounter, StoredTile } from '../../../audit-log/recovering/copy-log.ts';
import type { HashedEntry } from '../../../audit-log/verifying/verifier.ts';
import { bytes } from './entry-rows.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { openPostgresReader, type PostgresReader } from './postgres-reader.ts';

/** Some facts hold whole policy files. */
const FACTS_AT_ONCE = 50;
const COUNTERS_AT_ONCE = 1000;

/**
 * Opens the log and holds its view until it is closed; the gateways go on meanwhile.
 *
 * @throws {GatewayError} `log-unavailable` where the server does not answer or holds no audit store of this layout.
 */
export async function openPostgresSource(address: string | PostgresAddress): Promise<PostgresSource> {
  const reader = await openPostgresReader(address);
  try {
    await reader.freeze();
    return new PostgresSource(reader);
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** INVARIANT: all that it reads is of one instant; where the connection is lost on the way, the rest fails. */
export class PostgresSource implements CopySource {
  readonly #reader: PostgresReader;

  constructor(frozen: PostgresReader) {
    this.#reader = frozen;
  }

  state(): Promise<StoreState> {
    return this.#reader.state();
  }

  hashedEntries(from: number, most: number, withSealed = false): Promise<readonly HashedEntry[]> {
    return this.#reader.hashedEntries(from, most, withSealed);
  }

  checkpoints(above: number, most: number): Promise<readonly StoredCheckpoint[]> {
    return this.#reader.checkpoints(above, most);
  }

  async tiles(after: StoredTile | undefined, most: number): Promise<readonly StoredTile[]> {
    const rows = await this.#reader.query(
      'SELECT level, tile, hashes FROM hash_tiles WHERE (level, tile) > ($1, $2) ORDER BY level, tile LIMIT $3',
      [after?.level ?? -1, after?.tile ?? -1, most],
    );
    return rows.map(({ level, tile, hashes }) => ({
      level: Number(level),
      tile: Number(tile),
      hashes: bytes(hashes),
    }));
  }

  async *facts(): AsyncGenerator<CommittedFact> {
    let last = { kind: '', key: '' };
    for (;;) {
      const rows = await this.#reader.query(
        'SELECT kind, key, value, salt FROM facts WHERE (kind, key) > ($1, $2) ORDER BY kind, key LIMIT $3',
        [last.kind, last.key, FACTS_AT_ONCE],
      );
      if (rows.length === 0) return;
      for (const { kind, key, value, salt } of rows) {
        last = { kind: String(kind), key: String(key) };
        yield { ...last, value: bytes(value), salt: bytes(salt) };
      }
    }
  }

  async *counters(): AsyncGenerator<StoredCounter> {
    let last: string | null = null;
    for (;;) {
      const rows = await this.#reader.query(
        'SELECT key, count, touched_at_ms FROM counters WHERE $1::text IS NULL OR key > $1 ORDER BY key LIMIT $2',
        [last, COUNTERS_AT_ONCE],
      );
      if (rows.length === 0) return;
      for (const { key, count, touched_at_ms: at } of rows) {
        last = String(key);
        yield { key: last, count: Number(count), touchedAtMs: Number(at) };
      }
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
