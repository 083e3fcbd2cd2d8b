/** Salts of commitments: 16 bytes each from the system's random source, drawn 8 KiB at a time. */
import { randomFillSync } from 'node:crypto';

/** Bytes of one salt. */
export const SALT_BYTES = 16;

/** Up to here a loop is quicker than the methods of a Buffer. */
const FEW_BYTES = 64;

/** Gives no salt out twice, and keeps none in memory that it gave out. */
export class Salts {
  readonly #pool = Buffer.alloc(8192);
  #at = this.#pool.length;

  /** Writes `bytes` fresh random bytes into `target` from `at`; at most 8 KiB. */
  take(target: Buffer, at: number, bytes = SALT_BYTES): void {
    if (this.#at + bytes > this.#pool.length) {
      randomFillSync(this.#pool);
      this.#at = 0;
    }
    const pool = this.#pool;
    const from = this.#at;
    // INVARIANT: what was given out is passed and zeroed, so no salt is used twice.
    this.#at += bytes;
    if (bytes > FEW_BYTES) {
      pool.copy(target, at, from, from + bytes);
      pool.fill(0, from, from + bytes);
      return;
    }
    for (let nth = 0; nth < bytes; nth += 1) {
      target[at + nth] = pool[from + nth] ?? 0;
      pool[from + nth] = 0;
    }
  }
}
