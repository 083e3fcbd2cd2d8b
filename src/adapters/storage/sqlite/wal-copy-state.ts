/** What the thread that copies the write-ahead log is about, in memory that it shares with the writer. */

/** The word in the memory is the place of a name in this list. */
export const NAMES = ['idle', 'copying', 'copied', 'failed', 'given up'] as const;

type Name = (typeof NAMES)[number];

const COPYING = NAMES.indexOf('copying');

export class CopyState {
  /** To be given to the other thread. */
  readonly shared: SharedArrayBuffer;
  readonly #word: Int32Array;

  /** @param shared that of the other thread; a new one without it. */
  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#word = new Int32Array(shared);
  }

  get now(): Name {
    return NAMES[Atomics.load(this.#word, 0)] ?? 'failed';
  }

  set(name: Name): void {
    Atomics.store(this.#word, 0, NAMES.indexOf(name));
    Atomics.notify(this.#word, 0);
  }

  /** Holds this thread up while the other one copies, so many milliseconds at most. */
  waitWhileCopying(mostMs: number): void {
    Atomics.wait(this.#word, 0, COPYING, mostMs);
  }
}
