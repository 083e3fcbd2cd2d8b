/** Tags of people and references: HMAC-SHA-256 (RFC 2104) under the key of one epoch of tags. */
import { sha256, sha256Into } from '../../encoding/sha256.ts';

/** Bytes of one tag. */
export const TAG_BYTES = 32;

const BLOCK = 64;
const MOST_REMEMBERED = 4096;

/**
 * Makes `HMAC(key, namespace ‖ 0x00 ‖ identifier)`. Two one-shot hashes over prepared pads cost a third of an HMAC object.
 * An acting person comes again and again, so the newest tags are remembered (in memory alone).
 */
export class SubjectTags {
  readonly #outer = Buffer.alloc(BLOCK + TAG_BYTES);
  readonly #newest = new Map<string, Buffer>();
  #inner = Buffer.alloc(1024);

  /** @param key 32 bytes; RFC 2104 hashes longer keys, which this does not need. */
  constructor(key: Uint8Array) {
    if (key.length !== TAG_BYTES) throw new RangeError('the key of subject tags has 32 bytes');
    for (let at = 0; at < BLOCK; at += 1) {
      const byte = key[at] ?? 0;
      this.#inner[at] = byte ^ 0x36;
      this.#outer[at] = byte ^ 0x5c;
    }
  }

  /** The blocks that the inner and the outer hash begin with. */
  pads(): { readonly inner: Uint8Array; readonly outer: Uint8Array } {
    return { inner: this.#inner.subarray(0, BLOCK), outer: this.#outer.subarray(0, BLOCK) };
  }

  /** The tag, 32 bytes that must not be changed. */
  of(namespace: string, identifier: string): Buffer {
    const value = `${namespace}\0${identifier}`;
    const known = this.#newest.get(value);
    if (known !== undefined) return known;
    this.innerHash(this.message(value).length, this.#outer, BLOCK);
    const tag = sha256(this.#outer);
    if (this.#newest.size >= MOST_REMEMBERED) this.#newest.clear();
    this.#newest.set(value, tag);
    return tag;
  }

  /** What is hashed behind the inner pad, in memory that the next call overwrites. */
  message(value: string): Uint8Array {
    const most = BLOCK + 3 * value.length;
    if (most > this.#inner.length) this.#inner = Buffer.concat([this.#inner], 2 * most);
    const length = this.#inner.write(value, BLOCK);
    return this.#inner.subarray(BLOCK, BLOCK + length);
  }

  /** Writes the inner hash of the newest message, which has `length` bytes, into `target` from `at`. */
  innerHash(length: number, target: Buffer, at: number): void {
    sha256Into(target, at, this.#inner.subarray(0, BLOCK + length));
  }
}
