/**
 * The one writer of a log: commits whatever queued while the last commit ran (natural group commit), numbers, hashes and
 * counts inside the transaction, and answers only when all of it is durable.
 */

import { FactChanged } from '../facts/standing-facts.ts';
import {
  type AuditStore,
  CleanRollback,
  type NoteSigner,
  type StandingFact,
  type StoreState,
} from '../ports.ts';
import { OpenExchanges } from '../recovering/open-exchanges.ts';
import { MARK_EVERY, markFact } from '../recovering/recovery-mark.ts';
import { framedEntries } from './entry-frame.ts';
import { instantText } from './instant-text.ts';
import type { AppendMessage, DurableMessage } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import type { Answer, QueuedEntries } from './queued-entries.ts';
import { WriterBatch } from './writer-batch.ts';

/** Entries of one commit at most, except that one message is never divided. */
const MOST_IN_BATCH = 512;

export interface LogWriterOptions {
  readonly store: AuditStore;
  readonly receipts: NoteSigner;
  readonly place: LogPlace;
  /** The store's state as it was opened. */
  readonly state: StoreState;
  /** Told after each commit. */
  readonly onCommitted: (state: StoreState) => void;
  /** Told once, after any doubt. */
  readonly onPoisoned: (error: Error) => void;
  /** How long a store that answers later may take for one commit, in milliseconds. */
  readonly commitWithinMs?: number;
}

const COMMIT_WITHIN_MS = 10_000;
const NO_FACTS: QueuedEntries['facts'] = new Map();

