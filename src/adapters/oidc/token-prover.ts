/** Proves what an access token says (RFC 9068, RFC 7662), whoever shows it; remembers what was proved for a short while. */
import type { Organisation, SignIn } from '../../domain/organisation.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
import type { Clock, NotProved } from '../../exchange/ports.ts';
import { readCompactToken } from './compact-token.ts';
import type { FetchDocument } from './issuer-documents.ts';
import { IssuerKeys, type KeyEvent, type KeySet } from './issuer-keys.ts';
import { invalid, judgeClaims, type ProvedToken } from './judged-claims.ts';
import { isOpaque, type OpaqueEvent, OpaqueTokenIssuers, type OpaqueTokenSettings } from './opaque-tokens.ts';
import { type RegisteredIssuer, type RegisteredIssuers, registerIssuers } from './registered-issuers.ts';
import { RememberedVerdicts } from './remembered-verdicts.ts';
import { CLOCK_SKEW_SECONDS, checkHeader } from './token-checks.ts';
import { verifySignature } from './token-signature.ts';

export type TokenEvent =
  | KeyEvent
  | OpaqueEvent
  | { readonly kind: 'registration-conflict'; readonly why: string }
  | { readonly kind: 'verdicts-dropped'; readonly because: 'keys' | 'policies' };

export interface TokenProverSettings {
  /** The organisations of the policy set in force. */
  readonly organisations: () => Iterable<Organisation>;
  /** Changes whenever organisations or stops do; called on every request, so it must be cheap. */
  readonly version: () => string;
  readonly clock: Clock;
  readonly fetch: FetchDocument;
  /** How issuers are asked about opaque tokens; without it none is taken. */
  readonly opaqueTokens?: OpaqueTokenSettings | undefined;
  /** For logs and metrics; holds no claim and no token. */
  readonly onEvent?: (event: TokenEvent) => void;
  /** Most callers remembered at once: 10,000 unless said. */
  readonly mostVerdicts?: number;
}

/** What the issuer of one organisation signed, whatever it says, and that organisation's rules. */
export interface SignedByIssuer {
  readonly header: StrictJsonObject;
  readonly claims: StrictJsonObject;
  readonly signIn: SignIn;
  readonly algorithms: readonly string[];
}

export interface IssuerState {
  readonly organisation: string;
  /** Since its keys were fetched; undefined where they never were. */
  readonly keysAgeMs: number | undefined;
  /** How often it could not be asked for its keys, or about a token. */
  readonly failures: number;
}

const SKEW_MS = CLOCK_SKEW_SECONDS * 1000;
/** What an issuer answered is settled by its own bound alone. */
const WITHOUT_KEYS = { settledUntilMs: Number.POSITIVE_INFINITY };

export class TokenProver {
  readonly #settings: TokenProverSettings;
  readonly #onEvent: (event: TokenEvent) => void;
  readonly #verdicts: RememberedVerdicts;
  readonly #inFlight = new Map<string, Promise<ProvedToken | NotProved>>();
  readonly #keys = new Map<string, IssuerKeys>();
  readonly #opaque: OpaqueTokenIssuers;
  #registered: RegisteredIssuers = { byIssuer: new Map(), byOrganisation: new Map(), conflicts: [] };
  readonly #failures = new Map<string, number>();
  #version: string | undefined;

