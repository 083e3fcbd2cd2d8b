/** A log from its start to its stop: checks the head, recovers, writes `started`, beats, publishes, writes `stopped`. */
import type { EntryKind } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import { sharesOf } from '../facts/standing-facts.ts';
import { checkStandingFacts } from '../facts/standing-facts-check.ts';
import type { AuditStore, HeadFile, NoteSigner, StandingFact, StoreState } from '../ports.ts';
import type { UnfinishedExchange } from '../recovering/open-exchanges.ts';
import { unfinishedExchanges } from '../recovering/recovery.ts';
import { OtherSigners } from '../witnessing/other-signers.ts';
import { CheckpointPublisher } from './checkpoint-publisher.ts';
import { EntryFrame } from './entry-frame.ts';
import { type HashReader, trustedHead } from './log-head.ts';
import type { AppendMessage, MessageFromWriter } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import { LogWriter } from './log-writer.ts';
import { type NoteMembers, noteLeaf } from './note-leaf.ts';
import type { Answer } from './queued-entries.ts';

export interface RunningLogOptions {
  readonly store: AuditStore & HashReader;
  readonly headFile: HeadFile;
  readonly checkpoints: NoteSigner;
  readonly receipts: NoteSigner;
  /** Public half of the checkpoint key. */
  readonly checkpointKey: VerifierKey;
  readonly place: LogPlace;
  /** Members of the `started` entry: versions, and the hash of the policy set where it is known. */
  readonly started: NoteMembers;
  readonly now: () => number;
  /** Told once, after any doubt; the process must then end. */
  readonly onPoisoned: (error: Error) => void;
  readonly publishDelayMs?: number;
  readonly heartbeatMs?: number;
  readonly commitWithinMs?: number;
}

const HEARTBEAT_MS = 60_000;
const NO_ROW = Buffer.alloc(0);

/** Made by `startLog`. */
export class RunningLog {
  readonly #options: RunningLogOptions;
  readonly #writer: LogWriter;
  readonly #publisher: CheckpointPublisher;
  readonly #heart: NodeJS.Timeout;
  #closing = false;

