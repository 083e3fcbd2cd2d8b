/** Reads an audit store in PostgreSQL without changing it, beside the gateways that write to it. */
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
import type { HashedEntry } from '../../../audit-log/verifying/verifier.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { Connection, type Row, type Session } from './connection.ts';
import { EntryRows } from './entry-rows.ts';
import { HashTileReader } from './hash-tiles.ts';
import { assertLayout } from './migrate-layout.ts';
import { type PostgresAddress, readPostgresAddress } from './postgres-address.ts';
import { isLost } from './postgres-error.ts';

const STATEMENT_MS = 60_000;

/**
 * @param statementMs how long one question may take; a connection that hangs is given up a little later.
 * @throws {GatewayError} `log-unavailable` where the server does not answer or holds no audit store of this layout.
 */
export async function openPostgresReader(
  address: string | PostgresAddress,
  statementMs = STATEMENT_MS,
): Promise<PostgresReader> {
  const place = typeof address === 'string' ? readPostgresAddress(address) : address;
  const connection = new Connection(place, statementMs);
  try {
    await assertLayout(connection);
    return new PostgresReader(connection);
  } catch (error) {
    await connection.close();
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('log-unavailable', `the audit store ${place.shown} cannot be read`, {
      cause: error,
    });
  }
}

/** Each call sees a whole commit or nothing of it. */
export class PostgresReader implements LogReader, EntryFinder, Session {
  readonly #connection: Connection;
  readonly #rows: EntryRows;
  readonly #tiles: HashTileReader;
  /** The connection of the view that is held. */
  #held: Session | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#rows = new EntryRows(this);
    this.#tiles = new HashTileReader(this);
  }

  /** Asks; once more where the connection was lost meanwhile, unless a view is held that went with it. */
  async query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    try {
      return await (this.#held ?? this.#connection).query(text, values);
    } catch (error) {
      if (this.#held !== undefined || !isLost(error)) throw unreadable(error);
      return this.#connection.query(text, values).catch((again: unknown) => {
        throw unreadable(again);
      });
    }
  }

  /** Holds one view of the store for all calls until `close`, so that a long check is not overtaken by a writer. */
  async freeze(): Promise<void> {
    this.#held = await this.#connection.session().catch((error: unknown) => {
      throw unreadable(error);
    });
    await this.query('SET idle_in_transaction_session_timeout = 0');
    await this.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await this.state();
  }

  state(): Promise<StoreState> {
    return this.#rows.state();
  }

  entries(from: number, most: number): Promise<readonly StoredEntry[]> {
    return this.#rows.entries(from, most);
  }

  /** Entries for `verify`, dropped ones too; with their sealed rows only where those are asked for. */
  hashedEntries(from: number, most: number, withSealed = false): Promise<readonly HashedEntry[]> {
    return this.#rows.hashedEntries(from, most, withSealed);
  }

  dropped(from: number, most: number): Promise<readonly DroppedEntry[]> {
    return this.#rows.dropped(from, most);
  }

  entriesOfExchange(exchange: string): Promise<readonly StoredEntry[]> {
    return this.#rows.entriesOfExchange(exchange);
  }

  /** Entries that match, newest first, at most `most`. */
  find(filter: EntryFilter, most: number): Promise<readonly StoredEntry[]> {
    return this.#rows.find(filter, most);
  }

  checkpoint(): Promise<string | undefined> {
    return this.#rows.checkpoint();
  }

  checkpoints(above: number, most: number): Promise<readonly StoredCheckpoint[]> {
    return this.#rows.checkpoints(above, most);
  }

  facts(kind: string): Promise<readonly StandingFact[]> {
    return this.#rows.facts(kind);
  }

  committedFacts(): Promise<readonly CommittedFact[]> {
    return this.#rows.committedFacts();
  }

  fact(kind: string, key: string): Promise<Uint8Array | undefined> {
    return this.#rows.fact(kind, key);
  }

  tile(level: number, tile: number): Promise<Uint8Array | undefined> {
    return this.#tiles.tile(level, tile);
  }

  hashAt(level: number, index: number): Promise<Uint8Array> {
    return this.#tiles.hashAt(level, index);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

function unreadable(error: unknown): unknown {
  if (error instanceof GatewayError || error instanceof RangeError) return error;
  return new GatewayError('log-unavailable', 'the audit store cannot be read just now', { cause: error });
}
