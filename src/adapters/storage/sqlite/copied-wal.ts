/**
 * Has the write-ahead log copied into the store's file by a thread of its own, so that commits wait for the end of a copy
 * and not for all of it (sqlite.org/wal.html section 3.5: any connection may copy while another one writes).
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { CopyState } from './wal-copy-state.ts';

/** 8 MiB: the write-ahead log is then overwritten in place, which flushes quicker than a file that grows. */
const PAGES_BETWEEN_COPIES = 1000;
/** Commits between two looks at how long the log is: a look costs a tenth of a small commit. */
const LOOK_EVERY = 8;
/** Where the thread does not keep up, SQLite copies within a commit when the log is so many times as long. */
const TIMES_UNTIL_OWN_COPY = 4;
/** A copy takes milliseconds; a thread that is not done after so long is not waited for. */
const CLOSE_WITHIN_MS = 5000;
/** It copies pages and holds next to nothing. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32 };

export interface CopiedWalOptions {
  /** Pages that wait in the log before they are copied. */
  readonly pagesBetweenCopies?: number;
  /** For tests of a thread that fails. */
  readonly threadUrl?: URL;
}

/**
 * INVARIANT: what is durable never depends on a copy. A commit is durable in the log, SQLite flushes the log before it copies
 * and the file before it lets go of the log; a copy that fails leaves the log as it is.
 */
export class CopiedWal {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #pages: number;
  readonly #threadUrl: URL;
  readonly #look: StatementSync;
  readonly #copyRest: StatementSync;
  readonly #state = new CopyState();
  #thread: Worker | undefined;
  #commits = 0;

  constructor(db: DatabaseSync, file: string, options: CopiedWalOptions = {}) {
    this.#db = db;
    this.#file = file;
    this.#pages = options.pagesBetweenCopies ?? PAGES_BETWEEN_COPIES;
    this.#threadUrl = options.threadUrl ?? new URL('./wal-copy-thread.ts', import.meta.url);
    this.#look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#copyRest = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    this.#ownCopyAt(this.#pages * TIMES_UNTIL_OWN_COPY);
  }

  /** To be called after each commit. Never throws: where copying fails, the next write into the full log says so. */
  committed(): void {
    const { now } = this.#state;
    if (now === 'copied') this.#end();
    else if (now === 'failed') this.#giveUp();
    else if (now === 'idle' && this.#isTooLong()) this.#ask();
  }

  /** Waits until no copy is under way, and ends the thread. */
  close(): void {
    this.#state.waitWhileCopying(CLOSE_WITHIN_MS);
    void this.#thread?.terminate();
  }

  #isTooLong(): boolean {
    this.#commits += 1;
    if (this.#commits % LOOK_EVERY !== 0) return false;
    const { log, checkpointed } = this.#look.get() ?? {};
    return Number(log) - Number(checkpointed) >= this.#pages;
  }

  #ask(): void {
    this.#thread ??= this.#start();
    this.#state.set('copying');
    this.#thread.postMessage('copy');
  }

  #start(): Worker {
    const workerData = { file: this.#file, shared: this.#state.shared };
    const thread = new Worker(this.#threadUrl, { workerData, resourceLimits: THREAD_LIMITS });
    thread.on('error', () => this.#state.set('failed'));
    thread.unref();
    return thread;
  }

  /** What was written while the thread copied is little: once that is in the file too, the log is overwritten from its start. */
  #end(): void {
    this.#state.set('idle');
    try {
      this.#copyRest.get();
    } catch {
      this.#giveUp();
    }
  }

  /** SQLite copies within commits again, as it does by itself. */
  #giveUp(): void {
    this.#ownCopyAt(this.#pages);
    this.#state.set('given up');
    void this.#thread?.terminate();
  }

  #ownCopyAt(pages: number): void {
    this.#db.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
  }
}
