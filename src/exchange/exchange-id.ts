/** Exchange identifiers: UUID version 7 (RFC 9562 section 5.7), sortable by time, 74 random bits. */
import { randomBytes } from 'node:crypto';

/** Hexadecimal digits of random bytes, drawn 4 KiB at a time; each is used once. */
const POOL_BYTES = 4096;
const DIGITS = 20;
let pool = '';
let used = 0;

/** A fresh identifier for an exchange that begins at `atMs` (milliseconds since 1970 UTC). */
export function exchangeId(atMs: number): string {
  if (used + DIGITS > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  const at = used;
  used += DIGITS;
  const time = Math.floor(atMs).toString(16).padStart(12, '0');
  const variant = VARIANT[Number.parseInt(pool.charAt(at + 3), 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${pool.slice(at, at + 3)}-${variant}${pool.slice(at + 4, at + 7)}-${pool.slice(at + 8, at + 20)}`;
}

const VARIANT = ['8', '9', 'a', 'b'] as const;
