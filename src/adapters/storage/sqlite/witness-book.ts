/** What a witness remembers, in a SQLite file of its own: the newest checkpoint of each log, and evidence of forks. */
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CosignedHead, WitnessBook } from '../../../audit-log/witnessing/witness-verdict.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import type { Checkpoint } from '../../../merkle/checkpoint.ts';
import { flush } from './durable-files.ts';
import { networkFileSystem } from './network-file-system.ts';
import { assertDurable } from './open-database.ts';

/** "SGWT" in ASCII, in the file's header. */
const APPLICATION_ID = 0x53475754;
const LAYOUT = 1;
const BUSY_TIMEOUT_MS = 5000;
/** A log that forks once is found out; what it signs after that need not be kept without end. */
const MOST_EVIDENCE = 100;

const TABLES = `
  CREATE TABLE heads (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
  CREATE TABLE evidence (
    origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (origin, size, root)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${LAYOUT};
`;

export interface Evidence {
  readonly origin: string;
  /** The checkpoint that contradicts what was cosigned, signed by the log. */
  readonly note: string;
}

export interface WitnessFile extends WitnessBook {
  /** Newest last. */
  evidence(): readonly Evidence[];
  heads(): readonly { readonly origin: string; readonly note: string }[];
  close(): void;
}

/**
 * Opens or creates the file. Several processes may open one: each change is a transaction that checks what it changes.
 *
 * @throws {GatewayError} `log-unavailable` where the folder is on a network or the file is something else.
 */
export function openWitnessBook(file: string): WitnessFile {
  const network = networkFileSystem(dirname(file));
  if (network !== undefined)
    throw refusal(
      `the file of the witness lies on a network file system (${network}); put it on a local disk`,
    );
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    prepare(db);
    flush(dirname(file));
    return new SqliteWitnessBook(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepare(db: DatabaseSync): void {
  db.enableDefensive(true);
  assertDurable(db);
  db.exec('BEGIN EXCLUSIVE');
  const application = numberOf(db, 'PRAGMA application_id');
  const tables = numberOf(db, 'SELECT count(*) FROM sqlite_schema');
  if (application === 0 && tables === 0) db.exec(TABLES);
  else if (application !== APPLICATION_ID || numberOf(db, 'PRAGMA user_version') !== LAYOUT)
    throw refusal('the file of the witness is a SQLite file of some other program or version');
  db.exec('COMMIT');
}

class SqliteWitnessBook implements WitnessFile {
  readonly #db: DatabaseSync;
  readonly #head: StatementSync;
  readonly #first: StatementSync;
  readonly #next: StatementSync;
  readonly #keep: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#head = db.prepare('SELECT size, root, note FROM heads WHERE origin = ?');
    this.#first = db.prepare('INSERT OR IGNORE INTO heads (origin, size, root, note) VALUES (?, ?, ?, ?)');
    this.#next = db.prepare('UPDATE heads SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ?');
    this.#keep = db.prepare(`INSERT OR IGNORE INTO evidence (origin, size, root, note)
      SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM evidence WHERE origin = ?1) < ${MOST_EVIDENCE}`);
  }

  head(origin: string): CosignedHead | undefined {
    const row = this.#head.get(origin);
    if (row === undefined) return undefined;
    const { size, root, note } = row;
    if (typeof size !== 'number' || !(root instanceof Uint8Array) || typeof note !== 'string')
      throw refusal('the file of the witness holds something else than checkpoints');
    return { size, root, note };
  }

  /** One statement is one transaction: INVARIANT: it changes a row only where the row is as it was judged. */
  replace(origin: string, before: number, { size, root, note }: CosignedHead): boolean {
    if (this.#next.run(size, root, note, origin, before).changes === 1) return true;
    return before === 0 && this.#first.run(origin, size, root, note).changes === 1;
  }

  keepEvidence(origin: string, { size, root }: Checkpoint, note: string): void {
    this.#keep.run(origin, size, root, note);
  }

  evidence(): readonly Evidence[] {
    return this.#notes('SELECT origin, note FROM evidence ORDER BY rowid');
  }

  heads(): readonly Evidence[] {
    return this.#notes('SELECT origin, note FROM heads ORDER BY origin');
  }

  #notes(sql: string): readonly Evidence[] {
    const rows = this.#db.prepare(sql).all();
    return rows.map(({ origin, note }) => ({ origin: String(origin), note: String(note) }));
  }

  close(): void {
    this.#db.close();
  }
}

function numberOf(db: DatabaseSync, sql: string): unknown {
  return Object.values(db.prepare(sql).get() ?? {})[0];
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
