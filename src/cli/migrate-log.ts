/** `migrate`: copies a log from one kind of store to the other with every index, hash and proof unchanged (docs/formats/store.md). */
import type { StoreState } from '../audit-log/ports.ts';
import { type CopySource, type CopyTarget, copyLog } from '../audit-log/recovering/copy-log.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { CommandIo } from './command-io.ts';
import { progressBar } from './progress-bar.ts';

export interface MigrateLogParts {
  /** @throws {GatewayError} where the store cannot be had, or a gateway writes to it. */
  readonly from: () => CopySource | Promise<CopySource>;
  /** @throws {GatewayError} where the place is taken, or does not answer. */
  readonly to: () => Promise<CopyTarget>;
  /** Throws where the source is no longer what was copied. */
  readonly assertAtRest?: (copied: StoreState) => Promise<void>;
  /** Which kind of store the copy is in. */
  readonly target: 'file' | 'PostgreSQL';
}

/** Resolves to the exit code: 0 once the whole copy counts, 1 where nothing of it was kept. */
export async function migrateLogCommand(
  io: CommandIo,
  { from, to, target, assertAtRest }: MigrateLogParts,
): Promise<number> {
  let source: CopySource | undefined;
  try {
    source = await from();
    const entries = await copyLog(source, await to(), progressBar(io, 'entries'), assertAtRest);
    io.out(`${entries} entries were copied, and the tree over them is the same.\n${WHAT_NOW[target]}`);
    return 0;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`the log was not copied: ${error.message}\n`);
    return 1;
  } finally {
    await source?.close();
  }
}

const WHAT_NOW = {
  PostgreSQL: `What now:
  - set AUDIT_STORE in place of AUDIT_LOG_FILE; keep HEAD_FILE, KEYS_FOLDER, LOG_ORIGIN and INSTANCE_NAME as they are.
  - start no gateway on the old file any more: it would write a second end to the same log. Keep the file as a backup.
  - each further gateway gets a HEAD_FILE and an INSTANCE_NAME of its own.
`,
  file: `What now:
  - set AUDIT_LOG_FILE in place of AUDIT_STORE; keep HEAD_FILE, KEYS_FOLDER, LOG_ORIGIN and INSTANCE_NAME of the gateway that signed last.
  - start no gateway on the old database any more: it would write a second end to the same log.
  - where the head file is newer than this copy, \`recover\` the file; then it can be migrated to an empty database.
`,
} as const;
