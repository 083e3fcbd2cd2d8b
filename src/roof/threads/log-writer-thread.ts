/** The writer thread of the audit log: opens store, head file and keys, and serves the ports of the gateway's threads. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openHeadFile } from '../../adapters/signing/head-file.ts';
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { openSqliteStore } from '../../adapters/storage/sqlite/sqlite-store.ts';
import type { AuditStore } from '../../audit-log/ports.ts';
import type { HashReader } from '../../audit-log/writing/log-head.ts';
import type { MessageFromWriter, MessageToWriter } from '../../audit-log/writing/log-messages.ts';
import { type RunningLog, startLog } from '../../audit-log/writing/running-log.ts';
import type { WriterThreadData } from '../../audit-log/writing/start-log-writer.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { formatVerifierKey } from '../../merkle/signed-note.ts';

const data: WriterThreadData = workerData;

function tell(message: MessageFromWriter): void {
  parentPort?.postMessage(message);
}

const drains: (() => void)[] = [];

/** Drains every port before each commit: whatever queued while the last commit ran goes into one batch. */
function serve(port: MessagePort, log: RunningLog): void {
  const answer = (message: MessageFromWriter, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const take = (message: MessageToWriter) => {
    if (message.type === 'append') log.enqueue(message, answer);
  };
  drains.push(() => {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      take(next.message);
  });
  port.on('message', (first: MessageToWriter) => {
    take(first);
    for (const drain of drains) drain();
    log.commit();
  });
}

async function close(log: RunningLog): Promise<void> {
  await log.close();
  tell({ type: 'closed' });
  process.exit(0);
}

/** INVARIANT: a writer that met a doubtful write ends, so that nothing of it can store or sign anything more. */
function endPoisoned({ message }: Error): void {
  tell({ type: 'poisoned', message });
  setImmediate(() => process.exit(1));
}

async function openStore(data: WriterThreadData): Promise<AuditStore & HashReader> {
  const { place, storeFile, storeAddress, mostPages, leastFreeBytes } = data;
  if (storeAddress !== undefined) {
    const { openPostgresStore } = await import('../../adapters/storage/postgres/postgres-store.ts');
    return openPostgresStore(storeAddress, place);
  }
  return openSqliteStore(storeFile, {
    ...(mostPages === undefined ? {} : { mostPages }),
    ...(leastFreeBytes === undefined ? {} : { leastFreeBytes }),
  });
}

async function open(): Promise<void> {
  const { place, headFile, keysFolder, started, publishDelayMs } = data;
  const { checkpoint, receipts } = openKeyRing(keysFolder, place.origin);
  const store = await openStore(data);
  const log = await startLog({
    ...{ store, headFile: openHeadFile(headFile), checkpoints: checkpoint, receipts, place, started },
    checkpointKey: checkpoint.verifierKey,
    now: Date.now,
    onPoisoned: (error) => endPoisoned(error),
    ...(publishDelayMs === undefined ? {} : { publishDelayMs }),
  });
  parentPort?.on('message', (message: MessageToWriter) => {
    if (message.type === 'connect') serve(message.port, log);
    if (message.type === 'stop-signing') log.stopSigning();
    if (message.type === 'close') void close(log);
  });
  const verifierKeys = [checkpoint.verifierKey, receipts.verifierKey].map(formatVerifierKey);
  tell({ type: 'opened', newestAtMs: log.newestAtMs, verifierKeys });
}

try {
  await open();
} catch (error) {
  if (!(error instanceof GatewayError)) throw error;
  tell({ type: 'refused', message: error.message });
}
