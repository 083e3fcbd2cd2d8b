/**
 * Bound references: a provider's own reference, sealed together with the agreement and the system that it is given to.
 * AES-256-GCM (NIST SP 800-38D) in base64url; the nonce is an HMAC of the content, so one reference always has one text.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { fromBase64url } from '../../encoding/base64.ts';
import { hmacSha256 } from '../../encoding/sha256.ts';

/** Whose a reference is, and what the provider calls it. */
export interface BoundReference {
  readonly agreement: string;
  readonly system: string;
  readonly value: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_TEXT = 4096;

/** Makes URL-safe texts that only `openReference` with the same key opens. @param key 32 bytes. */
export function bindReference(key: Uint8Array): (agreement: string, system: string, value: string) => string {
  const { cipherKey, nonceKey } = keysOf(key);
  return (agreement, system, value) => {
    const content = Buffer.from(JSON.stringify([agreement, system, value]));
    const nonce = hmacSha256(nonceKey, content).subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', cipherKey, nonce);
    const text = Buffer.concat([cipher.update(content), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
  };
}

/** Opens references; undefined for any text that was not made with one of these keys. @param keys 32 bytes each. */
export function openReference(...keys: readonly Uint8Array[]): (text: string) => BoundReference | undefined {
  const cipherKeys = keys.map((key) => keysOf(key).cipherKey);
  return (text) => {
    const sealed = text.length > LONGEST_TEXT ? undefined : fromBase64url(text);
    if (sealed === undefined || sealed.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    for (const key of cipherKeys) {
      const content = decrypted(key, sealed);
      if (content !== undefined) return readContent(content);
    }
    return undefined;
  };
}

function keysOf(key: Uint8Array): { cipherKey: Buffer; nonceKey: Buffer } {
  if (key.length !== 32) throw new RangeError('the key of bound references has 32 bytes');
  return {
    cipherKey: hmacSha256(key, 'bound reference: cipher'),
    nonceKey: hmacSha256(key, 'bound reference: nonce'),
  };
}

function decrypted(key: Uint8Array, sealed: Buffer): Buffer | undefined {
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  cipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const content = cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    cipher.final();
    return content;
  } catch {
    return undefined; // not sealed with this key, or changed since
  }
}

function readContent(content: Buffer): BoundReference | undefined {
  const [agreement, system, value] = JSON.parse(content.toString('utf8'));
  return { agreement, system, value };
}
