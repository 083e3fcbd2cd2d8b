/** `migrate`: copies a log from a SQLite file to a PostgreSQL with every index, hash and proof unchanged (docs/formats/store.md). */
import { type CopySource, type CopyTarget, copyLog } from '../audit-log/recovering/copy-log.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { CommandIo } from './command-io.ts';
import { progressBar } from './progress-bar.ts';

export interface MigrateLogParts {
  /** @throws {GatewayError} where a gateway writes to the log. */
  readonly from: () => CopySource;
  /** @throws {GatewayError} where the database does not answer. */
  readonly to: () => Promise<CopyTarget>;
}

/** Resolves to the exit code: 0 once the whole copy counts, 1 where nothing of it was kept. */
export async function migrateLogCommand(io: CommandIo, { from, to }: MigrateLogParts): Promise<number> {
  let source: CopySource | undefined;
  try {
    source = from();
    const entries = await copyLog(source, await to(), progressBar(io, 'entries'));
    io.out(`${entries} entries were copied, and the tree over them is the same.\n${WHAT_NOW}`);
    return 0;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`the log was not copied: ${error.message}\n`);
    return 1;
  } finally {
    await source?.close();
  }
}

const WHAT_NOW = `What now:
  - set AUDIT_STORE in place of AUDIT_LOG_FILE; keep HEAD_FILE, KEYS_FOLDER, LOG_ORIGIN and INSTANCE_NAME as they are.
  - start no gateway on the old file any more: it would write a second end to the same log. Keep the file as a backup.
  - each further gateway gets a HEAD_FILE and an INSTANCE_NAME of its own.
`;
