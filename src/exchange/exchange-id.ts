/** Exchange identifiers: UUID version 7 (RFC 9562 section 5.7), sortable by time, 74 random bits. */
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** A fresh identifier for an exchange that begins at `atMs` (milliseconds since 1970 UTC). */
export function exchangeId(atMs: number): string {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  const time = Math.floor(atMs).toString(16).padStart(12, '0');
  const variant = VARIANT[Number.parseInt(random.charAt(3), 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(8, 20)}`;
}

const VARIANT = ['8', '9', 'a', 'b'] as const;
