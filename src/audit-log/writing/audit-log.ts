/** The gateway thread's end of the audit log: renders and seals entries, sends them to the writer, waits until they last. */
import type { MessagePort } from 'node:worker_threads';
import type { EntryDraft, EntryKind, ShownOnce } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { DurableReceipt } from '../../domain/receipt.ts';
import { sharesOf } from '../facts/standing-facts.ts';
import type { StandingFact } from '../ports.ts';
import { type KeptOfEntry, mintReceipt } from '../proving/mint-receipt.ts';
import type { BatchProof } from '../proving/receipt.ts';
import type { SealedNote } from '../sealing/sealed-note.ts';
import type { SealingKeys } from '../sealing/sealing-keys.ts';
import type { DurableMessage, MessageFromWriter, OlderEntriesChange } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import type { NoteMembers } from './note-leaf.ts';
import { OutgoingEntries } from './outgoing-entries.ts';

export interface AuditLogOptions {
  readonly place: LogPlace;
  readonly keys: SealingKeys;
  /** Entries that may wait at once; more are refused as `overloaded`. */
  readonly mostWaiting?: number;
  /** Milliseconds since 1970 UTC, for the gateway's own entries. */
  readonly now: () => number;
  /** How long the writer may leave waiting entries without any answer, in milliseconds; then it counts as lost. */
  readonly answerWithinMs?: number;
  /** Told once, when nothing can be appended any more. The process must then end. */
  readonly onPoisoned: (error: Error) => void;
}

const MOST_WAITING = 4096;
const ANSWER_WITHIN_MS = 30_000;
/** Entries for which a message waits no longer. What one turn notes or appends together is never divided: all of it is stored, or nothing. */
const ENOUGH = 256;
/** Entries with which a second message goes ahead while the writer works on one, so that neither thread waits for the other. */
const ENOUGH_AHEAD = ENOUGH / 2;
/** Turns of the event loop for which a message may wait for more entries. */
const MOST_TURNS = 32;

interface Waiter extends KeptOfEntry {
  readonly resolve: (receipt: DurableReceipt) => void;
  readonly reject: (error: GatewayError) => void;
}

/** Appends entries. One for each thread that serves callers; all of them share one writer. */
export class AuditLog {
  readonly #port: MessagePort;
  readonly #options: AuditLogOptions;
  readonly #outgoing: OutgoingEntries;
  readonly #mostWaiting: number;
  readonly #flush = () => this.#sendWhenQuiet();
  #waiting: Waiter[] = [];
  #flushing = false;
  #countSeen = 0;
  #turns = 0;
  /** Messages that the writer has not answered yet. */
  #unanswered = 0;
  readonly #settled: (() => void)[] = [];
  #newestAtMs: number;
  readonly #watch: NodeJS.Timeout;
  /** Answers so far, and how many there were when entries were last seen waiting. */
  #answers = 0;
  #answersSeen = -1;
  #ended: GatewayError | undefined;

