/** The audit log's store in PostgreSQL (docs/formats/store.md), for several gateways that write to one log. */
import pg from 'pg';
import {
  type AuditStore,
  type BuildCommit,
  CleanRollback,
  type CommittedFact,
  type CounterKeys,
  type FactName,
  type OwnRun,
  type SharedStore,
  type StandingFact,
  type StoredCheckpoint,
  type StoredEntry,
  type StoreState,
} from '../../../audit-log/ports.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { CommitWriter } from './commit-writer.ts';
import { type BoundSession, Connection, type Row } from './connection.ts';
import { EntryRows, stateOf } from './entry-rows.ts';
import { HashTileReader } from './hash-tiles.ts';
import { assertLayout, layoutOf, makeMonths, migrateLayout } from './migrate-layout.ts';
import { type PostgresAddress, readPostgresAddress } from './postgres-address.ts';
import { beforeCommit, isTakenOver, whyOf } from './postgres-error.ts';

/** The server gives a statement up before the log gives its commit up: a commit that waits too long is no doubt then. */
const STATEMENT_MS = 6000;
const MONTHS_EVERY_MS = 24 * 60 * 60 * 1000;

export interface PostgresStoreOptions {
  /** Stable name of this gateway, and the UUID of this run. */
  readonly instance: string;
  readonly epoch: string;
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
}

/**
 * Opens the store. A database that holds none yet gets one where the role may make it; otherwise its owner prepares it.
 *
 * @throws {GatewayError} `log-unavailable` where the server does not answer, does not promise durable commits, or holds a
 * store of another layout.
 */
