/** `backup`: copies the log of a running gateway to a folder, as it stood at one instant, and says what the copy does not hold. */
import type { BackupManifest } from '../audit-log/recovering/backup-manifest.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { CommandIo } from './command-io.ts';
import { progressBar } from './progress-bar.ts';

export interface BackupParts {
  /** What the progress counts. */
  readonly counted: 'pages' | 'steps';
  /** Copies the log into the new folder. @throws {GatewayError} in words. */
  readonly backUp: (
    record: (manifest: BackupManifest) => Promise<unknown>,
    progress: (done: number, of: number) => void,
  ) => Promise<BackupManifest>;
  /** Enters it in the running gateway's log; undefined where no gateway answers. */
  readonly record: (manifest: BackupManifest) => Promise<BackupEntered | undefined>;
  /** Enters it in the store itself, under the writer's lock. @throws in words where that cannot be. */
  readonly recordOffline: (manifest: BackupManifest) => Promise<void>;
  /** Where the running gateway is asked for. */
  readonly operations: string;
}

export type BackupEntered = { readonly recorded: true } | { readonly wrong: string };

/** Makes the backup; resolves to the exit code: 0, or 1 where there is none. */
export async function backupCommand(to: string, io: CommandIo, parts: BackupParts): Promise<number> {
  try {
    const manifest = await parts.backUp((made) => enter(made, io, parts), progressBar(io, parts.counted));
    io.out(inWords(to, manifest));
    return 0;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`no backup was made: ${error.message}\n`);
    return 1;
  }
}

/** INVARIANT: whoever holds a copy of the log has read it, and reading is recorded before what was read is released. */
async function enter(manifest: BackupManifest, io: CommandIo, parts: BackupParts): Promise<void> {
  const answer = await parts.record(manifest);
  if (answer !== undefined && 'wrong' in answer) throw new GatewayError('log-unavailable', answer.wrong);
  if (answer !== undefined) return;
  io.err(`no gateway answers at ${parts.operations}; the backup is entered in the store itself\n`);
  try {
    await parts.recordOffline(manifest);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'something else was thrown';
    throw new GatewayError(
      'log-unavailable',
      `it cannot be entered in the log: ${why}\nName the gateway's operations address, or run this with the gateway's own settings`,
      { cause: error },
    );
  }
}

function inWords(to: string, { origin, entries, signed, madeAt }: BackupManifest): string {
  const unsigned = entries - signed;
  return [
    `${to} holds the log ${origin} as it stood at ${madeAt}: ${entries} entries, ${signed} of them under its checkpoint.`,
    ...(unsigned > 0 ? [`The last ${unsigned} entries are not signed yet.`] : []),
    '',
    'What is not in it, and must be kept elsewhere:',
    '  - the keys: without them sealed rows cannot be read, and nobody can be found by a number. Whoever has both can find people.',
    '  - the head file: only with it does a restored log know what is missing.',
    `Copy the folder to another machine, and see from time to time that it can be restored: sharing-gateway restore --from ${to} --to <file>`,
    '',
  ].join('\n');
}
