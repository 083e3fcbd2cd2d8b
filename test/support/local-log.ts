/** A running log and the gateway's end of it in one thread, over a real store whose faults a test can set. */
import { MessageChannel } from 'node:worker_threads';
import { openHeadFile } from '../../src/adapters/signing/head-file.ts';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { HeadFile } from '../../src/audit-log/ports.ts';
import { AuditLog } from '../../src/audit-log/writing/audit-log.ts';
import {
  type RunningLog,
  type RunningLogOptions,
  startLog,
} from '../../src/audit-log/writing/running-log.ts';
import { FaultyStore } from './faulty-store.ts';
import { type LogFolder, ORIGIN } from './log-folder.ts';

export interface LocalLog {
  readonly log: AuditLog;
  readonly running: RunningLog;
  readonly store: FaultyStore;
  /** Resolves when the writer is poisoned. */
  readonly writerPoisoned: Promise<Error>;
  /** Resolves when the gateway's end is. */
  readonly logPoisoned: Promise<Error>;
  /** Stops in good order: `stopped`, checkpoint, store closed. */
  close(): Promise<void>;
  /** Drops everything as a crash would, but for the file handles. */
  drop(): void;
}

let epochs = 0;

/** A UUID that tells the runs of one test process apart. */
export function nextEpoch(): string {
  epochs += 1;
  return `0198c1f0-0000-4000-8000-${epochs.toString(16).padStart(12, '0')}`;
}

export async function startLocalLog(
  folder: LogFolder,
  more: Partial<RunningLogOptions> & {
    mostWaiting?: number;
    answerWithinMs?: number;
    headFile?: HeadFile;
  } = {},
): Promise<LocalLog> {
  const { checkpoint, receipts, sealing } = folder.keys;
  const writerPoisoned = Promise.withResolvers<Error>();
  const logPoisoned = Promise.withResolvers<Error>();
  const store = new FaultyStore(openSqliteStore(folder.storeFile));
  const place = { origin: ORIGIN, instance: 'gateway-1', epoch: nextEpoch() };
  const running = await startLog({
    ...{ store, headFile: openHeadFile(folder.headFile), checkpoints: checkpoint, receipts, place },
    checkpointKey: checkpoint.verifierKey,
    started: { versions: { gateway: '0.1.0', node: '26.10.0' } },
    now: Date.now,
    onPoisoned: writerPoisoned.resolve,
    ...more,
  }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (message) => {
    running.enqueue(message, (answer, transfer = []) => port2.postMessage(answer, transfer));
    running.commit();
  });
  const { mostWaiting = 4096, answerWithinMs = 30_000 } = more;
  const log = new AuditLog(
    port1,
    {
      ...{ place, keys: sealing, now: Date.now, mostWaiting, answerWithinMs },
      onPoisoned: logPoisoned.resolve,
    },
    running.newestAtMs,
  );
  return {
    ...{ log, running, store },
    writerPoisoned: writerPoisoned.promise,
    logPoisoned: logPoisoned.promise,
    async close() {
      log.close();
      await log.settled();
      await running.close().finally(() => port1.close());
    },
    drop() {
      port2.removeAllListeners();
      port1.close();
      running.abandon();
      store.close();
    },
  };
}
