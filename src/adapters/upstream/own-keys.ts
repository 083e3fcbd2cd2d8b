/** The keys and certificates that the gateway shows to providers, in PEM: what is wrong with them, and what they can sign. */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A certificate of the gateway's own and its key. */
export interface OwnCertificate {
  /** The certificate first, then those that lead to a root that the provider trusts. */
  readonly chain: string;
  readonly key: string;
}

/** JWS algorithms (RFC 7518, RFC 8037) of assertions, and what Web Crypto calls them. */
const ALGORITHMS = {
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  PS384: { name: 'RSA-PSS', hash: 'SHA-384' },
  PS512: { name: 'RSA-PSS', hash: 'SHA-512' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  EdDSA: { name: 'Ed25519' },
} as const;
export type AssertionAlgorithm = keyof typeof ALGORITHMS;
export const ASSERTION_ALGORITHMS = Object.keys(ALGORITHMS) as readonly AssertionAlgorithm[];

const BY_CURVE: ReadonlyMap<string, AssertionAlgorithm> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
]);
const SHORTEST_RSA_BITS = 2048;

/** What is wrong with a key that is to sign assertions, as the rest of a sentence that begins with it, or undefined. */
export function signingKeyFault(pem: string, algorithm?: AssertionAlgorithm): string | undefined {
  const key = privateKey(pem);
  if (key === undefined) return 'is not a private key in PEM without a passphrase';
  const fitting = algorithmsOf(key);
  if (fitting.length === 0)
    return 'is of a kind that cannot sign: make an RSA key of 2048 bits, P-256, P-384 or Ed25519';
  if (algorithm === undefined || fitting.includes(algorithm)) return undefined;
  return `cannot sign with ${algorithm}: it can with ${fitting.join(', ')}`;
}

/**
 * The key as Web Crypto takes it, and the algorithm that it signs with.
 *
 * @throws {TypeError} for a key of which `signingKeyFault` has something to say.
 */
export function signingKey(
  pem: string,
  wanted?: AssertionAlgorithm,
): { readonly key: CryptoKey; readonly algorithm: AssertionAlgorithm } {
  const key = privateKey(pem);
  const [best] = key === undefined ? [] : algorithmsOf(key);
  const algorithm = wanted ?? best;
  if (key === undefined || algorithm === undefined) throw new TypeError('key cannot sign');
  return { key: key.toCryptoKey(ALGORITHMS[algorithm], false, ['sign']), algorithm };
}

/** What is wrong with a certificate or its key, as the rest of a sentence that begins with them, or undefined. */
export function certificateFault({ chain, key }: OwnCertificate): string | undefined {
  const own = certificateIn(chain);
  if (own === undefined) return 'holds no certificate in PEM';
  const secret = privateKey(key);
  if (secret === undefined) return 'has a key that is not a private key in PEM without a passphrase';
  return own.checkPrivateKey(secret) ? undefined : 'has a key that belongs to another certificate';
}

/** One text for one certificate with one key: what was opened with another is not used with it. */
export function certificateName(certificate: OwnCertificate | undefined): string {
  if (certificate === undefined) return '';
  return createHash('sha256').update(`${certificate.chain}\0${certificate.key}`).digest('base64url');
}

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What is wrong with it could quote it.
    return undefined;
  }
}

function certificateIn(chain: string): X509Certificate | undefined {
  try {
    return new X509Certificate(chain);
  } catch {
    return undefined;
  }
}

/** The best first. */
function algorithmsOf(key: KeyObject): readonly AssertionAlgorithm[] {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ed25519') return ['EdDSA'];
  if (asymmetricKeyType === 'ec') {
    const algorithm = BY_CURVE.get(asymmetricKeyDetails?.namedCurve ?? '');
    return algorithm === undefined ? [] : [algorithm];
  }
  const isLong = (asymmetricKeyDetails?.modulusLength ?? 0) >= SHORTEST_RSA_BITS;
  return asymmetricKeyType === 'rsa' && isLong ? ['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'] : [];
}
