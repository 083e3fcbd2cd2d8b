/** Opens the audit log's SQLite file for its writer: durable, of a known layout, and only where its promises hold. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { flush } from './durable-files.ts';
import { networkFileSystem } from './network-file-system.ts';

/** "SGAL" in ASCII, in the file's header (sqlite.org/fileformat2.html section 1.3.7). */
export const APPLICATION_ID = 0x5347414c;

/** Layouts by number: the file of migration n brings layout n - 1 to layout n. */
const MIGRATIONS = ['0001-audit-log.sql', '0002-facts.sql', '0003-fact-salts.sql'];

const FULL = 2;
/** Five rows of an exchange fit a page of 8 KiB, two fit one of 4 KiB; measured a quarter quicker per row. */
export const PAGE_BYTES = 8192;
/** How long a commit waits for a foreign connection that holds the write lock. */
const BUSY_TIMEOUT_MS = 1000;

export interface DatabaseOptions {
  /** Most pages that the file may have; for tests of a full store. */
  readonly mostPages?: number;
  /** Bytes of a page of a new file. */
  readonly pageBytes?: number;
}

/**
 * Opens or creates the file.
 *
 * @throws {GatewayError} `log-unavailable` where the folder is on a network, the file is something else or of a later
 * version, or SQLite does not confirm that commits are durable.
 */
export function openDatabase(file: string, options: DatabaseOptions): DatabaseSync {
  const network = networkFileSystem(dirname(file));
  if (network !== undefined) {
    throw refusal(`the audit store lies on a network file system (${network}); put it on a local disk`);
  }
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    prepareDatabase(db, options);
    // The file's name must be as durable as its bytes before anything counts as stored.
    flush(dirname(file));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepareDatabase(db: DatabaseSync, options: DatabaseOptions): void {
  checkApplication(db);
  db.enableDefensive(true);
  db.exec(`PRAGMA page_size = ${options.pageBytes ?? PAGE_BYTES}; PRAGMA trusted_schema = OFF`);
  // What is erased is overwritten, and not only left out of the tables.
  db.exec('PRAGMA secure_delete = ON');
  assertDurable(db);
  migrate(db);
  if (options.mostPages !== undefined) db.exec(`PRAGMA max_page_count = ${options.mostPages}`);
}

/**
 * INVARIANT: with WAL and synchronous=FULL every COMMIT ends with a flush of the log file, so a commit that returned
 * survives a power cut. NORMAL does not flush at COMMIT. On macOS only F_FULLFSYNC reaches the medium, hence the
 * two further pragmas, which other platforms ignore.
 */
export function assertDurable(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
  const journal = pragma(db, 'journal_mode');
  const synchronous = pragma(db, 'synchronous');
  if (journal === 'wal' && synchronous === FULL) return;
  throw refusal(
    `the audit store is not durable: journal_mode is ${journal}, synchronous is ${synchronous}; it needs wal and ${FULL}`,
  );
}

function checkApplication(db: DatabaseSync): void {
  const application = pragma(db, 'application_id');
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  if (application !== APPLICATION_ID && (application !== 0 || tables !== 0))
    throw refusal('the audit store is a SQLite file of some other program');
  assertPlainTables(db);
}

/**
 * INVARIANT: nothing in the file acts by itself: a trigger could change what the writer stores, and no hash covers the schema.
 *
 * @throws {GatewayError} `log-unavailable` for triggers, views and virtual tables, which no layout has.
 */
export function assertPlainTables(db: DatabaseSync): void {
  const acting = db
    .prepare(
      `SELECT count(*) AS n FROM sqlite_schema
       WHERE type NOT IN ('table', 'index') OR sql LIKE '%VIRTUAL%' OR sql LIKE '%GENERATED%'`,
    )
    .get()?.['n'];
  if (acting === 0) return;
  throw refusal(
    'the audit store holds triggers, views or the like, which this program never makes: somebody changed it; restore a backup',
  );
}

/** Brings the tables to the newest layout; of an empty file all of them. @throws {GatewayError} for a layout of a later version. */
export function migrate(db: DatabaseSync): void {
  const layout = Number(pragma(db, 'user_version'));
  if (layout > MIGRATIONS.length) {
    throw refusal(
      `the audit store has layout ${layout}; this version knows layouts up to ${MIGRATIONS.length}`,
    );
  }
  if (layout === MIGRATIONS.length) return;
  db.exec('BEGIN EXCLUSIVE');
  for (const name of MIGRATIONS.slice(layout)) {
    db.exec(readFileSync(new URL(`./migrations/${name}`, import.meta.url), 'utf8'));
  }
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
