/** Changes of entries that are stored already: sealed rows that are reduced, and entries that are dropped (docs/formats/store.md). */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DroppedEntries, SealedChange } from '../../../audit-log/ports.ts';
import {
  type BatchRow,
  changeSealedRow,
  entriesOfRow,
  secondOfExchange,
  withoutEntries,
} from './entry-batch.ts';

const HOLDING = 'FROM batches WHERE first <= ? ORDER BY first DESC LIMIT 1';

/** Rewrites batches inside the transaction of the entry that says so. */
export class EntryChanges {
  readonly #sealedOf: StatementSync;
  readonly #setSealed: StatementSync;
  readonly #batchOf: StatementSync;
  readonly #setBatch: StatementSync;
  readonly #forgetSecond: StatementSync;

  constructor(db: DatabaseSync) {
    this.#sealedOf = db.prepare(`SELECT first, sealed ${HOLDING}`);
    this.#setSealed = db.prepare('UPDATE batches SET sealed = ? WHERE first = ?');
    this.#batchOf = db.prepare(`SELECT first, heads, hashes, leaves, sealed ${HOLDING}`);
    this.#setBatch = db.prepare('UPDATE batches SET heads = ?, leaves = ?, sealed = ? WHERE first = ?');
    this.#forgetSecond = db.prepare('DELETE FROM exchanges WHERE second = ? AND first = ?');
  }

  /** Reduces one sealed row; leaves, hashes and every other sealed row stay as they are. */
  reduce({ index, change }: SealedChange): void {
    const batch = this.#sealedOf.get(index);
    const sealed = batch?.['sealed'];
    // Where the whole batch was dropped nothing is left to reduce.
    if (!(sealed instanceof Uint8Array) || sealed.length === 0) return;
    const first = Number(batch?.['first']);
    this.#setSealed.run(changeSealedRow(sealed, index - first, change), first);
  }

  /** Drops entries, batch after batch. */
  drop({ indexes, by }: DroppedEntries): void {
    for (let at = 0; at < indexes.length; ) {
      const batch = this.#batchOf.get(indexes[at] ?? 0);
      if (batch === undefined) return;
      const end = Number(batch['first']) + sizeOf(batch);
      const due = new Set<number>();
      const before = at;
      for (; (indexes[at] ?? end) < end; at += 1) due.add(indexes[at] ?? end);
      if (at === before) throw new RangeError('an entry that is to be dropped is not in the log');
      this.#dropFrom(batch, due, by);
    }
  }

  #dropFrom(batch: BatchRow, due: ReadonlySet<number>, by: number): void {
    const left = withoutEntries(batch, ({ index }) => due.has(index), by);
    if (left === undefined) return;
    const first = Number(batch['first']);
    this.#setBatch.run(left.heads, left.leaves, left.sealed, first);
    const gone = secondsIn(batch).difference(secondsIn({ ...batch, heads: left.heads }));
    for (const second of gone) this.#forgetSecond.run(second, first);
  }
}

/** The seconds by which exchanges of the batch are looked for. */
function secondsIn(batch: BatchRow): Set<number> {
  const exchanges = Array.from(entriesOfRow(batch), ({ exchange }) => exchange);
  return new Set(exchanges.filter((exchange) => exchange !== undefined).map(secondOfExchange));
}

const HASH_BYTES = 32;

function sizeOf({ hashes }: BatchRow): number {
  return hashes instanceof Uint8Array ? hashes.length / HASH_BYTES : 0;
}
