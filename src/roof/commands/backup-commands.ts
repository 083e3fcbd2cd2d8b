/** The commands that keep the log from being lost: backup and restore. */
import { type Command, Option } from 'commander';
import { isPostgresAddress } from '../../adapters/storage/postgres/postgres-address.ts';
import { makeStore } from '../../adapters/storage/sqlite/new-store.ts';
import { type BackupOptions, backUpInto, backUpStore } from '../../adapters/storage/sqlite/sqlite-backup.ts';
import { restoreStore } from '../../adapters/storage/sqlite/sqlite-restore.ts';
import type { BackupManifest } from '../../audit-log/recovering/backup-manifest.ts';
import { copyLog } from '../../audit-log/recovering/copy-log.ts';
import type { BroughtBack } from '../../audit-log/recovering/recover-entries.ts';
import { type BackupEntered, backupCommand } from '../../cli/backup-log.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { progressBar } from '../../cli/progress-bar.ts';
import { bringBackCommand, restoreCommand } from '../../cli/restore-log.ts';
import { type Environment, readConfig } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { toBase64 } from '../../encoding/base64.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import { openLogAtRest, postgresAddress } from '../log/log-at-rest.ts';
import { verifierKeyOf } from './recover-commands.ts';
import { storeOption } from './store-option.ts';

const ASK_WITHIN_MS = 30_000;

const head = (): Option => new Option('--head <file>', 'the head file').env('HEAD_FILE');
const key = (): Option =>
  new Option('--key <text>', 'verifier key of the log, as `keys` prints it')
    .env('CHECKPOINT_KEY')
    .argParser(verifierKeyOf)
    .makeOptionMandatory();
const operations = (): Option =>
  new Option('--operations <url>', 'operations address of the gateway')
    .env('OPERATIONS_URL')
    .default('http://127.0.0.1:9443');

/** Adds the commands to the program. */
export function addBackupCommands(program: Command, io: CommandIo, environment: Environment): void {
  addBackup(program, io, environment);
  addRestore(program, io);
}

function addBackup(program: Command, io: CommandIo, environment: Environment): void {
  program
    .command('backup')
    .description('copy the log to a new folder while the gateway serves; the backup is itself an entry')
    .requiredOption('--to <folder>', 'a folder that is not there yet')
    .addOption(storeOption(environment))
    .addOption(operations())
    .action(async ({ to, store, operations: at }: { to: string; store: string; operations: string }) => {
      process.exitCode = await backupCommand(to, io, {
        counted: isPostgresAddress(store) ? 'steps' : 'pages',
        backUp: (record, progress) => backUp(store, to, { nowMs: Date.now(), record, progress }, environment),
        record: (manifest) => record(at, manifest),
        async recordOffline(manifest) {
          const { recordBackupOffline } = await import('../log/log-backup.ts');
          return recordBackupOffline(readConfig(environment), copied(manifest));
        },
        operations: at,
      });
    });
}

async function backUp(
  store: string,
  to: string,
  options: BackupOptions,
  environment: Environment,
): Promise<BackupManifest> {
  if (!isPostgresAddress(store)) return backUpStore(store, to, options);
  const copy = async (file: string, progress: BackupOptions['progress'] = () => undefined) => {
    const { openPostgresSource } = await import('../../adapters/storage/postgres/postgres-source.ts');
    const source = await openPostgresSource(postgresAddress(store, environment));
    try {
      await copyLog(source, makeStore(file), progress);
    } finally {
      await source.close();
    }
  };
  return backUpInto(to, copy, options);
}

function copied({ origin, entries, root }: BackupManifest) {
  return { origin, entries, root: toBase64(root) };
}

/** Undefined only where nobody listens: an answer that is no verdict must not pass for one. */
async function record(at: string, manifest: BackupManifest): Promise<BackupEntered | undefined> {
  const answer = await fetch(`${at}/log/backups`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(copied(manifest)),
    signal: AbortSignal.timeout(ASK_WITHIN_MS),
  }).catch((error: unknown) => unreachable(error));
  if (answer === undefined) return undefined;
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && typeof said === 'object' && said !== null && 'recorded' in said) return { recorded: true };
  const wrong = typeof said === 'object' && said !== null && 'wrong' in said ? said.wrong : undefined;
  return { wrong: typeof wrong === 'string' ? wrong : `the gateway answered ${answer.status}` };
}

function unreachable(error: unknown): undefined {
  if (error instanceof Error && error.name === 'TimeoutError')
    throw new GatewayError('log-unavailable', 'the gateway does not answer', { cause: error });
  return undefined;
}

interface RestoreGiven {
  readonly from?: string;
  readonly entries?: string;
  readonly to: string;
  readonly key: VerifierKey;
  readonly head?: string;
  readonly erasures?: string;
}

function addRestore(program: Command, io: CommandIo): void {
  program
    .command('restore')
    .description(
      'put a backup of the log in its place once every entry of it verifies; or bring back the entries that a restored log lacks',
    )
    .option('--from <backup>', 'the folder of a backup, or a copy of a store')
    .option('--entries <file>', 'entries that somebody kept: lines of JSON, or a folder of entry bundles')
    .requiredOption('--to <file>', 'the new file of the store; with --entries the restored store')
    .addOption(key())
    .addOption(head())
    .addOption(
      new Option('--erasures <file>', 'list of erasures; beside the head file unless said').env(
        'ERASURES_FILE',
      ),
    )
    .action(async (given: RestoreGiven) => {
      const { from, entries, to } = given;
      if ((from === undefined) === (entries === undefined))
        return void program.error('error: name either --from or --entries');
      const { readHead } = await import('../log/entries-brought-back.ts');
      process.exitCode =
        entries === undefined
          ? await restoreCommand({ from: from ?? '', to }, io, {
              restore: () => restoreStore(from ?? '', to, restoring(given.key, io)),
              headSize: () => (given.head === undefined ? undefined : readHead(given.head, given.key)?.size),
            })
          : await bringBackCommand({ from: entries, to }, io, () => bringBack(entries, given));
    });
}

function restoring(logKey: VerifierKey, io: CommandIo): Parameters<typeof restoreStore>[2] {
  return {
    origin: logKey.name,
    progress: progressBar(io, 'bytes'),
    async findings(file, checkpoint) {
      const { findingsOfLog } = await import('../log/findings-of-log.ts');
      const log = await openLogAtRest(file);
      try {
        return await findingsOfLog(log, logKey, checkpoint, progressBar(io, 'entries'));
      } finally {
        await log.close();
      }
    },
  };
}

async function bringBack(
  entries: string,
  { to, head: file, key: logKey, erasures }: RestoreGiven,
): Promise<BroughtBack> {
  if (file === undefined)
    throw new GatewayError(
      'log-unavailable',
      'name the head file with --head or HEAD_FILE: it says what is missing',
    );
  const list = erasures ?? `${file}.erasures`;
  const { bringBackInto } = await import('../log/entries-brought-back.ts');
  return bringBackInto({ store: to, head: file, erasures: list, key: logKey }, entries);
}
