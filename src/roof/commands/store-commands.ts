/** The commands about where a log is kept: prepare a PostgreSQL, and bring a SQLite log there. */
import type { Command } from 'commander';
import { isPostgresAddress, type PostgresAddress } from '../../adapters/storage/postgres/postgres-address.ts';
import { whyOf } from '../../adapters/storage/postgres/postgres-error.ts';
import { openSqliteCopy } from '../../adapters/storage/sqlite/sqlite-copy.ts';
import type { CopyTarget } from '../../audit-log/recovering/copy-log.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { type MigrateLogParts, migrateLogCommand } from '../../cli/migrate-log.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { postgresAddress } from '../log/log-at-rest.ts';
import type { Environment } from '../settings/settings-reader.ts';

const STATEMENT_MS = 60_000;
const ROLE = 'role of the gateways, which gets the rights to read and to append, and no others';

/** Adds the commands to the program. */
export function addStoreCommands(program: Command, io: CommandIo, environment: Environment): void {
  program
    .command('store')
    .description('the PostgreSQL in which several gateways keep one log')
    .command('prepare')
    .description(
      'make or renew the tables, as the role that owns them; before the first start, and after an update',
    )
    .requiredOption('--to <address>', 'postgres:// address with the role that owns the tables')
    .option('--role <name>', ROLE)
    .action(async ({ to, role }: { to: string; role?: string }) => {
      await prepare(to, role, environment);
      io.out('the tables are there; name them with AUDIT_STORE\n');
    });
  program
    .command('migrate')
    .description(
      'copy a log from a file to a PostgreSQL, or back, with every index, hash and proof as it is; no gateway may run on it',
    )
    .requiredOption('--from <place>', "the log's file, or the postgres:// address that it is in")
    .requiredOption(
      '--to <place>',
      'postgres:// address of an empty database with the role that owns the tables, or a new file',
    )
    .option('--role <name>', ROLE)
    .action(async ({ from, to, role }: { from: string; to: string; role?: string }) => {
      if (isPostgresAddress(from) === isPostgresAddress(to))
        return void program.error(
          'error: one of --from and --to is a file and the other a postgres:// address; `backup` and `restore` copy a log within its kind of store',
        );
      process.exitCode = await migrateLogCommand(
        io,
        isPostgresAddress(to) ? intoPostgres(from, to, role, environment) : intoFile(from, to, environment),
      );
    });
}

function intoPostgres(
  from: string,
  to: string,
  role: string | undefined,
  environment: Environment,
): MigrateLogParts {
  return {
    target: 'PostgreSQL',
    from: () => openSqliteCopy(from),
    async to() {
      const { openPostgresCopy } = await import('../../adapters/storage/postgres/postgres-copy.ts');
      return openPostgresCopy(postgresAddress(to, environment), role);
    },
  };
}

/** The way out for a database that was taken back by its own means: nothing is written to it, and so nothing is signed on it. */
function intoFile(from: string, to: string, environment: Environment): MigrateLogParts {
  const address = postgresAddress(from, environment);
  return {
    target: 'file',
    async from() {
      const { openPostgresSource } = await import('../../adapters/storage/postgres/postgres-source.ts');
      return openPostgresSource(address);
    },
    async to() {
      const { makeStore } = await import('../../adapters/storage/sqlite/new-store.ts');
      return newFile(to, makeStore);
    },
    assertAtRest: ({ size }) => assertAtRest(address, size),
  };
}

function newFile(file: string, make: (file: string) => CopyTarget): CopyTarget {
  try {
    return make(file);
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = taken ? 'it is there already' : 'it cannot be made';
    throw new GatewayError('log-unavailable', `${file} is to be a new file, and ${why}`, { cause: error });
  }
}

/** A copy that a gateway has outrun is no place to go on from. */
async function assertAtRest(address: PostgresAddress, size: number): Promise<void> {
  const { openPostgresReader } = await import('../../adapters/storage/postgres/postgres-reader.ts');
  const reader = await openPostgresReader(address);
  try {
    if ((await reader.state()).size === size) return;
  } finally {
    await reader.close();
  }
  throw new GatewayError(
    'log-unavailable',
    'a gateway writes to the database: end them all, and migrate again',
  );
}

async function prepare(to: string, role: string | undefined, environment: Environment): Promise<void> {
  const { Connection } = await import('../../adapters/storage/postgres/connection.ts');
  const { migrateLayout } = await import('../../adapters/storage/postgres/migrate-layout.ts');
  const place = postgresAddress(to, environment);
  const connection = new Connection(place, STATEMENT_MS);
  try {
    await migrateLayout(await connection.session(), role);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(
      'log-unavailable',
      `the PostgreSQL ${place.shown} cannot be prepared: ${whyOf(error)}`,
      {
        cause: error,
      },
    );
  } finally {
    await connection.close();
  }
}
