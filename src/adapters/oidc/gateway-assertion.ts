/** The gateway's own assertion of who it is at an issuer (RFC 7523 section 2.2), signed with its private key. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as client from 'openid-client';
import type { SigningSecret } from './issuer-secrets.ts';

/** The algorithm that fits a key best (RFC 7518, RFC 8037), and what Web Crypto calls it. */
const BY_CURVE: Readonly<Record<string, Signing>> = {
  prime256v1: { algorithm: 'ES256', crypto: { name: 'ECDSA', namedCurve: 'P-256' } },
  secp384r1: { algorithm: 'ES384', crypto: { name: 'ECDSA', namedCurve: 'P-384' } },
};
const ED25519: Signing = { algorithm: 'EdDSA', crypto: { name: 'Ed25519' } };
const RSA: Signing = { algorithm: 'PS256', crypto: { name: 'RSA-PSS', hash: 'SHA-256' } };

interface Signing {
  readonly algorithm: string;
  readonly crypto: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
}

/**
 * What openid-client authenticates with.
 *
 * @throws {TypeError} where the key is not RSA, P-256, P-384 or Ed25519. The message does not quote it.
 */
export function byAssertion({ key: pem, keyId }: Pick<SigningSecret, 'key' | 'keyId'>): client.ClientAuth {
  const secret = privateKey(pem);
  const signing = secret === undefined ? undefined : signingOf(secret);
  if (secret === undefined || signing === undefined) throw new TypeError('private key cannot sign');
  const key = secret.toCryptoKey(signing.crypto, false, ['sign']);
  return client.PrivateKeyJwt(keyId === undefined ? { key } : { key, kid: keyId }, {
    [client.modifyAssertion]: (header) => {
      // Of one algorithm's two names, servers know the older one.
      header['alg'] = signing.algorithm;
    },
  });
}

function signingOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Signing | undefined {
  if (asymmetricKeyType === 'ed25519') return ED25519;
  if (asymmetricKeyType === 'rsa') return RSA;
  return BY_CURVE[asymmetricKeyDetails?.namedCurve ?? ''];
}

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What is wrong with it could quote it.
    return undefined;
  }
}
