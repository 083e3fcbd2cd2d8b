/** SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104): the only file that imports the hash functions. */
import { createHash, createHmac, hash } from 'node:crypto';

/** The 32 bytes of SHA-256 over `bytes`; a string is taken as UTF-8. */
export function sha256(bytes: Uint8Array | string): Buffer {
  const digest = Buffer.allocUnsafe(32);
  digest.write(hash('sha256', bytes, 'latin1'), 0, 32, 'latin1'); // a third of the time of asking for a buffer
  return digest;
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

/** SHA-256 over bytes that come in pieces. */
export interface Sha256Stream {
  update(bytes: Uint8Array): void;
  /** Ends the stream; the 32 bytes. */
  digest(): Buffer;
}

/** Begins a SHA-256 over bytes that come in pieces. */
export function sha256Stream(): Sha256Stream {
  const running = createHash('sha256');
  return { update: (bytes) => void running.update(bytes), digest: () => running.digest() };
}

/** Writes the 32 bytes of SHA-256 over `bytes` into `target` from `at`: three times as quick as making a new buffer. */
export function sha256Into(target: Buffer, at: number, bytes: Uint8Array): void {
  target.write(hash('sha256', bytes, 'latin1'), at, 32, 'latin1');
}