  constructor(options: RunningLogOptions, state: StoreState, head: string | undefined) {
    const { store, headFile, checkpoints, receipts, place, onPoisoned } = options;
    this.#options = options;
    this.#publisher = new CheckpointPublisher({
      ...{ store, headFile, signer: checkpoints, origin: place.origin, head },
      ...(store.shared === undefined ? {} : { others: new OtherSigners(store, options.checkpointKey) }),
      ...(options.publishDelayMs === undefined ? {} : { delayMs: options.publishDelayMs }),
      ...(options.commitWithinMs === undefined ? {} : { storeWithinMs: options.commitWithinMs }),
      onFailed: (error) => this.#writer.poison(error),
    });
    this.#writer = new LogWriter({
      ...{ store, receipts, place, state },
      ...(options.commitWithinMs === undefined ? {} : { commitWithinMs: options.commitWithinMs }),
      onCommitted: (committed) => this.#publisher.committed(committed),
      onPoisoned: (error) => {
        this.#publisher.stop();
        onPoisoned(error);
      },
    });
    this.#heart = setInterval(() => this.#beat(), options.heartbeatMs ?? HEARTBEAT_MS);
    this.#heart.unref();
  }

  /** Instant of the newest entry, in milliseconds. */
  get newestAtMs(): number {
    return this.#writer.state.newestAtMs;
  }

  /** Takes the entries of one message; `commit` stores them. */
  enqueue(message: AppendMessage, answer: Answer): void {
    // Nothing follows `stopped`: it tells the next start that this run left nothing behind.
    if (this.#closing)
      answer({ type: 'not-stored', count: message.count, message: 'the audit log is closing' });
    else this.#writer.enqueue(message, answer);
  }

  /** Commits what waits. */
  commit(): void {
    this.#writer.commitWaiting();
  }

  /**
   * The entries that a run begins with, in one commit: `started`, and `recovered` for all that the last run left.
   *
   * @param untold facts that stand and that no entry names yet.
   */
  async begin(left: readonly UnfinishedExchange[], untold: readonly StandingFact[] = []): Promise<void> {
    this.#publisher.committed(this.#writer.state);
    await this.#publisher.publish();
    const frame = new EntryFrame();
    this.#note(frame, 'started', undefined, { ...this.#options.started, beat: this.#beatSeconds() });
    const facts = new Map<number, readonly StandingFact[]>();
    for (const [nth, some] of sharesOf(untold).entries()) {
      if (nth > 0) this.#note(frame, 'heartbeat', undefined, {});
      facts.set(frame.count - 1, some);
    }
    this.#noteRecovered(frame, left);
    await this.#store(frame, facts);
  }

  /** Commits what waits, writes `stopped` and its checkpoint, and closes the store. */
  async close(): Promise<void> {
    clearInterval(this.#heart);
    this.#closing = true;
    await this.#writer.settled();
    if (this.#writer.poisoned === undefined) {
      // Where there is no room for them the next start says it instead: without `stopped` it looks for open exchanges.
      await this.#store(this.#lastEntries()).catch(() => undefined);
      await this.#publisher.publish();
    }
    this.#publisher.stop();
    await this.#options.store.close();
  }

  /** `recovered` for every exchange that is still open, then `stopped`. */
  #lastEntries(): EntryFrame {
    const frame = new EntryFrame();
    this.#noteRecovered(frame, this.#writer.open.all());
    this.#note(frame, 'stopped', undefined, {});
    return frame;
  }

  #noteRecovered(frame: EntryFrame, left: readonly UnfinishedExchange[]): void {
    for (const { exchange, part, sent } of left)
      this.#note(frame, 'recovered', exchange, { exchange, part, sent });
  }

  /** INVARIANT: the log never signs a fork: where a witness holds another history, nothing is signed from here on. */
  stopSigning(): void {
    this.#publisher.stop();
  }

  /** Stops the clockwork without another write: for a process that is about to end anyway. */
  abandon(): void {
    clearInterval(this.#heart);
    this.#publisher.stop();
  }

  /** A sign of life each minute: a silence shows when nothing was recorded, and each sums up the facts that stand. */
  #beat(): void {
    if (this.#writer.poisoned !== undefined) return;
    const frame = new EntryFrame();
    this.#note(frame, 'heartbeat', undefined, {});
    // A beat that finds no room is left out: the next one is a minute away.
    this.#store(frame).catch(() => undefined);
  }

  #beatSeconds(): number {
    return Math.max(1, Math.round((this.#options.heartbeatMs ?? HEARTBEAT_MS) / 1000));
  }

  #note(frame: EntryFrame, kind: EntryKind, exchange: string | undefined, members: NoteMembers): void {
    const { place, now } = this.#options;
    const atMs = now();
    frame.add(kind, exchange, atMs, noteLeaf(place, kind, atMs, members), NO_ROW, 0);
  }

  #store(frame: EntryFrame, facts?: AppendMessage['facts']): Promise<void> {
    const { count } = frame;
    const message: AppendMessage = { type: 'append', frame: frame.take(), count, limits: undefined, facts };
    return new Promise((resolve, reject) => {
      this.#writer.enqueue(message, (answer: MessageFromWriter) => {
        if (answer.type === 'durable') resolve();
        else reject(new GatewayError('log-unavailable', 'message' in answer ? answer.message : answer.type));
      });
      this.#writer.commitWaiting();
    });
  }
}

/**
 * Starts a run of the log.
 *
 * @throws {GatewayError} `log-unavailable` where store and head file do not fit (see `trustedHead`), or the facts of the
 * store and its entries (see `checkStandingFacts`).
 */
export async function startLog(options: RunningLogOptions): Promise<RunningLog> {
  const { store, headFile, checkpointKey, place } = options;
  const state = await store.state();
  const head = await trustedHead(store, headFile, checkpointKey, place.origin, state);
  await store.shared?.takeOver();
  const untold = await checkStandingFacts(store);
  const left = await unfinishedExchanges(store, state.size, await store.shared?.ownRun());
  const log = new RunningLog(options, state, head);
  await log.begin(left, untold);
  return log;
}
