/** The commands about where a log is kept: prepare a PostgreSQL, and bring a SQLite log there. */
import type { Command } from 'commander';
import { whyOf } from '../../adapters/storage/postgres/postgres-error.ts';
import { openSqliteCopy } from '../../adapters/storage/sqlite/sqlite-copy.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { migrateLogCommand } from '../../cli/migrate-log.ts';
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
    .description('copy a log from a file to a PostgreSQL, with every index, hash and proof as it is')
    .requiredOption('--from <file>', "the log's file; no gateway may run on it")
    .requiredOption(
      '--to <address>',
      'postgres:// address with the role that owns the tables; an empty database',
    )
    .option('--role <name>', ROLE)
    .action(async ({ from, to, role }: { from: string; to: string; role?: string }) => {
      process.exitCode = await migrateLogCommand(io, {
        from: () => openSqliteCopy(from),
        async to() {
          const { openPostgresCopy } = await import('../../adapters/storage/postgres/postgres-copy.ts');
          return openPostgresCopy(postgresAddress(to, environment), role);
        },
      });
    });
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