/** Pure logic over the store; knows no threads. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #answers = new Set<Answer>();
  readonly #idle: (() => void)[] = [];
  /** Exchanges of this run that have not ended. */
  readonly open = new OpenExchanges();
  #queue: QueuedEntries[] = [];
  #state: StoreState;
  /** Number of entries at the newest mark of this run, or at its start. */
  #markedAt: number;
  /** Messages that the next batch may take at most, where the one behind them cannot be stored. */
  #mostMessages: number | undefined;
  /** The sum of the facts as it was left; undefined until an entry has spoken of them, and after others have written. */
  #sumOfFacts: Uint8Array | undefined;
  #committing = false;
  #poisoned: Error | undefined;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    // INVARIANT: `seq` begins anew with each epoch, whatever the last one came to.
    this.#state = { ...options.state, seq: 0 };
    this.#markedAt = options.state.size;
  }

  /** Size, range, last `seq` and newest instant after the last commit. */
  get state(): StoreState {
    return this.#state;
  }

  get poisoned(): Error | undefined {
    return this.#poisoned;
  }

  /** Takes the entries of one message; `commitWaiting` stores them. */
  enqueue({ frame, count, limits, once, facts = NO_FACTS, changes }: AppendMessage, answer: Answer): void {
    this.#answers.add(answer);
    if (this.#poisoned !== undefined) return answer({ type: 'poisoned', message: inWords(this.#poisoned) });
    this.#queue.push({ entries: framedEntries(frame, count), frame, limits, once, facts, changes, answer });
  }

  /** Commits all that waits, batch after batch. With a store that answers later, the queue grows meanwhile. */
  commitWaiting(): void {
    while (!this.#committing && this.#poisoned === undefined && this.#queue.length > 0) this.#commitBatch();
    if (this.#committing) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when nothing waits and no commit runs, or the writer is poisoned. */
  settled(): Promise<void> {
    const settled = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.commitWaiting();
    return settled;
  }

  /**
   * INVARIANT: a doubtful write is final. After this nothing is stored, signed or answered as durable any more.
   */
  poison(error: Error): void {
    if (this.#poisoned !== undefined) return;
    this.#poisoned = error;
    const message = inWords(error);
    this.#queue = [];
    for (const answer of this.#answers) answer({ type: 'poisoned', message });
    this.#options.onPoisoned(error);
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #commitBatch(): void {
    const batch = new WriterBatch(this.#options.place, this.#state, this.#takeBatch(), {
      mark: (size) => this.#dueMark(size),
      shared: this.#options.store.shared !== undefined,
      sumOfFacts: this.#sumOfFacts,
    });
    this.#committing = true;
    try {
      const stored = this.#options.store.commit(
        (found) => batch.counterKeys(found),
        (state, counts, standing) => batch.build(state, counts, standing),
        batch.factNames,
      );
      if (stored === undefined) this.#stored(batch);
      else this.#whenStored(batch, stored);
    } catch (error) {
      this.#failed(batch, error);
    }
  }

  /** Says what a recovery would have to know of the entries so far, where it would have to read too many. */
  #dueMark(size: number): StandingFact | undefined {
    if (size - this.#markedAt < MARK_EVERY) return undefined;
    const { store, place } = this.#options;
    return markFact({ size, open: this.open.all() }, store.shared && place.instance);
  }

  #takeBatch(): QueuedEntries[] {
    let entries = 0;
    let messages = 0;
    for (const queued of this.#queue) {
      if (messages > 0 && entries + queued.entries.length > MOST_IN_BATCH) break;
      if (messages === this.#mostMessages) break;
      entries += queued.entries.length;
      messages += 1;
    }
    this.#mostMessages = undefined;
    return this.#queue.splice(0, messages);
  }

  #whenStored(batch: WriterBatch, stored: Promise<void>): void {
    const within = this.#options.commitWithinMs ?? COMMIT_WITHIN_MS;
    const late = setTimeout(
      () => this.poison(new Error('the store did not answer a commit in time')),
      within,
    );
    late.unref();
    stored
      .then(
        () => this.#stored(batch),
        (error: unknown) => this.#failed(batch, error),
      )
      .finally(() => {
        clearTimeout(late);
        this.commitWaiting();
      });
  }

  /** INVARIANT: answers leave only here, after the store said that all of the batch is durable. */
  #stored(batch: WriterBatch): void {
    this.#committing = false;
    if (this.#poisoned !== undefined) return;
    const { state } = batch;
    if (state === undefined)
      return this.poison(new Error('the store stored what it never asked to be built'));
    try {
      this.#state = state;
      this.#sumOfFacts = batch.sumOfFacts;
      if (batch.marks) this.#markedAt = batch.first;
      batch.noteExchanges(this.open);
      this.#answerBatch(batch, state.newestAtMs);
      this.#options.onCommitted(state);
    } catch (error) {
      this.poison(asError(error));
    }
  }

  #answerBatch(batch: WriterBatch, newestAtMs: number): void {
    const levels = batch.levels();
    const note = this.#options.receipts.sign(batch.noteText(levels, instantText(newestAtMs)));
    const { first, size, limited } = batch;
    for (const [answer, { runs, frames }] of batch.shares()) {
      const block = levels.buffer.slice(levels.byteOffset, levels.byteOffset + levels.length);
      if (!(block instanceof ArrayBuffer)) continue;
      const message: DurableMessage = {
        type: 'durable',
        first,
        size,
        levels: block,
        note,
        frames,
        runs,
        limited,
        newestAtMs,
      };
      answer(message, [block, ...frames]);
    }
  }

  #failed(batch: WriterBatch, error: unknown): void {
    this.#committing = false;
    if (!(error instanceof CleanRollback)) return this.poison(asError(error));
    if (this.#poisoned !== undefined) return;
    if (error instanceof FactChanged) return this.#passOver(batch, error);
    for (const queued of batch.messages) notStored(queued, error);
  }

  /** Nothing was stored because of one message: those before it are stored first, so that answers keep their order. */
  #passOver({ messages }: WriterBatch, changed: FactChanged): void {
    const { nth } = changed;
    const [first, ...others] = messages;
    if (nth > 0 || first === undefined) {
      this.#mostMessages = nth;
      this.#queue.unshift(...messages);
      return;
    }
    this.#queue.unshift(...others);
    notStored(first, changed);
  }
}

function notStored({ entries, answer }: QueuedEntries, { message }: Error): void {
  answer({ type: 'not-stored', count: entries.length, message });
}

function inWords({ message }: Error): string {
  return `the audit log met a doubtful write and takes nothing more: ${message}`;
}

function asError(thing: unknown): Error {
  return thing instanceof Error ? thing : new Error('the store threw something that is no error');
}
