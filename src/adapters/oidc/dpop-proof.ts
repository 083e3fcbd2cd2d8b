/** The checks of a DPoP proof (RFC 9449 section 4.3), each with a name of its own. */
import { compactVerify } from 'jose';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
import { readCompactToken } from './compact-token.ts';
import { type ImportedProofKeys, type ProofKey, readProofKey } from './dpop-key.ts';
import type { DpopNonces } from './dpop-nonces.ts';
import { dpopUri } from './dpop-uri.ts';

/** How far `iat` of a proof may be from now, in seconds, either way. */
export const PROOF_WINDOW_SECONDS = 60;

const LONGEST_PROOF = 4096;
const LONGEST_TEXT = 1024;

/** What a proof must be a proof of. */
export interface ProvedRequest {
  /** Value of the one `DPoP` header. */
  readonly proof: string | undefined;
  readonly method: string;
  /** Address of the resource by the gateway's configured origin, as `dpopUri` writes it. */
  readonly uri: string;
  /** Base64url SHA-256 of the access token. */
  readonly tokenHash: string;
  /** Thumbprint of the key that the token is bound to. */
  readonly key: string;
  readonly nowMs: number;
}

export interface ProofRules {
  readonly nonces: DpopNonces;
  readonly nonceRequired: boolean;
  readonly keys: ImportedProofKeys;
}

export interface TakenProof {
  /** One text for one proof of one key for one address; nothing can be read from it. */
  readonly hash: string;
  /** The nonce that the client should use from now on, where its own grows old. */
  readonly freshNonce: string | undefined;
}

export interface RefusedProof {
  readonly refused: 'proof-invalid' | 'proof-nonce-needed';
  /** Which check failed; nothing of the proof. */
  readonly why: string;
}

/** Checks everything but whether the proof was shown before. Never rejects for what stands in a proof. */
export async function checkProof(
  request: ProvedRequest,
  rules: ProofRules,
): Promise<TakenProof | RefusedProof> {
  const { proof } = request;
  if (proof === undefined) return invalid('there is no DPoP header');
  if (proof.length > LONGEST_PROOF) return invalid('the proof is longer than 4 KiB');
  const read = readCompactToken(proof);
  if (typeof read === 'string') return invalid(`the proof is no signed token: ${read}`);
  const key = checkHeader(read.header);
  if (typeof key === 'string') return invalid(key);
  if (key.thumbprint !== request.key)
    return invalid('the proof is by another key than the token is bound to');
  if (!(await isSignedBy(proof, key, rules.keys))) return invalid('the signature does not verify');
  const wrong = checkClaims(read.claims, request);
  if (wrong !== undefined) return invalid(wrong);
  return checkNonce(read.claims, request, rules);
}

function checkHeader(header: StrictJsonObject): ProofKey | string {
  const { typ } = header;
  if (typeof typ !== 'string' || typ.toLowerCase().replace(/^application\//, '') !== 'dpop+jwt')
    return 'typ is not dpop+jwt';
  if (['crit', 'b64', 'zip', 'enc'].some((name) => header[name] !== undefined))
    return 'the header says what is not understood';
  return readProofKey(header);
}

async function isSignedBy(proof: string, key: ProofKey, keys: ImportedProofKeys): Promise<boolean> {
  try {
    await compactVerify(proof, await keys.import(key), { algorithms: [key.algorithm] });
    return true;
  } catch {
    // Neither a key that is none nor a signature that does not verify proves anything.
    return false;
  }
}

function checkClaims(claims: StrictJsonObject, request: ProvedRequest): string | undefined {
  const { jti, htm, htu, iat, ath } = claims;
  if (!isText(jti)) return 'jti is missing';
  if (htm !== request.method) return 'htm is not the method';
  if (!isText(htu) || dpopUri(htu) !== request.uri) return 'htu is not the address';
  if (typeof iat !== 'number') return 'iat is missing';
  if (Math.abs(iat - request.nowMs / 1000) > PROOF_WINDOW_SECONDS) return 'iat is not of this minute';
  if (ath !== request.tokenHash) return 'ath is not the hash of the token';
  return undefined;
}

function checkNonce(
  { jti, nonce }: StrictJsonObject,
  { key, uri, nowMs }: ProvedRequest,
  { nonces, nonceRequired }: ProofRules,
): TakenProof | RefusedProof {
  const hash = sha256Base64url(JSON.stringify([key, jti ?? '', uri]));
  if (nonce === undefined && !nonceRequired) return { hash, freshNonce: undefined };
  const verdict = isText(nonce) ? nonces.judge(nonce, nowMs) : 'bad';
  if (verdict === 'bad') return { refused: 'proof-nonce-needed', why: 'nonce is missing, old or not ours' };
  return { hash, freshNonce: verdict === 'ageing' ? nonces.fresh(nowMs) : undefined };
}

function isText(value: StrictJson | undefined): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT;
}

function invalid(why: string): RefusedProof {
  return { refused: 'proof-invalid', why };
}
