/** The public key in the header of a DPoP proof (RFC 9449 section 4.2), its thumbprint (RFC 7638), and the import of it. */
import { type CryptoKey, importJWK } from 'jose';
import { PROOF_ALGORITHMS } from '../../domain/caller.ts';
import { fromBase64url } from '../../encoding/base64.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';

/** A key that a proof carries, made of the members that are its own and no other. */
export interface ProofKey {
  readonly algorithm: string;
  readonly jwk: Readonly<Record<string, string>>;
  readonly thumbprint: string;
}

type ProofAlgorithm = (typeof PROOF_ALGORITHMS)[number];

interface KeyShape {
  readonly kty: string;
  readonly crv?: string;
  /** Required members, in the order of RFC 7638 section 3.2. */
  readonly members: readonly string[];
}

const SHAPES: Readonly<Record<ProofAlgorithm, KeyShape>> = {
  ES256: { kty: 'EC', crv: 'P-256', members: ['crv', 'kty', 'x', 'y'] },
  PS256: { kty: 'RSA', members: ['e', 'kty', 'n'] },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', members: ['crv', 'kty', 'x'] },
};
/** The full name of the one curve that is taken (RFC 9864). */
const FULL_NAME = 'Ed25519';
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** 4096 bits; a larger key would cost much and prove no more. */
const LARGEST_MEMBER_BYTES = 512;
const LARGEST_EXPONENT_BYTES = 4;

/** The key of a proof's header, or a few words on why it is none that is taken. */
export function readProofKey(header: StrictJsonObject): ProofKey | string {
  const { alg, jwk } = header;
  const known = PROOF_ALGORITHMS.find((name) => name === alg || (name === 'EdDSA' && alg === FULL_NAME));
  if (known === undefined || typeof alg !== 'string') return 'alg is not one that is taken';
  const shape = SHAPES[known];
  if (!isObject(jwk)) return 'jwk is not a key';
  if (PRIVATE.some((name) => jwk[name] !== undefined)) return 'jwk holds a private key';
  if (jwk['kty'] !== shape.kty || (shape.crv !== undefined && jwk['crv'] !== shape.crv))
    return 'jwk is not a key for alg';
  if (jwk['alg'] !== undefined && jwk['alg'] !== alg) return 'jwk is a key for another alg';
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return 'jwk is not for signatures';
  return keyOf(alg, jwk, shape.members) ?? 'jwk is not a key';
}

function keyOf(algorithm: string, jwk: StrictJsonObject, members: readonly string[]): ProofKey | undefined {
  const own: Record<string, string> = {};
  for (const name of members) {
    const value = jwk[name];
    if (typeof value !== 'string' || !isMember(name, value)) return undefined;
    own[name] = value;
  }
  return { algorithm, jwk: own, thumbprint: sha256Base64url(JSON.stringify(own)) };
}

function isMember(name: string, value: string): boolean {
  if (name === 'kty' || name === 'crv') return true;
  const bytes = fromBase64url(value);
  if (bytes === undefined || bytes.length === 0) return false;
  return bytes.length <= (name === 'e' ? LARGEST_EXPONENT_BYTES : LARGEST_MEMBER_BYTES);
}

function isObject(value: StrictJson | undefined): value is StrictJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys that were imported before, by thumbprint and algorithm: importing costs as much as verifying. */
export class ImportedProofKeys {
  readonly #most: number;
  readonly #keys = new Map<string, CryptoKey>();

  constructor(most = 1000) {
    this.#most = most;
  }

  /** Rejects where the members are of no such key. */
  async import({ algorithm, jwk, thumbprint }: ProofKey): Promise<CryptoKey> {
    const name = `${algorithm} ${thumbprint}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = await importJWK({ ...jwk }, algorithm);
    if (key instanceof Uint8Array) throw new TypeError('a symmetric key proves nothing');
    if (this.#keys.size >= this.#most) this.#keys.clear();
    this.#keys.set(name, key);
    return key;
  }
}
