/** Opaque tokens of one organisation: asked about at its issuer (RFC 7662), each once, and never in a flood. */
import { GatewayError } from '../../domain/gateway-error.ts';
import type { OpaqueTokens } from '../../domain/organisation.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
import { IntrospectionClient, type IssuerConnections } from './introspection-client.ts';
import { type IssuerSecrets, issuerSecretOf } from './issuer-secrets.ts';

/** Tokens that may be asked about at once, and how quickly more may follow: what junk can cost an issuer. */
export const MOST_AT_ONCE = 64;
export const BURST = 100;
export const PER_SECOND = 20;
/** After a failure the endpoint is left alone for so long. */
export const COOL_DOWN_MS = 1_000;
/** Tokens remembered as not active, and for how long at most. */
export const MOST_REFUSED = 5_000;
const REFUSED_FOR_MS = 60_000;

export interface IntrospectionParts extends IssuerConnections {
  readonly issuer: string;
  readonly rules: OpaqueTokens;
  /** The gateway's credentials as they stand now. */
  readonly secrets: () => IssuerSecrets;
  readonly onFailure: (why: string) => void;
}

export class Introspection {
  readonly #parts: IntrospectionParts;
  /** Hash of a token that is not active → when that may be asked again. */
  readonly #refused = new Map<string, number>();
  #client: { readonly secret: unknown; readonly asks: IntrospectionClient } | undefined;
  #running = 0;
  #room = BURST;
  #roomAtMs = 0;
  #coolUntilMs = 0;

  constructor(parts: IntrospectionParts) {
    this.#parts = parts;
  }

  /**
   * What the issuer says of an active token, or undefined for one that is not.
   *
   * @param hash SHA-256 of the token: what is remembered is never the token.
   * @throws {GatewayError} `issuer-unavailable` where nobody can say, `overloaded` where too many are asked about.
   */
  async ask(token: string, hash: string, nowMs: number): Promise<StrictJsonObject | undefined> {
    const refusedUntil = this.#refused.get(hash);
    if (refusedUntil !== undefined && nowMs < refusedUntil) return undefined;
    if (nowMs < this.#coolUntilMs) throw unavailable('issuer could not be asked a moment ago');
    this.#takeRoom(nowMs);
    this.#running += 1;
    try {
      const answer = await this.#clientNow().introspect(token);
      if (answer['active'] === true) return answer;
      this.#remember(hash, nowMs + Math.min(REFUSED_FOR_MS, this.#parts.rules.rememberedMs));
      return undefined;
    } catch (error) {
      this.#coolUntilMs = nowMs + COOL_DOWN_MS;
      this.#parts.onFailure(error instanceof GatewayError ? error.message : 'something unforeseen');
      throw error;
    } finally {
      this.#running -= 1;
    }
  }

  /** A bucket that fills at a steady rate. */
  #takeRoom(nowMs: number): void {
    this.#room = Math.min(BURST, this.#room + (Math.max(0, nowMs - this.#roomAtMs) / 1000) * PER_SECOND);
    this.#roomAtMs = nowMs;
    if (this.#room < 1 || this.#running >= MOST_AT_ONCE) {
      throw new GatewayError('overloaded', 'too many unknown tokens for one issuer', {
        retryAfterSeconds: 1,
      });
    }
    this.#room -= 1;
  }

  #clientNow(): IntrospectionClient {
    const { issuer, rules, secrets } = this.#parts;
    const secret = issuerSecretOf({ issuer }, rules, secrets());
    if (typeof secret === 'string') throw unavailable(secret);
    if (this.#client?.secret === secret) return this.#client.asks;
    const asks = new IntrospectionClient(rules.askedWith, secret, this.#parts);
    this.#client = { secret, asks };
    return asks;
  }

  #remember(hash: string, untilMs: number): void {
    this.#refused.delete(hash);
    this.#refused.set(hash, untilMs);
    if (this.#refused.size <= MOST_REFUSED) return;
    const [oldest] = this.#refused.keys();
    if (oldest !== undefined) this.#refused.delete(oldest);
  }
}

function unavailable(why: string): GatewayError {
  return new GatewayError('issuer-unavailable', why, { retryAfterSeconds: 1 });
}
