/** Proves who is asking by a JWT access token (RFC 9068, RFC 6750); remembers what was proved for a short while. */
import type { Caller } from '../../domain/caller.ts';
import type { Organisation } from '../../domain/organisation.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { Authenticator, Clock, NotProved } from '../../exchange/ports.ts';
import { bearerToken } from './bearer-token.ts';
import { callerFromClaims } from './caller-from-claims.ts';
import { type CompactToken, readCompactToken } from './compact-token.ts';
import type { FetchDocument } from './issuer-documents.ts';
import { IssuerKeys, type KeyEvent, type KeySet } from './issuer-keys.ts';
import {
  clientIdOf,
  type RegisteredIssuer,
  type RegisteredIssuers,
  registerIssuers,
} from './registered-issuers.ts';
import { RememberedVerdicts } from './remembered-verdicts.ts';
import { CLOCK_SKEW_SECONDS, checkClaims, checkHeader, hasScope } from './token-checks.ts';
import { verifySignature } from './token-signature.ts';

export type AuthenticationEvent =
  | KeyEvent
  | { readonly kind: 'registration-conflict'; readonly why: string }
  | { readonly kind: 'verdicts-dropped'; readonly because: 'keys' | 'policies' };

export interface AuthenticatorSettings {
  /** The organisations of the policy set in force. */
  readonly organisations: () => Iterable<Organisation>;
  /** Changes whenever organisations or stops do; called on every request, so it must be cheap. */
  readonly version: () => string;
  readonly clock: Clock;
  readonly fetch: FetchDocument;
  /** For logs and metrics; holds no claim and no token. */
  readonly onEvent?: (event: AuthenticationEvent) => void;
  /** Most callers remembered at once: 10,000 unless said. */
  readonly mostVerdicts?: number;
}

/** Makes the authenticator. Issuers are first asked when their first token comes. */
export function createAuthenticator(settings: AuthenticatorSettings): Authenticator {
  return new TokenAuthenticator(settings);
}

const SKEW_MS = CLOCK_SKEW_SECONDS * 1000;
const BEARER = 'Bearer ';

class TokenAuthenticator implements Authenticator {
  readonly #settings: AuthenticatorSettings;
  readonly #onEvent: (event: AuthenticationEvent) => void;
  readonly #verdicts: RememberedVerdicts;
  readonly #inFlight = new Map<string, Promise<Caller | NotProved>>();
  readonly #keys = new Map<string, IssuerKeys>();
  #registered: RegisteredIssuers = { byIssuer: new Map(), conflicts: [] };
  #version: string | undefined;

  constructor(settings: AuthenticatorSettings) {
    this.#settings = settings;
    this.#onEvent = settings.onEvent ?? (() => undefined);
    this.#verdicts = new RememberedVerdicts(settings.mostVerdicts ?? 10_000);
  }

  authenticate(authorization: string | undefined): Caller | NotProved | Promise<Caller | NotProved> {
    const version = this.#settings.version();
    if (version !== this.#version) this.#takeUp(version);
    // Only whole, well-formed tokens are ever remembered, so their form is looked at on a miss alone.
    if (authorization?.startsWith(BEARER)) {
      const hash = sha256Base64url(authorization.slice(BEARER.length));
      const caller = this.#remembered(hash);
      if (caller !== undefined) return caller;
    }
    const token = bearerToken(authorization);
    return typeof token === 'string' ? this.#authenticateToken(token) : token;
  }

  /** INVARIANT: a remembered verdict never outlives its token, its keys' age or the policies that it was made under. */
  #remembered(hash: string): Caller | undefined {
    const verdict = this.#verdicts.get(hash);
    if (verdict === undefined) return undefined;
    const now = this.#settings.clock.now();
    if (now < verdict.goodUntilMs && now < verdict.keys.settledUntilMs) return verdict.caller;
    if (now >= verdict.goodUntilMs) this.#verdicts.drop(hash);
    return undefined;
  }

