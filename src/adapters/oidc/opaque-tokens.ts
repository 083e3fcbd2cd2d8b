/** Whose issuer is asked about an opaque token (RFC 7662): that of the organisation which its sender names. */
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
import type { NotProved } from '../../exchange/ports.ts';
import { Introspection } from './introspection.ts';
import { claimsOfAnswer } from './introspection-answer.ts';
import type { IssuerConnections } from './introspection-client.ts';
import type { IssuerSecrets } from './issuer-secrets.ts';
import { invalid } from './judged-claims.ts';
import type { RegisteredIssuer, RegisteredIssuers } from './registered-issuers.ts';

export interface OpaqueTokenSettings extends IssuerConnections {
  /** The gateway's credentials at issuers as they stand now. */
  readonly secrets: () => IssuerSecrets;
}

export interface OpaqueEvent {
  readonly kind: 'introspection-failed';
  readonly issuer: string;
  readonly why: string;
}

/** What the issuer says of a token, as claims that are still to be judged. */
export interface AskedClaims {
  readonly claims: StrictJsonObject;
  readonly issuer: RegisteredIssuer;
  readonly rememberedMs: number;
}

/**
 * True for a token that is neither signed nor encrypted (RFC 7515, RFC 7516: three or five parts). A signed one is judged
 * by its signature alone, never by asking.
 */
export function isOpaque(token: string): boolean {
  const parts = token.split('.').length;
  return parts !== 3 && parts !== 5;
}

export class OpaqueTokenIssuers {
  readonly #settings: OpaqueTokenSettings | undefined;
  readonly #onEvent: (event: OpaqueEvent) => void;
  readonly #asked = new Map<string, Introspection>();

  /** @param settings undefined where no opaque token is taken. */
  constructor(settings: OpaqueTokenSettings | undefined, onEvent: (event: OpaqueEvent) => void) {
    this.#settings = settings;
    this.#onEvent = onEvent;
  }

  /**
   * The claims of an active token, or why there are none.
   *
   * @param organisation whose token the sender says it is.
   * @throws {GatewayError} `issuer-unavailable` or `overloaded` where nobody can say.
   */
  async claimsOf(
    token: string,
    organisation: string | undefined,
    registered: RegisteredIssuers,
    nowMs: number,
  ): Promise<AskedClaims | NotProved> {
    // The words of a token that is no JWT, as before: who sends junk learns nothing of who may ask.
    if (organisation === undefined) return invalid('not three parts');
    const found = registered.byOrganisation.get(organisation);
    const rules = found?.signIn.opaqueTokens;
    if (found === undefined || rules === undefined || this.#settings === undefined) {
      return invalid('opaque tokens are not taken of this organisation');
    }
    const { issuer } = found;
    const asked = this.#introspection(organisation, issuer.issuer, rules, this.#settings);
    const answer = await asked.ask(token, sha256Base64url(token), nowMs);
    if (answer === undefined) return invalid('not active');
    const claims = claimsOfAnswer(answer, token, issuer, nowMs);
    return typeof claims === 'string'
      ? invalid(claims)
      : { claims, issuer, rememberedMs: rules.rememberedMs };
  }

  /** Called when policies change: rules, and who is registered, may be others now. */
  forget(): void {
    this.#asked.clear();
  }

  #introspection(
    organisation: string,
    issuer: string,
    rules: ConstructorParameters<typeof Introspection>[0]['rules'],
    settings: OpaqueTokenSettings,
  ): Introspection {
    const known = this.#asked.get(organisation);
    if (known !== undefined) return known;
    const onFailure = (why: string): void => this.#onEvent({ kind: 'introspection-failed', issuer, why });
    const made = new Introspection({ ...settings, issuer, rules, onFailure });
    this.#asked.set(organisation, made);
    return made;
  }
}
