/** Opens a log's store for reading, whichever kind it is: for the gateway's questions, and for commands beside it. */
import { readFileSync } from 'node:fs';
import {
  isPostgresAddress,
  type PostgresAddress,
  readPostgresAddress,
} from '../../adapters/storage/postgres/postgres-address.ts';
import { openSqliteReader } from '../../adapters/storage/sqlite/sqlite-reader.ts';
import type { EntryFinder, LogReader } from '../../audit-log/ports.ts';
import type { LogSource } from '../../audit-log/verifying/verifier.ts';
import { type Config, ConfigError, type Environment } from '../../config.ts';

/** What stands (stops, lists of people) is asked for again and again: a connection that hangs must not keep it from being seen. */
export const STANDING_WITHIN_MS = 3000;

/** Reads whatever the store holds. */
export interface LogAtRest extends LogReader, EntryFinder, Pick<LogSource, 'hashedEntries'> {
  /** Holds one view of the store for all calls until `close`, so that a long reading is not overtaken by a writer. */
  freeze(): void | Promise<void>;
}

/**
 * @param store the file of the store, or a copy of it, or the address of a PostgreSQL.
 * @throws {GatewayError} `log-unavailable` where it cannot be read.
 */
export async function openLogAtRest(
  store: string,
  environment: Environment = process.env,
): Promise<LogAtRest> {
  return isPostgresAddress(store)
    ? openInPostgres(postgresAddress(store, environment))
    : openSqliteReader(store);
}

/**
 * The store that the gateway's settings name.
 *
 * @param statementMs how long one question to a server may take, where that is not as long as it needs.
 * @throws {GatewayError} as `openLogAtRest` does.
 */
export async function openLogOfGateway(
  { auditLogFile, auditStore }: Config,
  statementMs?: number,
): Promise<LogAtRest> {
  return auditStore === undefined ? openSqliteReader(auditLogFile) : openInPostgres(auditStore, statementMs);
}

/** The driver is loaded only where it is needed: most commands have nothing to do with it. */
async function openInPostgres(place: PostgresAddress, statementMs?: number): Promise<LogAtRest> {
  const { openPostgresReader } = await import('../../adapters/storage/postgres/postgres-reader.ts');
  return openPostgresReader(place, statementMs);
}

/**
 * An address from the command line, with the password of the settings.
 *
 * @throws {ConfigError} where the file of the password cannot be read. @throws {GatewayError} for what is no address.
 */
export function postgresAddress(store: string, environment: Environment): PostgresAddress {
  const file = environment['AUDIT_STORE_PASSWORD_FILE'];
  if (file === undefined || file === '') return readPostgresAddress(store);
  try {
    return readPostgresAddress(store, readFileSync(file, 'utf8').trimEnd());
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new ConfigError(['AUDIT_STORE_PASSWORD_FILE names a file that cannot be read'], 'the command');
    throw error;
  }
}
