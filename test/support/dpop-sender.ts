/** A client that holds a key and makes DPoP proofs (RFC 9449) with jose: good ones, and whatever a test wants to spoil. */
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { SigningKey } from './test-issuer.ts';

export interface WantedProof {
  readonly method: string;
  /** Address without query, by the gateway's public origin. */
  readonly uri: string;
  readonly token: string;
  /** Replaces claims; undefined takes one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Replaces members of the header; undefined takes one out. */
  readonly header?: Readonly<Record<string, unknown>>;
}

export class DpopSender {
  readonly algorithm: string;
  readonly jwk: JWK;
  readonly keys: { readonly publicKey: SigningKey; readonly privateKey: SigningKey };
  /** What tokens for it hold under `cnf`. */
  readonly thumbprint: string;

  private constructor(algorithm: string, jwk: JWK, keys: DpopSender['keys'], thumbprint: string) {
    this.algorithm = algorithm;
    this.jwk = jwk;
    this.keys = keys;
    this.thumbprint = thumbprint;
  }

  static async make(algorithm = 'ES256'): Promise<DpopSender> {
    const keys = await generateKeyPair(algorithm, { extractable: true });
    const jwk = await exportJWK(keys.publicKey);
    return new DpopSender(algorithm, jwk, keys, await calculateJwkThumbprint(jwk));
  }

  get cnf(): { readonly jkt: string } {
    return { jkt: this.thumbprint };
  }

  proof({ method, uri, token, claims = {}, header = {} }: WantedProof): Promise<string> {
    const good = {
      jti: randomUUID(),
      htm: method,
      htu: uri,
      iat: Math.floor(Date.now() / 1000),
      ath: hashOf(token),
    };
    const stated = { alg: this.algorithm, typ: 'dpop+jwt', jwk: this.jwk, ...header };
    return new SignJWT({ ...good, ...claims }).setProtectedHeader(stated).sign(this.keys.privateKey);
  }
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
