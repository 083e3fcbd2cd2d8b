/** Starts the writer thread and opens the gateway's end of the log. */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { EntryKind, ShownOnce } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { DurableReceipt } from '../../domain/receipt.ts';
import type { StandingFact } from '../ports.ts';
import type { SealedNote } from '../sealing/sealed-note.ts';
import type { SealingKeys } from '../sealing/sealing-keys.ts';
import { AuditLog } from './audit-log.ts';
import type { MessageFromWriter, OlderEntriesChange } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import type { NoteMembers } from './note-leaf.ts';

/** What the writer thread needs to open; plain data, given to it as `workerData`. */
export interface WriterThreadData {
  readonly place: LogPlace;
  /** Of a store in one file; empty where `storeAddress` is given. */
  readonly storeFile: string;
  /** Of a store that several gateways write to. */
  readonly storeAddress?: string | { readonly connectionString: string; readonly shown: string };
  readonly headFile: string;
  readonly keysFolder: string;
  /** Members of the `started` entry: `versions`, and `policies` where the hash is known. */
  readonly started: NoteMembers;
  /** Milliseconds from a commit to the checkpoint over it; 250 where absent. */
  readonly publishDelayMs?: number;
  /** Most pages of the store, for tests of a full disk. */
  readonly mostPages?: number;
  /** Bytes on the disk below which nothing is stored any more. */
  readonly leastFreeBytes?: number;
}

export interface LogWriterStart {
  /** `src/roof/threads/log-writer-thread.ts`. */
  readonly threadUrl: URL;
  readonly thread: Omit<WriterThreadData, 'place'>;
  readonly origin: string;
  /** Stable name of this gateway. */
  readonly instance: string;
  /** UUID of this run. */
  readonly epoch: string;
  readonly keys: SealingKeys;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  readonly mostWaiting?: number;
}

export interface StartedLog {
  readonly log: AuditLog;
  /** Entries of the gateway's own. */
  readonly notes: {
    /**
     * Stores the entry with what it seals, and in the same transaction the facts and the older entries that it changes; where
     * `once` was shown before, an entry that says that it was refused.
     */
    append(
      kind: EntryKind,
      members: NoteMembers,
      facts?: readonly StandingFact[],
      sealed?: SealedNote,
      change?: OlderEntriesChange,
      once?: ShownOnce,
    ): Promise<DurableReceipt>;
  };
  /** Where its entries say that they come from. */
  readonly place: LogPlace;
  /** Instant of the newest durable entry, in milliseconds; grows. */
  readonly newestAtMs: number;
  /** Verifier keys of checkpoints and of receipts (C2SP signed-note). */
  readonly verifierKeys: readonly string[];
  /** A further port to the writer, for another thread's `AuditLog`. */
  connect(): MessagePort;
  /** Signs no checkpoint any more; entries are still taken. */
  stopSigning(): void;
  /** Flushes, writes `stopped` and its checkpoint, ends the thread. Appends fail from the call on. */
  close(): Promise<void>;
  /** Resolves when the log met a doubtful write: the process must end with a failure. */
  readonly poisoned: Promise<Error>;
}

/**
 * Starts the one writer of the log and resolves when its `started` entry is durable.
 *
 * @throws {GatewayError} `log-unavailable` where the store, the head file or the keys are not in order, in their words.
 */
export async function startLogWriter(start: LogWriterStart): Promise<StartedLog> {
  const place: LogPlace = { origin: start.origin, instance: start.instance, epoch: start.epoch };
  const worker = new Worker(start.threadUrl, {
    workerData: { ...start.thread, place } satisfies WriterThreadData,
  });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const poisoned = Promise.withResolvers<Error>();
  const opened = await heardOpening(worker);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: 'connect', port: port2 }, [port2]);
  const log = new AuditLog(
    port1,
    {
      ...{ place, keys: start.keys, now: start.now, onPoisoned: poisoned.resolve },
      ...(start.mostWaiting === undefined ? {} : { mostWaiting: start.mostWaiting }),
    },
    opened.newestAtMs,
  );
  worker.on('error', ({ message }) => log.poison(message));
  worker.on('message', (message: MessageFromWriter) => {
    if (message.type === 'poisoned') log.poison(message.message);
  });
  return {
    log,
    place,
    notes: { append: (...note) => log.appendNote(...note) },
    get newestAtMs() {
      return log.newestAtMs;
    },
    verifierKeys: opened.verifierKeys,
    connect: () => connected(worker),
    stopSigning: () => worker.postMessage({ type: 'stop-signing' }),
    close: () => closeAll(worker, exited, log, port1),
    poisoned: poisoned.promise,
  };
}

async function heardOpening(worker: Worker): Promise<Extract<MessageFromWriter, { type: 'opened' }>> {
  const ended = new AbortController();
  worker.once('exit', () => ended.abort());
  const heard = once(worker, 'message', { signal: ended.signal });
  const [message]: MessageFromWriter[] = await heard.catch((cause) => {
    const why = ended.signal.aborted || !(cause instanceof Error) ? 'the writer thread ended' : cause.message;
    throw new GatewayError('log-unavailable', `the audit log cannot be opened: ${why}`, { cause });
  });
  if (message?.type === 'opened') return message;
  await worker.terminate();
  throw new GatewayError(
    'log-unavailable',
    message !== undefined && 'message' in message
      ? message.message
      : 'the writer thread did not open the log',
  );
}

function connected(worker: Worker): MessagePort {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: 'connect', port: port2 }, [port2]);
  return port1;
}

/** The log's own port first, so that what it sent last arrives before the order to close. */
async function closeAll(
  worker: Worker,
  exited: Promise<unknown>,
  log: AuditLog,
  port: MessagePort,
): Promise<void> {
  log.close();
  await log.settled();

  worker.postMessage({ type: 'close' });
  await exited;
  port.close();
}
