/**
 * Matching codes: HMAC-SHA-256 (RFC 2104) of a value under a key of the agreement's own, in base64url. Whoever holds two
 * lists of one agreement can match them; nobody can match those of two agreements, or get from a code to its value.
 */
import { hmacSha256 } from '../../encoding/sha256.ts';

const SEPARATOR = '\0';

/** Makes codes of 43 characters. @param key 32 bytes, from which the key of each agreement is derived. */
export function matchingCode(
  key: Uint8Array,
): (agreement: string, namespace: string, value: string) => string {
  if (key.length !== 32) throw new RangeError('the key of matching codes has 32 bytes');
  // Apart from what else the same key is used for.
  const codes = hmacSha256(key, 'matching code');
  const keys = new Map<string, Buffer>();
  const keyOf = (agreement: string): Buffer => {
    const derived = keys.get(agreement) ?? hmacSha256(codes, agreement);
    keys.set(agreement, derived);
    return derived;
  };
  return (agreement, namespace, value) =>
    hmacSha256(keyOf(agreement), `${namespace}${SEPARATOR}${value}`).toString('base64url');
}
