/** Proves who is asking: by an access token (RFC 6750), and by the key that it is bound to (RFC 9449, RFC 8705). */
import type { Caller } from '../../domain/caller.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { Authenticator, Credentials, NotProved } from '../../exchange/ports.ts';
import { ActingPersonAssertions } from './acting-person-assertion.ts';
import { type PresentedToken, presentedToken } from './presented-token.ts';
import { SenderKeys, type SenderKeysSettings } from './sender-keys.ts';
import { type IssuerState, type TokenEvent, TokenProver, type TokenProverSettings } from './token-prover.ts';

export type AuthenticationEvent = TokenEvent;

export interface AuthenticatorSettings extends TokenProverSettings {
  /** How senders show the keys that their tokens are bound to. */
  readonly senderKeys: Omit<SenderKeysSettings, 'clock'>;
}

export interface RememberingAuthenticator extends Authenticator {
  /** True where the token of these was proved before and counts still; what else they show is not looked at. */
  remembers(credentials: Credentials): boolean;
  /** How the issuer of each organisation that takes part answers. */
  issuers(): readonly IssuerState[];
}

/** Makes the authenticator. Issuers are first asked when their first token comes. */
export function createAuthenticator(settings: AuthenticatorSettings): RememberingAuthenticator {
  return new TokenAuthenticator(settings);
}

const BEARER = 'Bearer ';

class TokenAuthenticator implements RememberingAuthenticator {
  readonly #prover: TokenProver;
  readonly #senderKeys: SenderKeys;
  readonly #assertions: ActingPersonAssertions;

  constructor(settings: AuthenticatorSettings) {
    this.#prover = new TokenProver(settings);
    this.#senderKeys = new SenderKeys({ ...settings.senderKeys, clock: settings.clock });
    this.#assertions = new ActingPersonAssertions(this.#prover, settings.clock);
  }

  authenticate(credentials: Credentials): Caller | NotProved | Promise<Caller | NotProved> {
    const { personAssertion } = credentials;
    const sender = this.#sender(credentials);
    return personAssertion === undefined ? sender : this.#actingFor(sender, personAssertion);
  }

  #sender(credentials: Credentials): Caller | NotProved | Promise<Caller | NotProved> {
    const { authorization } = credentials;
    // Only whole, well-formed tokens are ever remembered, so their form is looked at on a miss alone.
    if (authorization?.startsWith(BEARER)) {
      const hash = sha256Base64url(authorization.slice(BEARER.length));
      const known = this.#prover.remembered(memoryKey(hash, credentials.organisation));
      if (known !== undefined) return this.#senderKeys.shown(known, 'Bearer', hash, credentials);
    }
    const presented = presentedToken(authorization);
    return 'refused' in presented ? presented : this.#authenticatePresented(presented, credentials);
  }

  /** Who acts is looked at once the system is proved: an assertion counts for no other. */
  async #actingFor(
    sender: Caller | NotProved | Promise<Caller | NotProved>,
    assertion: string,
  ): Promise<Caller | NotProved> {
    const caller = await sender;
    return 'refused' in caller ? caller : this.#assertions.applied(caller, assertion);
  }

  remembers({ authorization, organisation }: Credentials): boolean {
    const presented = presentedToken(authorization);
    if ('refused' in presented) return false;
    return this.#prover.remembered(memoryKey(sha256Base64url(presented.token), organisation)) !== undefined;
  }

  issuers(): readonly IssuerState[] {
    return this.#prover.issuers();
  }

  async #authenticatePresented(
    { scheme, token }: PresentedToken,
    credentials: Credentials,
  ): Promise<Caller | NotProved> {
    const hash = sha256Base64url(token);
    const { organisation } = credentials;
    const key = memoryKey(hash, organisation);
    const proved = this.#prover.remembered(key) ?? (await this.#prover.prove(token, key, organisation));
    if ('refused' in proved) return scheme === 'DPoP' ? { ...proved, scheme } : proved;
    return this.#senderKeys.shown(proved, scheme, hash, credentials);
  }
}

/** Under what a token is remembered: what was proved of it for one organisation says nothing for another. */
function memoryKey(hash: string, organisation: string | undefined): string {
  return organisation === undefined ? hash : `${organisation} ${hash}`;
}
