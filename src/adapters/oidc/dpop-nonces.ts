/**
 * Nonces that DPoP proofs carry (RFC 9449 section 8): a time and a code over it, so that every thread and every instance
 * with the same keys takes what another gave, and none of them remembers anything.
 */
import { timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../encoding/base64.ts';
import { hmacSha256 } from '../../encoding/sha256.ts';

/** How long a nonce is taken, in milliseconds. */
export const NONCE_LIFE_MS = 5 * 60_000;
/** A client gets the next one when it shows one that is older than this. */
const RENEW_AFTER_MS = NONCE_LIFE_MS / 2;
/** How far the clocks of instances may differ. */
const SKEW_MS = 10_000;
/** Nonces of one such span are one text. */
const SPAN_MS = 10_000;

const TIME_BYTES = 6;
const CODE_BYTES = 16;

/** Verdict on a nonce; `ageing` ones are good, and their holder should be given the next one. */
export type NonceVerdict = 'good' | 'ageing' | 'bad';

export class DpopNonces {
  readonly #keys: readonly Uint8Array[];

  /** @param keys the first makes nonces; those of all are taken. */
  constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys;
  }

  /** The nonce to give out now. */
  fresh(nowMs: number): string {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUIntBE(Math.floor(nowMs / SPAN_MS) * SPAN_MS, 0, TIME_BYTES);
    const [key] = this.#keys;
    if (key === undefined) throw new TypeError('there is no key for nonces');
    return toBase64url(Buffer.concat([time, codeOf(time, key)]));
  }

  judge(nonce: string, nowMs: number): NonceVerdict {
    const bytes = fromBase64url(nonce);
    if (bytes?.length !== TIME_BYTES + CODE_BYTES) return 'bad';
    const time = bytes.subarray(0, TIME_BYTES);
    const code = bytes.subarray(TIME_BYTES);
    if (!this.#keys.some((key) => timingSafeEqual(codeOf(time, key), code))) return 'bad';
    const ageMs = nowMs - time.readUIntBE(0, TIME_BYTES);
    if (ageMs < -SKEW_MS || ageMs > NONCE_LIFE_MS + SPAN_MS) return 'bad';
    return ageMs > RENEW_AFTER_MS ? 'ageing' : 'good';
  }
}

function codeOf(time: Uint8Array, key: Uint8Array): Uint8Array {
  return hmacSha256(key, time).subarray(0, CODE_BYTES);
}
