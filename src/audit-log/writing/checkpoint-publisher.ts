/** Signs the tree's head (C2SP tlog-checkpoint) soon after each commit: head file first, then the store. */
import { formatCheckpoint } from '../../merkle/checkpoint.ts';
import { rootOfRange } from '../../merkle/compact-range.ts';
import { type AuditStore, CleanRollback, type HeadFile, type NoteSigner, type StoreState } from '../ports.ts';
import type { OtherSigners } from '../witnessing/other-signers.ts';

export interface PublisherOptions {
  readonly store: AuditStore;
  readonly headFile: HeadFile;
  readonly signer: NoteSigner;
  readonly origin: string;
  /** The checkpoint that the head file holds. */
  readonly head: string | undefined;
  /** Where other instances sign checkpoints of the same log. */
  readonly others?: OtherSigners;
  /** Milliseconds from a commit to the checkpoint over it. */
  readonly delayMs?: number;
  /** How long the store may take to keep one checkpoint, in milliseconds. */
  readonly storeWithinMs?: number;
  /** Told of any doubt; nothing is signed afterwards. */
  readonly onFailed: (error: Error) => void;
}

const DELAY_MS = 500;
const WITHIN_MS = 10_000;

/**
 * Publishes checkpoints one after the other.
 *
 * INVARIANT: the log never signs a fork: only what this process committed is signed, each head replaces the last one that
 * was signed (compare and swap), and after a doubtful write nothing is signed any more. Where others write to the log, what
 * is signed is proved to go on from the last head, and nothing is signed that another one signed past already.
 */
export class CheckpointPublisher {
  readonly #options: PublisherOptions;
  #head: string | undefined;
  /** A checkpoint that stands in the head file and not yet in the store. */
  #unstored: { readonly size: number; readonly note: string } | undefined;
  #newest: StoreState | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#head = options.head;
  }

  /** Notes what was committed; a checkpoint over it follows. */
  committed(state: StoreState): void {
    this.#newest = state;
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = setTimeout(() => void this.publish(), this.#options.delayMs ?? DELAY_MS);
  }

  /** Signs and stores the newest state now, where it is not signed yet. Resolves when done, or when it failed. */
  async publish(): Promise<void> {
    await this.#running;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#publish();
    await this.#running;
    this.#running = undefined;
  }

  /** Signs nothing any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #publish(): Promise<void> {
    const state = this.#newest;
    if (state === undefined || this.#stopped) return;
    try {
      if (await this.#goesOn(state)) this.#sign(state);
      await this.#store();
      if (this.#newest === state) this.#newest = undefined;
    } catch (error) {
      this.#failed(state, error);
    }
  }

  /** False where another instance has signed as much or more. @throws {Error} where the log was forked. */
  async #goesOn(state: StoreState): Promise<boolean> {
    const { others, headFile } = this.#options;
    if (others === undefined) return true;
    const newest = await others.newest(this.#head);
    if (newest !== this.#head && newest !== undefined) {
      headFile.replace(this.#head, newest);
      this.#head = newest;
    }
    return others.goesOn(this.#head, state);
  }

  #sign({ size, range }: StoreState): void {
    if (this.#unstored?.size === size) return;
    const { signer, origin, headFile } = this.#options;
    const note = signer.sign(formatCheckpoint({ origin, size, root: rootOfRange(range) }));
    headFile.replace(this.#head, note);
    this.#head = note;
    this.#unstored = { size, note };
  }

  async #store(): Promise<void> {
    if (this.#unstored === undefined) return;
    const { size, note } = this.#unstored;
    await answered(this.#options.store.putCheckpoint(size, note), this.#options.storeWithinMs ?? WITHIN_MS);
    this.#unstored = undefined;
  }

  /** A full disk is no doubt: nothing was written, and the next try may find room. */
  #failed(state: StoreState, error: unknown): void {
    if (error instanceof CleanRollback) return this.committed(this.#newest ?? state);
    this.stop();
    this.#options.onFailed(error instanceof Error ? error : new Error('a checkpoint could not be written'));
  }
}

/** A store that never answers is as doubtful as one that fails: nobody knows what it will still do. */
async function answered(stored: void | Promise<void>, withinMs: number): Promise<void> {
  if (stored === undefined) return;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error('the store did not answer a checkpoint in time')),
    withinMs,
  );
  await Promise.race([stored, late.promise]).finally(() => clearTimeout(timer));
}
