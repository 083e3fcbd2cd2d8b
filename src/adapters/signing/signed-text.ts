/**
 * Signs and reads what organisations sign: a compact JWS (RFC 7515) with Ed25519 (RFC 8037). The public key stands in the
 * protected header, so that a signature can be checked while the policy files are broken; whose key it is, the pins say.
 */
import type { KeyObject } from 'node:crypto';
import { CompactSign, compactVerify, decodeProtectedHeader, type JWK } from 'jose';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { ReadSignature, SignedKind, SignedText } from '../../domain/signed-text.ts';
import { signingKey } from '../../domain/signing-key.ts';

/** `typ` of the protected header: a signature of one kind never counts as one of the other. */
const TYPES: Readonly<Record<SignedKind, string>> = {
  agreement: 'signed-agreement+jws',
  stop: 'agreement-stop+jws',
};
const HEADER_MEMBERS = ['alg', 'jwk', 'kid', 'typ'];
const MOST_REMEMBERED = 50_000;

/** The compact JWS of a text. @throws {GatewayError} `internal-error` where the key is not an Ed25519 private key. */
export function signText(text: string, kind: SignedKind, key: KeyObject): Promise<string> {
  if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519')
    throw new GatewayError('internal-error', 'the key to sign with is not an Ed25519 private key');
  const { x = '' } = key.export({ format: 'jwk' });
  const header = {
    alg: 'EdDSA',
    typ: TYPES[kind],
    kid: signingKey(x)?.fingerprint ?? '',
    jwk: { crv: 'Ed25519', kty: 'OKP', x },
  };
  return new CompactSign(Buffer.from(text)).setProtectedHeader(header).sign(key);
}

/** Reads a signature; undefined where it does not hold with the key that it names, or is of another kind. */
export const readSignature: ReadSignature = async (signature, kind) => {
  try {
    const { typ, kid, jwk, ...header } = decodeProtectedHeader(signature);
    const key = jwk === undefined ? undefined : keyOf(jwk);
    if (typ !== TYPES[kind] || key === undefined || key.fingerprint !== kid) return undefined;
    if (Object.keys(header).some((name) => !HEADER_MEMBERS.includes(name))) return undefined;
    const { payload } = await compactVerify(signature, { kty: 'OKP', crv: 'Ed25519', x: key.x }, EDDSA_ONLY);
    return { fingerprint: key.fingerprint, text: new TextDecoder('utf-8', { fatal: true }).decode(payload) };
  } catch {
    return undefined; // not a JWS, or one whose signature does not hold
  }
};

const EDDSA_ONLY = { algorithms: ['EdDSA'] };

function keyOf({ kty, crv, x, ...more }: JWK) {
  const isPublic = kty === 'OKP' && crv === 'Ed25519' && Object.keys(more).length === 0;
  return isPublic && x !== undefined ? signingKey(x) : undefined;
}

/** Reads each signature once: thousands of agreements are read again whenever one file changes. */
export function rememberingSignatures(): ReadSignature {
  const remembered = new Map<string, SignedText | undefined>();
  return async (signature, kind) => {
    const name = `${kind} ${signature}`;
    if (remembered.has(name)) return remembered.get(name);
    const read = await readSignature(signature, kind);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, read);
    return read;
  };
}
