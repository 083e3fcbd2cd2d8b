/** Keys for the nonces of DPoP proofs, derived from the key ring (HKDF-Expand, RFC 5869 section 2.3): no file of their own. */
import { hmacSha256 } from '../../encoding/sha256.ts';
import type { KeyRing } from './key-ring.ts';

/** Names the purpose, so that what a nonce gives away says nothing about a matching code; one block of 32 bytes. */
const INFO = Buffer.concat([Buffer.from('sharing-gateway dpop nonces'), Buffer.of(1)]);

/**
 * The newest first. Every instance of one log has the same ones, so each takes what another gave; after a rotation the
 * older ones go on for as long as they stand in the key's file.
 */
export function nonceKeys({
  matchingCodes,
  olderMatchingCodes,
}: Pick<KeyRing, 'matchingCodes' | 'olderMatchingCodes'>): readonly Uint8Array[] {
  return [matchingCodes, ...olderMatchingCodes].map(({ bytes }) => hmacSha256(bytes, INFO));
}
