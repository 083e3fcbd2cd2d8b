/** Enters a backup in the log that it was made of, in the running gateway or while none runs; and what the gateway takes against loss. */
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { toBase64 } from '../../encoding/base64.ts';
import type { BackupRecorded, CopiedLog, LogBackupParts } from '../../http/log-backups.ts';
import { subtreeRoot } from '../../merkle/subtree.ts';
import { hashesNeeded } from '../../merkle/tile-hashes.ts';
import { startLog } from '../threads/start-log.ts';
import { openLogOfGateway } from './log-at-rest.ts';
import { enterReceipts, receiptsKeyIn } from './receipts-of-lost-entries.ts';

const MOST_NAME = 200;

export interface RecordingParts {
  /** Name of the log that is written here. */
  readonly origin: string;
  readonly reader: LogReader;
  readonly append: StartedLog['notes']['append'];
}

/** Appends the `read` entry, once it is certain that what was copied is this log; rejects where nothing can be appended. */
export async function recordBackup(copied: CopiedLog, parts: RecordingParts): Promise<BackupRecorded> {
  const { origin, entries, root } = copied;
  if (origin !== parts.origin) return { wrong: `this gateway writes the log ${parts.origin}, not that one` };
  const { size } = await parts.reader.state();
  const known =
    typeof entries === 'number' && Number.isSafeInteger(entries) && entries >= 0 && entries <= size;
  if (!known || toBase64(await rootAt(parts.reader, entries)) !== root)
    return { wrong: 'what was copied is not the log that this gateway writes: its entries are others' };
  await parts.append('read', { code: 'backup', assurance: 'unproved', size: entries });
  return { recorded: true };
}

/** What the operations port takes: backups, and receipts of entries that a log before this one lost. */
export function backupOrders(
  config: Config,
  parts: Pick<RecordingParts, 'reader' | 'append'>,
): LogBackupParts {
  const keyOf = receiptsKeyIn(config.keysFolder);
  return {
    record: (copied) => recordBackup(copied, { ...parts, origin: config.logOrigin }),
    async enterReceipts(receipts, by) {
      if (typeof by !== 'string' || !isNamed(by)) return { fault: 'say with --by who enters them' };
      if (!Array.isArray(receipts)) return { fault: 'receipts are a list of lines' };
      const lines = receipts.map((line) => (typeof line === 'string' ? line.trim() : 'no text'));
      try {
        return await enterReceipts(lines, { assurance: 'unproved', name: by }, { ...parts, keyOf });
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return { fault: error.message };
      }
    },
  };
}

function isNamed(name: string): boolean {
  return name.length <= MOST_NAME && /[\p{L}\p{N}]/u.test(name);
}

/** The root over the first `size` entries. */
async function rootAt(reader: LogReader, size: number): Promise<Uint8Array> {
  const known = new Map<string, Uint8Array>();
  for (const { level, index } of hashesNeeded((hashAt) => subtreeRoot(0, size, hashAt)))
    known.set(`${level} ${index}`, await reader.hashAt(level, index));
  return subtreeRoot(0, size, (level, index) => known.get(`${level} ${index}`) ?? new Uint8Array());
}

/**
 * Enters it while no gateway runs, under the writer's lock.
 *
 * @throws {GatewayError} `log-unavailable` where another process writes the log, or it is not in order.
 */
export async function recordBackupOffline(config: Config, copied: CopiedLog): Promise<void> {
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const log = await startLog(config, keys.sealing);
  const reader = await openLogOfGateway(config);
  try {
    const { append } = log.notes;
    const answer = await recordBackup(copied, { origin: config.logOrigin, reader, append });
    if ('wrong' in answer) throw new GatewayError('log-unavailable', answer.wrong);
  } finally {
    await log.close();
    await reader.close();
  }
}
