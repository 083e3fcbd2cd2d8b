/** SHAKE256 (FIPS 202): a hash as long as it is asked for. */
import { createHash } from 'node:crypto';

/** `length` bytes of SHAKE256 over `bytes`. */
export function shake256(bytes: Uint8Array, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(bytes).digest();
}