  constructor(settings: TokenProverSettings) {
    this.#settings = settings;
    this.#onEvent = (event) => {
      if (event.kind === 'keys-unavailable' || event.kind === 'introspection-failed')
        this.#noteFailure(event);
      settings.onEvent?.(event);
    };
    this.#verdicts = new RememberedVerdicts(settings.mostVerdicts ?? 10_000);
    this.#opaque = new OpaqueTokenIssuers(settings.opaqueTokens, this.#onEvent);
  }

  /** What was proved of this token before, where that still holds. Asked on every request. */
  remembered(hash: string): ProvedToken | undefined {
    const version = this.#settings.version();
    if (version !== this.#version) this.#takeUp(version);
    return this.#remembered(hash);
  }

  /**
   * What the token proves, or why it proves nothing. However many show it at once, it is proved once.
   *
   * @param hash base64url SHA-256 of the token, with the organisation where one is named.
   * @param organisation whose token the sender says it is; an opaque one says it nowhere else.
   * @throws {GatewayError} `issuer-unavailable` where the issuer cannot be asked.
   */
  prove(token: string, hash: string, organisation?: string): Promise<ProvedToken | NotProved> {
    const version = this.#settings.version();
    if (version !== this.#version) this.#takeUp(version);
    const running = this.#inFlight.get(hash);
    if (running !== undefined) return running;
    const verdict = this.#prove(token, hash, organisation).finally(() => this.#inFlight.delete(hash));
    this.#inFlight.set(hash, verdict);
    return verdict;
  }

  /** How the issuer of each organisation that takes part answers, in the order of the policy set. */
  issuers(): readonly IssuerState[] {
    const nowMs = this.#settings.clock.now();
    return Array.from(this.#registered.byOrganisation, ([organisation, { issuer }]) => ({
      organisation,
      keysAgeMs: this.#keys.get(issuer.issuer)?.ageMs(nowMs),
      failures: this.#failures.get(issuer.issuer) ?? 0,
    }));
  }

  /**
   * An assertion of who acts, once the organisation's issuer is known to have signed it, or a few words on why it counts for
   * nothing.
   *
   * @throws {GatewayError} `issuer-unavailable` where the issuer's keys cannot be had.
   */
  async signedByIssuer(text: string, organisation: string): Promise<SignedByIssuer | string> {
    const found = this.#registered.byOrganisation.get(organisation);
    if (found?.signIn.personAssertions !== true) return 'not taken of this organisation';
    const { issuer, signIn, algorithms } = found;
    const read = readCompactToken(text);
    if (typeof read === 'string') return read;
    const signed = await this.#signingSet(text, { algorithms }, this.#keysOf(issuer.issuer));
    return typeof signed === 'string' ? signed : { ...read, signIn, algorithms };
  }

  /** INVARIANT: a remembered verdict never outlives its token, its keys' age or the policies that it was made under. */
  #remembered(hash: string): ProvedToken | undefined {
    const verdict = this.#verdicts.get(hash);
    if (verdict === undefined) return undefined;
    const now = this.#settings.clock.now();
    if (now < verdict.goodUntilMs && now < verdict.keys.settledUntilMs) return verdict;
    if (now >= verdict.goodUntilMs) this.#verdicts.drop(hash);
    return undefined;
  }

  #prove(token: string, hash: string, organisation?: string): Promise<ProvedToken | NotProved> {
    return isOpaque(token)
      ? this.#proveOpaque(token, hash, organisation)
      : this.#proveSigned(token, hash, organisation);
  }

  async #proveSigned(token: string, hash: string, organisation?: string): Promise<ProvedToken | NotProved> {
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
    const proved = judgeClaims(claims, header, issuer, now);
    if ('refused' in proved) return proved;
    if (organisation !== undefined && organisation !== proved.caller.organisation) return ofAnother();
    // Policies or keys that changed meanwhile have dropped what was remembered; this must not come after.
    if (version === this.#version && keys.holds(signedBy)) {
      this.#verdicts.add(hash, { ...proved, keys, goodUntilMs: proved.caller.expiresAtMs + SKEW_MS });
    }
    return proved;
  }

  /** INVARIANT: a token is asked about at the issuer of the organisation that its sender names, and nowhere else. */
  async #proveOpaque(token: string, hash: string, organisation?: string): Promise<ProvedToken | NotProved> {
    const version = this.#version;
    const nowMs = this.#settings.clock.now();
    const asked = await this.#opaque.claimsOf(token, organisation, this.#registered, nowMs);
    if ('refused' in asked) return asked;
    const proved = judgeClaims(asked.claims, undefined, asked.issuer, this.#settings.clock.now());
    if ('refused' in proved) return proved;
    if (organisation !== proved.caller.organisation) return ofAnother();
    if (version === this.#version) {
      // RFC 7662 section 4: never beyond its end, nor, so that a token can be taken back, beyond the file's bound.
      const goodUntilMs = Math.min(proved.caller.expiresAtMs, nowMs + asked.rememberedMs);
      this.#verdicts.add(hash, { ...proved, keys: WITHOUT_KEYS, goodUntilMs });
    }
    return proved;
  }

  /** The set of keys that the signature verifies by, or why there is none. */
  async #signingSet(
    token: string,
    issuer: Pick<RegisteredIssuer, 'algorithms'>,
    keys: IssuerKeys,
  ): Promise<KeySet | string> {
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

  #noteFailure({ issuer }: { readonly issuer: string }): void {
    this.#failures.set(issuer, (this.#failures.get(issuer) ?? 0) + 1);
  }

  #takeUp(version: string): void {
    this.#registered = registerIssuers(this.#settings.organisations());
    for (const why of this.#registered.conflicts) this.#onEvent({ kind: 'registration-conflict', why });
    for (const issuer of this.#keys.keys()) {
      if (!this.#registered.byIssuer.has(issuer)) this.#keys.delete(issuer);
    }
    for (const issuer of this.#failures.keys()) {
      if (!this.#registered.byIssuer.has(issuer)) this.#failures.delete(issuer);
    }
    this.#opaque.forget();
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

function ofAnother(): NotProved {
  return invalid('token is not of the organisation that the sender names');
}
