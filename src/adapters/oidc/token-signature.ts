/** Verifies the signature of a token (RFC 7515) by the keys of its issuer, and by no other. */
import { compactVerify, errors } from 'jose';
import type { KeySet } from './issuer-keys.ts';

export type SignatureVerdict = 'valid' | 'invalid' | 'unknown key';

/**
 * What the keys say of the signature.
 *
 * @param algorithms the algorithms that this issuer may use; anything else is `invalid`.
 */
export async function verifySignature(
  token: string,
  keys: KeySet,
  algorithms: readonly string[],
): Promise<SignatureVerdict> {
  const options = { algorithms: [...algorithms] };
  try {
    await compactVerify(token, keys.resolve, options);
    return 'valid';
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return 'unknown key';
    if (error instanceof errors.JWKSMultipleMatchingKeys) return anyOf(error, token, options);
    return 'invalid';
  }
}

/** Two keys may carry one identifier (or the token none); type, algorithm, use and curve have been compared already. */
async function anyOf(
  keys: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: { algorithms: string[] },
): Promise<SignatureVerdict> {
  for await (const key of keys) {
    try {
      await compactVerify(token, key, options);
      return 'valid';
    } catch {
      // This key did not sign it; the next one may have.
    }
  }
  return 'invalid';
}
