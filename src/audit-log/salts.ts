/** Salts of commitments: 16 bytes each from the system's random source, drawn 8 KiB at a time. */
import { randomFillSync } from 'node:crypto';

/** Bytes of one salt. */
export const SALT_BYTES = 16;

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
    this.#pool.copy(target, at, this.#at, this.#at + bytes);
    this.#pool.fill(0, this.#at, this.#at + bytes);
    this.#at += bytes;
  }
}