  /** @param newestAtMs instant of the newest entry that the log holds already, in milliseconds. */
  constructor(port: MessagePort, options: AuditLogOptions, newestAtMs: number) {
    this.#port = port;
    this.#options = options;
    this.#outgoing = new OutgoingEntries(options.place, options.keys);
    this.#mostWaiting = options.mostWaiting ?? MOST_WAITING;
    this.#newestAtMs = newestAtMs;
    this.#watch = setInterval(() => this.#lookAtWriter(), options.answerWithinMs ?? ANSWER_WITHIN_MS);
    this.#watch.unref();
    port.on('message', (message: MessageFromWriter) => this.#hear(message));
    port.on('close', () => this.poison('the writer thread has ended'));
  }

  /** Instant of the newest durable entry, in milliseconds: no exchange is decided at an earlier one. */
  get newestAtMs(): number {
    return this.#newestAtMs;
  }

  /** Entries that wait to become durable. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** False once nothing can be appended any more. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /**
   * Resolves once the entry is durable, in the order of the calls.
   *
   * @throws {GatewayError} `log-unavailable` (nothing was stored, or nobody knows: nothing may be released),
   * `overloaded` where too many entries wait already, `internal-error` for a draft that no leaf can say.
   */
  append(draft: EntryDraft): Promise<DurableReceipt> {
    const closed = this.#refusal();
    if (closed !== undefined) return Promise.reject(closed);
    try {
      const receipt = this.#wait(this.#outgoing.add(draft));
      // INVARIANT: nothing but the entry of an exchange ends a message here, so that what is to be stored together stays so.
      if (this.#unanswered < 2 && this.#outgoing.count >= ENOUGH_AHEAD) this.#send();
      return receipt;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Resolves once all of the entries are durable, in their order; where one of them cannot be written, none is.
   *
   * @throws {GatewayError} as `append` does.
   */
  appendTogether(drafts: readonly EntryDraft[]): Promise<readonly DurableReceipt[]> {
    const closed = this.#refusal();
    if (closed !== undefined) return Promise.reject(closed);
    try {
      return Promise.all(this.#outgoing.addTogether(drafts).map((kept) => this.#wait(kept)));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Appends an entry of the gateway's own (a start, a policy change, a read); resolves once it is durable, and with it
   * the `facts` and the older entries that it changes. Where `once` was shown before, the entry says that it was refused. What `sealed` holds reaches the leaf as commitments alone.
   *
   * @throws {GatewayError} as `append` does; `internal-error` for members that the kind does not have.
   */
  appendNote(
    kind: EntryKind,
    members: NoteMembers,
    facts: readonly StandingFact[] = [],
    sealed?: SealedNote,
    change?: OlderEntriesChange,
    once?: ShownOnce,
  ): Promise<DurableReceipt> {
    const closed = this.#refusal();
    if (closed !== undefined) return Promise.reject(closed);
    try {
      const [own = [], ...others] = sharesOf(facts);
      const receipt = this.#wait(
        this.#outgoing.addNote(kind, this.#options.now(), members, own, sealed, change, once),
      );
      // All that one turn notes is stored together, so that no share of the facts is there without the others.
      const rest = others.map((share) =>
        this.#wait(this.#outgoing.addNote('heartbeat', this.#options.now(), {}, share)),
      );
      return rest.length === 0 ? receipt : Promise.all([receipt, ...rest]).then(() => receipt);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sends what waits to be sent, and takes nothing more. What was sent is still answered. */
  close(): void {
    this.#send();
    clearInterval(this.#watch);
    this.#ended ??= new GatewayError('log-unavailable', 'the audit log is closing');
  }

  /** Resolves when nothing waits any more. */
  settled(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  #tellSettled(): void {
    if (this.#waiting.length === 0) for (const resolve of this.#settled.splice(0)) resolve();
  }

  #refusal(): GatewayError | undefined {
    if (this.#ended !== undefined) return this.#ended;
    if (this.#waiting.length < this.#mostWaiting) return undefined;
    return new GatewayError('overloaded', 'too many entries wait for the audit log', {
      retryAfterSeconds: 1,
    });
  }

  #wait({ bodySalt, commitments }: KeptOfEntry): Promise<DurableReceipt> {
    const receipt = new Promise<DurableReceipt>((resolve, reject) => {
      this.#waiting.push({ resolve, reject, bodySalt, commitments });
    });
    if (this.#unanswered === 0) this.#sendSoon();
    return receipt;
  }

  /**
   * What one turn of the event loop appended goes in one message; while the writer works on one, what comes waits for
   * its answer, or until it is much. So a commit takes all that queued while the last one ran, and messages cost little under load.
   */
  #sendSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(this.#flush);
  }

  /**
   * Sends once a whole turn of the event loop brought nothing new. A commit costs the same for one entry as for fifty, so
   * under load it waits while more come in; without load the next turn comes at once. No timer runs.
   */
  #sendWhenQuiet(): void {
    const { count } = this.#outgoing;
    if (!this.#flushing) return;
    if (count === this.#countSeen || count >= ENOUGH || this.#turns >= MOST_TURNS) return this.#send();
    this.#countSeen = count;
    this.#turns += 1;
    setImmediate(this.#flush);
  }

  #send(): void {
    this.#flushing = false;
    this.#countSeen = 0;
    this.#turns = 0;
    if (this.#outgoing.count === 0) return;
    const message = this.#outgoing.take();
    this.#unanswered += 1;
    this.#port.postMessage(message, [message.frame]);
  }

  #hear(message: MessageFromWriter): void {
    this.#answers += 1;
    if (message.type === 'durable') this.#durable(message);
    else if (message.type === 'not-stored') this.#notStored(message.count, message.message);
    else if (message.type === 'poisoned') this.poison(message.message);
    if (this.#settled.length > 0) this.#tellSettled();
  }

  #durable({ first, size, levels, note, frames, runs, limited, newestAtMs }: DurableMessage): void {
    this.#outgoing.giveBack(frames);
    this.#newestAtMs = Math.max(this.#newestAtMs, newestAtMs);
    const batch: BatchProof = { size, levels: Buffer.from(levels), note };
    let taken = 0;
    for (let pair = 0; pair < runs.length; pair += 2) {
      const from = runs[pair] ?? 0;
      const end = from + (runs[pair + 1] ?? 0);
      for (let place = from; place < end; place += 1) {
        const waiter = this.#waiting[taken];
        taken += 1;
        waiter?.resolve(mintReceipt(first + place, batch, place, waiter, limited?.get(place)));
      }
    }
    this.#waiting.splice(0, taken);
    this.#answered(runs.length / 2);
  }

  #answered(messages: number): void {
    this.#unanswered -= messages;
    if (this.#unanswered === 0 && this.#outgoing.count > 0) this.#sendSoon();
  }

  #notStored(count: number, why: string): void {
    const error = new GatewayError('log-unavailable', why, { retryAfterSeconds: 1 });
    for (const { reject } of this.#waiting.splice(0, count)) reject(error);
    this.#answered(1);
  }

  /** A writer that answers nothing at all for two looks in a row hangs in a write: nobody knows what of it will last. */
  #lookAtWriter(): void {
    if (this.#waiting.length === 0) this.#answersSeen = -1;
    else if (this.#answersSeen === this.#answers) this.poison('the writer thread does not answer');
    else this.#answersSeen = this.#answers;
  }

  /**
   * Ends the log for good, with the reason why.
   *
   * INVARIANT: after any doubt nobody gets a receipt any more, neither those who wait nor those who come.
   */
  poison(why: string): void {
    if (this.#ended !== undefined && this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    const error = new GatewayError('log-unavailable', why);
    clearInterval(this.#watch);
    this.#ended = error;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
    this.#tellSettled();
    this.#options.onPoisoned(error);
  }
}