  #authenticateToken(token: string): Promise<Caller | NotProved> {
    const hash = sha256Base64url(token);
    const running = this.#inFlight.get(hash);
    if (running !== undefined) return running;
    const verdict = this.#prove(token, hash).finally(() => this.#inFlight.delete(hash));
    this.#inFlight.set(hash, verdict);
    return verdict;
  }

  async #prove(token: string, hash: string): Promise<Caller | NotProved> {
    const read = readCompactToken(token);
    if (typeof read === 'string') return invalid(read);
    const { claims, header } = read;
    // INVARIANT: keys are found by the exact issuer first; no key of one issuer ever proves a token of another.
    const issuer =
      typeof claims['iss'] === 'string' ? this.#registered.byIssuer.get(claims['iss']) : undefined;
    if (issuer === undefined) return invalid('issuer is not registered');
    const wrongHeader = checkHeader(header, { types: issuer.profile.types, algorithms: issuer.algorithms });
    if (wrongHeader !== undefined) return invalid(wrongHeader);
    const version = this.#version;
    const keys = this.#keysOf(issuer.issuer);
    const signedBy = await this.#signingSet(token, issuer, keys);
    if (typeof signedBy === 'string') return invalid(signedBy);
    const now = this.#settings.clock.now();
    const caller = judge(read, issuer, now);
    if ('refused' in caller) return caller;
    // Policies or keys that changed meanwhile have dropped what was remembered; this must not come after.
    if (version === this.#version && keys.holds(signedBy)) {
      this.#verdicts.add(hash, { caller, keys, goodUntilMs: caller.expiresAtMs + SKEW_MS });
    }
    return caller;
  }

  /** The set of keys that the signature verifies by, or why there is none. */
  async #signingSet(token: string, issuer: RegisteredIssuer, keys: IssuerKeys): Promise<KeySet | string> {
    const set = await keys.current(this.#settings.clock.now());
    const verdict = await verifySignature(token, set, issuer.algorithms);
    if (verdict === 'valid') return set;
    if (verdict === 'invalid') return 'signature does not verify';
    const renewed = await keys.afterUnknownKey(set, this.#settings.clock.now());
    if (renewed === undefined) return 'key is not one of the issuer';
    const second = await verifySignature(token, renewed, issuer.algorithms);
    return second === 'valid' ? renewed : 'key is not one of the issuer';
  }

  #keysOf(issuer: string): IssuerKeys {
    const known = this.#keys.get(issuer);
    if (known !== undefined) return known;
    const keys = new IssuerKeys(issuer, this.#settings.fetch, (event) => this.#keysEvent(event));
    this.#keys.set(issuer, keys);
    return keys;
  }

  #keysEvent(event: KeyEvent): void {
    this.#onEvent(event);
    if (event.kind === 'keys-fetched' && event.changed) this.#dropVerdicts('keys');
  }

  #takeUp(version: string): void {
    this.#registered = registerIssuers(this.#settings.organisations());
    for (const why of this.#registered.conflicts) this.#onEvent({ kind: 'registration-conflict', why });
    for (const issuer of this.#keys.keys()) {
      if (!this.#registered.byIssuer.has(issuer)) this.#keys.delete(issuer);
    }
    this.#inFlight.clear();
    this.#dropVerdicts('policies');
    this.#version = version;
  }

  #dropVerdicts(because: 'keys' | 'policies'): void {
    if (this.#verdicts.size === 0) return;
    this.#verdicts.clear();
    this.#onEvent({ kind: 'verdicts-dropped', because });
  }
}

/** What follows from a token whose signature is proved. */
function judge(token: CompactToken, issuer: RegisteredIssuer, nowMs: number): Caller | NotProved {
  const { claims, header } = token;
  const clientId = clientIdOf(claims, issuer.profile);
  if (clientId === undefined) return invalid(`${issuer.profile.clientIdClaims[0]} is missing`);
  const registration = issuer.systems.get(clientId);
  if (registration === undefined) return notRegistered('client is not a registered system');
  const wrongHeader = checkHeader(header, {
    types: issuer.profile.types,
    algorithms: registration.algorithms,
  });
  const wrong = wrongHeader ?? checkClaims(claims, registration, nowMs);
  if (wrong !== undefined) return invalid(wrong);
  if (!registration.organisation.active) return notRegistered('organisation is not active');
  if (!hasScope(claims, registration)) {
    return { refused: 'scope-insufficient', why: 'scope is missing', scope: registration.signIn.scope ?? '' };
  }
  return callerFromClaims(claims, registration, clientId);
}

function invalid(why: string): NotProved {
  return { refused: 'token-invalid', why };
}

function notRegistered(why: string): NotProved {
  return { refused: 'system-not-registered', why };
}
