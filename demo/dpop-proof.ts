/** What a client sends with a token that is bound to its key: the token, and a proof of the key for this one request (RFC 9449). */
import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKeyPair } from 'openid-client';

export interface BoundRequest {
  readonly method: string;
  readonly url: string;
}

/** A fresh key, as a client makes one for itself and never shows to anybody. */
export function clientKey(): Promise<CryptoKeyPair> {
  return generateKeyPair('ES256', { extractable: true });
}

/** The two headers of one request (RFC 9449 section 7.1), each good once and for a minute. */
export async function boundHeaders(
  { method, url }: BoundRequest,
  token: string,
  { publicKey, privateKey }: CryptoKeyPair,
): Promise<Readonly<Record<'Authorization' | 'DPoP', string>>> {
  const { origin, pathname } = new URL(url);
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(Date.now() / 1000),
    ath: createHash('sha256').update(token).digest('base64url'),
  };
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) };
  const proof = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
  return { Authorization: `DPoP ${token}`, DPoP: proof };
}
