/** Makes access tokens that no library would write: for the tables of tokens that must be refused. */
import { createHmac, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import type { NotProved } from '../../src/exchange/ports.ts';
import { goodClaims, type IssuerKey, newKey, sign } from './test-issuer.ts';

type Claims = Record<string, unknown>;

export interface VectorGround {
  readonly issuer: string;
  readonly otherIssuer: string;
  readonly key: IssuerKey;
  readonly otherIssuersKey: IssuerKey;
  readonly rsaKey: IssuerKey;
  /** Published with `use: enc`. */
  readonly encryptionKey: IssuerKey;
  /** A server that must never be asked. */
  readonly trap: string;
  readonly now: number;
}

export interface TokenVector {
  readonly name: string;
  readonly make: (ground: VectorGround) => Promise<string> | string;
  readonly refused: NotProved['refused'];
  readonly why: string;
  /** Why oauth4webapi takes it: what is stricter here. Undefined where both refuse. */
  readonly onlyHere?: string;
}

/** Signs exactly these texts, so that what no library would write can be written. */
export async function forge(header: string, claims: string | Uint8Array, key: IssuerKey): Promise<string> {
  const input = `${base64url(header)}.${base64url(claims)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const bytes = await crypto.subtle.sign(algorithm, key.privateKey as CryptoKey, Buffer.from(input));
  return `${input}.${Buffer.from(bytes).toString('base64url')}`;
}

export function base64url(text: string | Uint8Array): string {
  return Buffer.from(text as string).toString('base64url');
}

export function headerText(ground: VectorGround): string {
  return JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: ground.key.publicJwk.kid });
}

/** Good claims but for these; undefined takes a claim out. */
export function claims(change: (ground: VectorGround) => Claims) {
  return (ground: VectorGround) =>
    sign({ ...goodClaims(ground.issuer, ground.now), ...change(ground) }, ground.key);
}

/** A good token but for these members of its header. */
export function header(change: (ground: VectorGround) => Claims) {
  return (ground: VectorGround) =>
    forge(
      JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: ground.key.publicJwk.kid, ...change(ground) }),
      JSON.stringify(goodClaims(ground.issuer, ground.now)),
      ground.key,
    );
}

/** A good token whose text is then spoilt. */
export function spoilt(spoil: (token: string) => string) {
  return async (ground: VectorGround) => spoil(await sign(goodClaims(ground.issuer, ground.now), ground.key));
}

export function claimsText(write: (good: string) => string | Uint8Array) {
  return (ground: VectorGround) =>
    forge(headerText(ground), write(JSON.stringify(goodClaims(ground.issuer, ground.now))), ground.key);
}

export function part(token: string, index: number): string {
  return token.split('.')[index] ?? '';
}

export function withPart(token: string, index: number, text: string): string {
  return token.split('.').with(index, text).join('.');
}

export function row(
  name: string,
  make: TokenVector['make'],
  why: string,
  onlyHere?: string,
  refused: NotProved['refused'] = 'token-invalid',
): TokenVector {
  return { name, make, why, refused, ...(onlyHere === undefined ? {} : { onlyHere }) };
}

export function withTrailingBits(token: string): string {
  // 64 bytes leave two unused bits in the last of 86 characters; setting one spells the same bytes differently.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = token.at(-1) ?? 'A';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1];
}

export function withChangedSignature(token: string): string {
  const signature = Buffer.from(part(token, 2), 'base64url');
  signature[10] = (signature[10] ?? 0) ^ 1;
  return withPart(token, 2, base64url(signature));
}

export function publicKeyAsSecret(ground: VectorGround): string {
  const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: ground.rsaKey.publicJwk.kid }));
  const input = `${head}.${base64url(JSON.stringify(goodClaims(ground.issuer, ground.now)))}`;
  const secret = JSON.stringify(ground.rsaKey.publicJwk);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The identifier of the published 1024-bit key, which the issuer of the test holds as well. */
export const SHORT_RSA = generateKeyPairSync('rsa', { modulusLength: 1024 });

export function shortRsa(ground: VectorGround): string {
  const head = base64url(JSON.stringify({ alg: 'PS256', typ: 'at+jwt', kid: 'short-rsa' }));
  const input = `${head}.${base64url(JSON.stringify(goodClaims(ground.issuer, ground.now)))}`;
  const key = { key: SHORT_RSA.privateKey, padding: 6, saltLength: 32 };
  return `${input}.${nodeSign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

export async function signedByStranger(ground: VectorGround): Promise<string> {
  const stranger = await newKey('ES256', ground.key.publicJwk.kid);
  return sign(goodClaims(ground.issuer, ground.now), stranger);
}

export async function ownKeyNamed(ground: VectorGround, how: 'jwk' | 'jku' | 'x5u' | 'x5c'): Promise<string> {
  const own = await newKey('ES256', ground.key.publicJwk.kid);
  const named = { jwk: own.publicJwk, jku: `${ground.trap}/jku`, x5u: `${ground.trap}/x5u`, x5c: ['YQ=='] };
  return sign(goodClaims(ground.issuer, ground.now), own, { [how]: named[how] });
}
