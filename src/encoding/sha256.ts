/** SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104): the only file that imports the hash functions. */
import { createHmac, hash } from 'node:crypto';

/** The 32 bytes of SHA-256 over `bytes`; a string is taken as UTF-8. */
export function sha256(bytes: Uint8Array | string): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** SHA-256 in lower-case hexadecimal; quicker than the bytes where a text is wanted. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** SHA-256 in unpadded base64url. */
export function sha256Base64url(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'base64url');
}

/** The 32 bytes of HMAC-SHA-256. */
export function hmacSha256(key: Uint8Array, bytes: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(bytes).digest();
}
