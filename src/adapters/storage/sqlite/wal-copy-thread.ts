/** The thread that copies the write-ahead log into the store's file, as often as the writer asks. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { assertDurable } from './open-database.ts';
import { CopyState } from './wal-copy-state.ts';

const { file, shared }: { readonly file: string; readonly shared: SharedArrayBuffer } = workerData;
const state = new CopyState(shared);

/** Each time over it copies what was written during the time before, which is less and less. */
const MOST_TIMES = 5;
/** So few pages the writer copies in a millisecond. */
const FEW_PAGES = 32;

/** @throws the errors of SQLite. */
function copy(): void {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    assertDurable(db);
    const copied = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    let before = 0;
    for (let times = 0; times < MOST_TIMES; times += 1) {
      const log = Number(copied.get()?.['log']);
      if (log - before < FEW_PAGES) return;
      before = log;
    }
  } finally {
    db.close();
  }
}

parentPort?.on('message', () => {
  try {
    copy();
    state.set('copied');
  } catch {
    state.set('failed');
  }
});