export async function openPostgresStore(
  address: string | PostgresAddress,
  options: PostgresStoreOptions,
): Promise<PostgresStore> {
  const place = typeof address === 'string' ? readPostgresAddress(address) : address;
  const commits = new Connection(place, STATEMENT_MS);
  const others = new Connection(place, STATEMENT_MS);
  try {
    if ((await layoutOf(others)) === 0) await migrateLayout(await others.session(), undefined);
    await assertLayout(others);
    const store = new PostgresStore(commits, others, options);
    await store.checkWhole();
    await makeMonths(others, (options.now ?? Date.now)());
    return store;
  } catch (error) {
    await Promise.all([commits.close(), others.close()]);
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(
      'log-unavailable',
      `the audit store ${place.shown} cannot be opened: ${whyOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** Commits run on a connection of their own, one after the other; everything else on a second one. */
export class PostgresStore implements AuditStore {
  readonly #commits: Connection;
  readonly #others: Connection;
  readonly #options: PostgresStoreOptions;
  readonly #rows: EntryRows;
  readonly #found: EntryRows;
  readonly #writer: CommitWriter;
  readonly #tileReader: HashTileReader;
  readonly #upkeep: NodeJS.Timeout;
  #fence: number | undefined;
  /** Of the commit that runs. */
  #session: BoundSession | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(commits: Connection, others: Connection, options: PostgresStoreOptions) {
    this.#commits = commits;
    this.#others = others;
    this.#options = options;
    this.#rows = new EntryRows(others);
    const bound = { query: (text: string, values?: readonly unknown[]) => this.#query(text, values) };
    this.#found = new EntryRows(bound);
    this.#writer = new CommitWriter(bound, options.instance);
    this.#tileReader = new HashTileReader(others);
    const now = options.now ?? Date.now;
    this.#upkeep = setInterval(() => void makeMonths(others, now()).catch(() => undefined), MONTHS_EVERY_MS);
    this.#upkeep.unref();
  }

  readonly shared: SharedStore = {
    ownRun: () => this.#ownRun(),
    takeOver: () => this.#takeOver(),
  };

  /** @inheritdoc */
  commit(counterKeys: CounterKeys, build: BuildCommit, facts: readonly FactName[] = []): Promise<void> {
    return this.#inTurn(() =>
      this.#transaction(async (state) => {
        const keys = typeof counterKeys === 'function' ? counterKeys(state) : counterKeys;
        const counts = await this.#found.counts(keys);
        const standing = facts.length > 0 ? await this.#found.factsNamed(facts) : undefined;
        await this.#writer.write(state, build(state, counts, standing));
      }),
    );
  }

  state(): Promise<StoreState> {
    return this.#rows.state();
  }

  entries(from: number, most: number): Promise<readonly StoredEntry[]> {
    return this.#rows.entries(from, most);
  }

  entriesOfExchange(exchange: string): Promise<readonly StoredEntry[]> {
    return this.#rows.entriesOfExchange(exchange);
  }

  facts(kind: string): Promise<readonly StandingFact[]> {
    return this.#rows.facts(kind);
  }

  committedFacts(): Promise<readonly CommittedFact[]> {
    return this.#rows.committedFacts();
  }

  checkpoint(): Promise<string | undefined> {
    return this.#rows.checkpoint();
  }

  checkpoints(above: number, most: number): Promise<readonly StoredCheckpoint[]> {
    return this.#rows.checkpoints(above, most);
  }

  /** Keeps a signed checkpoint; the same size again replaces it. Durable when it resolves. */
  async putCheckpoint(size: number, note: string): Promise<void> {
    try {
      await this.#others.query('SELECT keep_checkpoint($1, $2)', [size, note]);
    } catch (error) {
      // The same checkpoint may be kept twice without harm, so that no error here is a doubt about the tree.
      throw new CleanRollback('the checkpoint could not be kept in the audit store', { cause: error });
    }
  }

  /** The root of a complete subtree, for proofs. @throws {RangeError} where the store does not hold its leaves. */
  hashAt(level: number, index: number): Promise<Uint8Array> {
    return this.#tileReader.hashAt(level, index);
  }

  /** @throws {GatewayError} `log-unavailable` where entries are missing at the end. */
  async checkWhole(): Promise<void> {
    const [row] = await this.#others.query(
      `SELECT (SELECT size FROM head) AS size, greatest(coalesce((SELECT max(index) + 1 FROM entries), 0),
                coalesce((SELECT max(index) + 1 FROM dropped_entries), 0)) AS held`,
    );
    if (row?.['size'] === row?.['held']) return;
    throw new GatewayError(
      'log-unavailable',
      `the audit store is not whole: it should hold ${row?.['size']} entries and holds ${row?.['held']}`,
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#upkeep);
    await this.#turn.catch(() => undefined);
    await Promise.all([this.#commits.close(), this.#others.close()]);
  }

  async #ownRun(): Promise<OwnRun> {
    const { instance } = this.#options;
    const [row] = await this.#others.query('SELECT ends FROM instances WHERE name = $1', [instance]);
    return { instance, known: row !== undefined, ends: Number(row?.['ends'] ?? 0) };
  }

  async #takeOver(): Promise<void> {
    const { instance, epoch } = this.#options;
    const [row] = await this.#others.query('SELECT begin_run($1, $2) AS fence', [instance, epoch]);
    this.#fence = Number(row?.['fence']);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /**
   * INVARIANT: CleanRollback is thrown only for what happened before COMMIT was sent: the server never commits by itself.
   * Whatever happens at COMMIT is doubt, and so is a COMMIT that came back with a warning or as something else.
   */
  async #transaction(work: (found: StoreState) => Promise<void>): Promise<void> {
    const session = await this.#begin();
    try {
      await work(await this.#takeHead(session));
    } catch (error) {
      this.#writer.forget();
      await session.run('ROLLBACK').catch(() => undefined);
      throw beforeCommit(error);
    }
    session.takeWarning();
    const { command } = await session.run('COMMIT');
    const warning = session.takeWarning();
    if (command !== 'COMMIT' || warning !== undefined)
      throw new Error(`the audit store answered COMMIT with ${warning ?? command}`);
  }

  async #begin(): Promise<BoundSession> {
    try {
      this.#session = await this.#commits.session();
      return this.#session;
    } catch (error) {
      throw beforeCommit(error);
    }
  }

  #query(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    if (this.#session === undefined) throw new Error('a commit has not begun');
    return this.#session.query(text, values);
  }

  /**
   * Begins the transaction, and waits for the commit before it.
   *
   * INVARIANT: a run that another one took over from commits nothing more, however long it was paused.
   */
  async #takeHead(session: BoundSession): Promise<StoreState> {
    if (this.#fence === undefined) await this.#takeOver();
    const head = `SELECT * FROM take_head(${pg.escapeLiteral(this.#options.instance)}, ${this.#fence})`;
    const [row = {}] = await session.together(['BEGIN', head]).catch((error: unknown) => {
      throw isTakenOver(error) ? new Error(TAKEN_OVER, { cause: error }) : error;
    });
    // A pooler between may have given another session than the one that was prepared.
    if (row['durability'] !== 'on') throw new Error('the audit store does not commit durably any more');
    return stateOf(row);
  }
}

const TAKEN_OVER =
  'another gateway was started under the name of this instance and took over; give each gateway an INSTANCE_NAME of its own';
