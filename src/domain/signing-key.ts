/** Signing keys of organisations: Ed25519 public keys (RFC 8032) as JWK (RFC 8037), named by their thumbprint (RFC 7638). */
import { fromBase64, fromBase64url, toBase64url } from '../encoding/base64.ts';
import { sha256Base64url } from '../encoding/sha256.ts';

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key, base64url: what a gateway pins. */
  readonly fingerprint: string;
  /** The 32 bytes of the public key, base64url: the member `x` of its JWK. */
  readonly x: string;
}

/** Organisation → fingerprints of the keys that count for it, from the gateway's own configuration. */
export type PinnedKeys = ReadonlyMap<string, ReadonlySet<string>>;

const KEY_BYTES = 32;
/** RFC 8410 section 4: what stands before the 32 bytes in the DER of an Ed25519 public key. */
const DER_HEAD = '302a300506032b6570032100';
const PEM = /^-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PUBLIC KEY-----\s*$/;

/** The key whose `x` this is, or undefined where it is not 32 bytes in base64url. */
export function signingKey(x: string): SigningKey | undefined {
  if (fromBase64url(x)?.length !== KEY_BYTES) return undefined;
  return { x, fingerprint: sha256Base64url(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`) };
}

/** The key that a text holds: the `x` of its JWK, or a public key in PEM. Undefined for anything else. */
export function readSigningKey(text: string): SigningKey | undefined {
  const body = PEM.exec(text.trim())?.[1];
  if (body === undefined) return signingKey(text.trim());
  const der = fromBase64(body.replace(/\s+/g, ''));
  if (der?.toString('hex', 0, DER_HEAD.length / 2) !== DER_HEAD) return undefined;
  return signingKey(toBase64url(der.subarray(DER_HEAD.length / 2)));
}
