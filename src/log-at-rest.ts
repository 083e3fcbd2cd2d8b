/** Opens a log's store for reading, whichever kind it is: for the gateway's questions, and for commands beside it. */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import {
  isPostgresAddress,
  type PostgresAddress,
  readPostgresAddress,
} from './adapters/storage/postgres/postgres-address.ts';
import { openPostgresReader } from './adapters/storage/postgres/postgres-reader.ts';
import { openSqliteReader } from './adapters/storage/sqlite/sqlite-reader.ts';
import type { EntryFinder, LogReader } from './audit-log/ports.ts';
import type { LogSource } from './audit-log/verifier.ts';
import { type Config, ConfigError, type Environment } from './config.ts';

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
    ? openPostgresReader(postgresAddress(store, environment))
    : openSqliteReader(store);
}

/** The store that the gateway's settings name. @throws {GatewayError} as `openLogAtRest` does. */
export async function openLogOfGateway({ auditLogFile, auditStore }: Config): Promise<LogAtRest> {
  return auditStore === undefined ? openSqliteReader(auditLogFile) : openPostgresReader(auditStore);
}

/** `--store`, which the gateway's own settings may name as well. Its value is a secret where it holds a password. */
export function storeOption(environment: Environment = process.env): Option {
  const { AUDIT_LOG_FILE: file, AUDIT_STORE: address } = environment;
  const option = new Option(
    '--store <place>',
    "the log's store: its file, a copy of it, or its postgres:// address",
  );
  const named = [file, address].find((place) => place !== undefined && place !== '');
  return named === undefined
    ? option.makeOptionMandatory()
    : option.default(named, 'AUDIT_LOG_FILE or AUDIT_STORE');
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
