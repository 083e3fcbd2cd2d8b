/** Keys of sealed texts, drawn and wrapped many at a time: AES Key Wrap (RFC 3394), its steps for all of them together. */
import { type Cipheriv, createCipheriv } from 'node:crypto';
import type { Salts } from './salts.ts';

export const KEY_BYTES = 32;
/** Bytes of a wrapped key: RFC 3394 puts eight before it. */
export const WRAPPED_BYTES = KEY_BYTES + 8;

const KEYS = 64;
const WORD = 4;
const HALF = 8;
const BLOCK = 2 * HALF;
const PARTS = KEY_BYTES / HALF;
const TURNS = 6;
/** RFC 3394 section 2.2.3.1. */
const FIRST_BYTE = 0xa6;

/**
 * Wraps keys with one sealing key; each key is given out once.
 *
 * INVARIANT: keys that were drawn stand in memory alone until they are used, and are zeroed then.
 */
export class EntryKeys {
  readonly #salts: Salts;
  readonly #cipher: Cipheriv;
  readonly #keys = Buffer.alloc(KEYS * KEY_BYTES);
  readonly #wrapped = Buffer.alloc(KEYS * WRAPPED_BYTES);
  readonly #blocks = Buffer.alloc(KEYS * BLOCK);
  #next = KEYS;

  /** @param sealingKey 32 bytes. */
  constructor(sealingKey: Uint8Array, salts: Salts) {
    this.#salts = salts;
    this.#cipher = createCipheriv('aes-256-ecb', sealingKey, null).setAutoPadding(false);
  }

  /** Moves a fresh key into `key`, and what it is wrapped to into `target` from `at`. */
  take(key: Buffer, target: Buffer, at: number): void {
    if (this.#next === KEYS) this.#draw();
    const from = this.#next * KEY_BYTES;
    const wrapped = this.#next * WRAPPED_BYTES;
    this.#next += 1;
    for (let nth = 0; nth < KEY_BYTES; nth += 1) {
      key[nth] = this.#keys[from + nth] ?? 0;
      this.#keys[from + nth] = 0;
    }
    for (let nth = 0; nth < WRAPPED_BYTES; nth += 1) target[at + nth] = this.#wrapped[wrapped + nth] ?? 0;
  }

  #draw(): void {
    this.#salts.take(this.#keys, 0, this.#keys.length);
    wrapKeys(this.#cipher, this.#keys, this.#wrapped, this.#blocks);
    this.#next = 0;
  }
}

/**
 * Wraps keys of 32 bytes that lie one after the other (RFC 3394 section 2.2.1): step for step the same for each, with the
 * cipher's blocks of one step in one call.
 *
 * @param cipher AES-256-ECB under the wrapping key, without padding.
 * @param wrapped where the wrapped keys go, 40 bytes each.
 * @param blocks scratch space of 16 bytes for each key; zeroed afterwards.
 */
export function wrapKeys(cipher: Cipheriv, keys: Buffer, wrapped: Buffer, blocks: Buffer): void {
  const count = keys.length / KEY_BYTES;
  const [into, block] = [words(wrapped), words(blocks)];
  for (let nth = 0; nth < count; nth += 1) {
    blocks.fill(FIRST_BYTE, nth * BLOCK, nth * BLOCK + HALF);
    keys.copy(wrapped, nth * WRAPPED_BYTES + HALF, nth * KEY_BYTES, (nth + 1) * KEY_BYTES);
  }
  for (let step = 0; step < TURNS * PARTS; step += 1) {
    const part = HALF * (1 + (step % PARTS));
    for (let nth = 0; nth < count; nth += 1)
      move(into, nth * WRAPPED_BYTES + part, block, nth * BLOCK + HALF);
    const turned = cipher.update(blocks);
    const out = words(turned);
    for (let nth = 0; nth < count; nth += 1) {
      const at = nth * BLOCK;
      move(out, at, block, at);
      // The number of the step stands in the last of the eight bytes: it is never above 24.
      blocks[at + HALF - 1] = (blocks[at + HALF - 1] ?? 0) ^ (step + 1);
      move(out, at + HALF, into, nth * WRAPPED_BYTES + part);
    }
    turned.fill(0);
  }
  for (let nth = 0; nth < count; nth += 1) move(block, nth * BLOCK, into, nth * WRAPPED_BYTES);
  blocks.fill(0);
}

/** The same memory in words: everything here stands at multiples of eight bytes. */
function words(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD);
}

/** Moves half a block; places in bytes. */
function move(from: Int32Array, at: number, to: Int32Array, toAt: number): void {
  const [source, target] = [at >> 2, toAt >> 2];
  to[target] = from[source] ?? 0;
  to[target + 1] = from[source + 1] ?? 0;
}
