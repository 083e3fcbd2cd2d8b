/** Empties SQLite's write-ahead log after something was erased: older copies of pages stand in it until then (sqlite.org/wal.html). */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isBusy, isFull } from './sqlite-error.ts';

/** A reader that holds a view of the store keeps the write-ahead log from being emptied; it is asked again this often. */
const TRY_EVERY_MS = 1000;

/** Empties the log as soon as nobody reads from it any more. */
export class EmptiedWal {
  readonly #db: DatabaseSync;
  readonly #empty: StatementSync;
  #due = false;
  #triedAtMs = Number.NEGATIVE_INFINITY;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#empty = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Something was erased: what the write-ahead log holds of it must go. */
  due(): void {
    this.#due = true;
    this.#triedAtMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * Empties it where that is due, now and then; waits for nobody.
   *
   * @throws where the disk fails: what it holds is then in doubt.
   */
  tryAgain(): void {
    if (!this.#due) return;
    const nowMs = performance.now();
    if (nowMs - this.#triedAtMs < TRY_EVERY_MS) return;
    this.#triedAtMs = nowMs;
    this.#due = !this.#emptied();
  }

  /** The same, however lately it was tried. */
  tryAtLast(): void {
    this.#triedAtMs = Number.NEGATIVE_INFINITY;
    this.tryAgain();
  }

  #emptied(): boolean {
    const { timeout } = this.#db.prepare('PRAGMA busy_timeout').get() ?? {};
    this.#db.exec('PRAGMA busy_timeout = 0');
    try {
      return Number(this.#empty.get()?.['busy']) === 0;
    } catch (error) {
      if (isBusy(error) || isFull(error)) return false;
      throw error;
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${Number(timeout ?? 0)}`);
    }
  }
}
