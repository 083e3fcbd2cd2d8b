/** One connection to PostgreSQL that is opened again after it was lost, and that never works with less durability than it asked for. */
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { GatewayError } from '../../../domain/gateway-error.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { isLost } from './postgres-error.ts';

/** What runs a statement. */
export interface Session {
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export type Row = Readonly<Record<string, unknown>>;

const CONNECT_MS = 4000;
const LOCK_MS = 4000;
/** A server that says nothing for so long after it should have ended a statement is gone. */
const SILENCE_MS = 1500;
const FAREWELL_MS = 2000;
/** A writer that was paused in the middle of a commit must not hold everybody else up: the server then ends its transaction. */
const IDLE_IN_COMMIT_MS = 3000;

/** Statements on one connection and no other: where it is lost, all that follow fail. */
export interface BoundSession extends Session {
  run(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  /** Several statements without values, in one turn; the rows of the last of them. */
  together(statements: readonly string[]): Promise<readonly Row[]>;
  /** A warning that the server gave since the last call. */
  takeWarning(): string | undefined;
}

export class Connection implements Session {
  readonly #address: PostgresAddress;
  readonly #statementMs: number;
  #session: Promise<OpenSession> | undefined;
  #closed = false;

  /** @param statementMs milliseconds after which the server ends a statement. */
  constructor(address: PostgresAddress, statementMs: number) {
    this.#address = address;
    this.#statementMs = statementMs;
  }

  /** Asks on the connection that there is; opens it again where it was lost before. */
  async query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.session()).query(text, values);
  }

  /**
   * The connection that there is now, for statements that belong together.
   *
   * INVARIANT: what belongs to one transaction never goes on on another connection.
   */
  async session(): Promise<BoundSession> {
    if (this.#closed) throw new Error('the connection is closed');
    const before = this.#session;
    if ((await before?.catch(() => undefined))?.isLost === false && before !== undefined) return before;
    // Whoever else waited for the lost one may have opened the next one meanwhile.
    if (this.#session === before) this.#session = OpenSession.open(this.#address, this.#statementMs);
    return this.#session ?? this.session();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ended = this.#session?.then((session) => session.end()).catch(() => undefined);
    // A server that hangs does not say farewell.
    await Promise.race([ended, setTimeout(FAREWELL_MS, undefined, { ref: false })]);
  }
}

class OpenSession implements BoundSession {
  readonly #client: pg.Client;
  #lost = false;
  #last: Promise<unknown> = Promise.resolve();
  #warning: string | undefined;

  constructor(client: pg.Client) {
    this.#client = client;
    // Without a listener a connection that is lost between two calls would end the process.
    client.on('error', () => this.#lose());
    client.on('end', () => this.#lose());
    client.on('notice', ({ severity, message = '' }) => {
      if (severity === 'WARNING') this.#warning = message;
    });
  }

  static async open(address: PostgresAddress, statementMs: number): Promise<OpenSession> {
    const client = new pg.Client({
      connectionString: address.connectionString,
      application_name: 'sharing-gateway',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: statementMs + SILENCE_MS,
    });
    const session = new OpenSession(client);
    try {
      await client.connect();
      await prepare(session, statementMs);
      return session;
    } catch (error) {
      session.end().catch(() => undefined);
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** One statement after the other: a connection answers in this order anyway. */
  run(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> {
    const answer = this.#last.then(() => this.#run(text, values));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #run(text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(text, [...values]);
    } catch (error) {
      if (isLost(error)) this.end().catch(() => undefined);
      throw error;
    }
  }

  async query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.run(text, values)).rows;
  }

  async together(statements: readonly string[]): Promise<readonly Row[]> {
    const answers: unknown = await this.run(statements.join('; '));
    const last: unknown = Array.isArray(answers) ? answers.at(-1) : answers;
    return last instanceof pg.Result ? last.rows : [];
  }

  takeWarning(): string | undefined {
    const warning = this.#warning;
    this.#warning = undefined;
    return warning;
  }

  /** Whatever was open on it is rolled back by the server. */
  async end(): Promise<void> {
    this.#lose();
    await this.#last;
    await this.#client.end();
  }

  #lose(): void {
    this.#lost = true;
  }
}

async function prepare(session: OpenSession, statementMs: number): Promise<void> {
  await session.query(
    `SET synchronous_commit = on; SET statement_timeout = ${statementMs}; SET lock_timeout = ${LOCK_MS};
     SET idle_in_transaction_session_timeout = ${IDLE_IN_COMMIT_MS}; SET default_transaction_isolation = 'read committed';
     SET search_path = audit_log, pg_temp; SET timezone = 'UTC'; SET bytea_output = 'hex'`,
  );
  const [row = {}] = await session.query(
    `SELECT current_setting('synchronous_commit') AS commit, current_setting('fsync') AS fsync, pg_is_in_recovery() AS copy`,
  );
  assertDurable(row);
}

/**
 * INVARIANT: a COMMIT that returned survives a power cut of the server (and, where it has synchronous standbys, of one of
 * them): `on` waits for the flush; `remote_write`, `local` and `off` wait for less than the server was told to give.
 */
export function assertDurable({ commit, fsync, copy }: Row): void {
  if (copy === true) throw refusal('is a standby, which only reads; name the primary');
  if (commit !== 'on' || fsync !== 'on')
    throw refusal(`is not durable: synchronous_commit is ${commit}, fsync is ${fsync}; both must be on`);
}

function refusal(why: string): GatewayError {
  return new GatewayError('log-unavailable', `the PostgreSQL of the audit store ${why}`);
}
