/** Whether the sender of this one request holds the key that its token, or its system's registration, is bound to. */
import type { Caller } from '../../domain/caller.ts';
import type { ClientCertificate, Clock, Credentials, NotProved } from '../../exchange/ports.ts';
import { ImportedProofKeys } from './dpop-key.ts';
import type { DpopNonces } from './dpop-nonces.ts';
import { checkProof } from './dpop-proof.ts';
import { dpopUri } from './dpop-uri.ts';
import type { ProvedToken } from './judged-claims.ts';
import type { PresentedToken } from './presented-token.ts';
import type { TokenBinding } from './token-binding.ts';
import { UsedProofs } from './used-proofs.ts';

export interface SenderKeysSettings {
  /** Public origin of the gateway: what proofs are made for, whatever a request says its host is. */
  readonly origin: string;
  readonly nonces: DpopNonces;
  /** True where a proof counts only with a nonce of this gateway. */
  readonly nonceRequired: boolean;
  readonly clock: Clock;
}

export class SenderKeys {
  readonly #settings: SenderKeysSettings;
  readonly #keys = new ImportedProofKeys();
  readonly #used = new UsedProofs();

  constructor(settings: SenderKeysSettings) {
    this.#settings = settings;
  }

  /**
   * The caller, where the request shows all that its token is bound to. Asked on every request: what was remembered of a
   * token says nothing of who sends it.
   *
   * INVARIANT: a bound token is worth nothing without its key, and a token that is bound to none is never shown as DPoP.
   *
   * @param tokenHash base64url SHA-256 of the token.
   */
  shown(
    { caller, binding }: ProvedToken,
    scheme: PresentedToken['scheme'],
    tokenHash: string,
    credentials: Credentials,
  ): Caller | NotProved | Promise<Caller | NotProved> {
    if (binding === undefined) return scheme === 'Bearer' ? caller : notBound();
    const wrong = this.#wrongCertificate(binding, credentials.certificate);
    if (wrong !== undefined) return { refused: 'sender-not-proved', why: wrong, ...named(scheme) };
    if (binding.key === undefined) return scheme === 'Bearer' ? caller : notBound();
    if (scheme === 'Bearer')
      return { refused: 'token-invalid', why: 'bound to a key, which Bearer cannot show' };
    return this.#proof(caller, binding.key, tokenHash, credentials);
  }

  /** Why the certificate is not one that must be shown, or undefined. */
  #wrongCertificate(
    { certificate, registered }: TokenBinding,
    shown: ClientCertificate | undefined,
  ): string | undefined {
    if (certificate === undefined && registered.length === 0) return undefined;
    if (shown === undefined) return 'no client certificate';
    if (certificate !== undefined && certificate !== shown.sha256) return 'another client certificate';
    if (registered.length > 0 && !registered.includes(shown.sha256))
      return 'client certificate is not one of the system';
    const now = this.#settings.clock.now();
    return now < shown.goodFromMs || now > shown.goodUntilMs
      ? 'client certificate is out of date'
      : undefined;
  }

  async #proof(
    caller: Caller,
    key: string,
    tokenHash: string,
    { dpop, method, path }: Credentials,
  ): Promise<Caller | NotProved> {
    const { origin, nonces, nonceRequired, clock } = this.#settings;
    const nowMs = clock.now();
    const uri = dpopUri(`${origin}${path}`);
    if (uri === undefined) return { ...named('DPoP'), refused: 'proof-invalid', why: 'no such address' };
    const proved = { proof: dpop, method, uri, tokenHash, key, nowMs };
    const taken = await checkProof(proved, { nonces, nonceRequired, keys: this.#keys });
    if ('refused' in taken) return { ...taken, ...named('DPoP'), ...this.#nonce(taken.refused, nowMs) };
    if (!this.#used.take(taken.hash, nowMs))
      return { ...named('DPoP'), refused: 'proof-used', why: 'shown before' };
    return { ...caller, proof: taken };
  }

  /** A challenge that asks for a nonce brings one; where nonces are required, every refused proof does. */
  #nonce(refused: string, nowMs: number): Pick<NotProved, 'nonce'> {
    const { nonces, nonceRequired } = this.#settings;
    return nonceRequired || refused === 'proof-nonce-needed' ? { nonce: nonces.fresh(nowMs) } : {};
  }
}

function notBound(): NotProved {
  return { refused: 'token-invalid', why: 'shown as DPoP, and bound to no such key', ...named('DPoP') };
}

function named(scheme: PresentedToken['scheme']): Pick<NotProved, 'scheme'> {
  return scheme === 'DPoP' ? { scheme } : {};
}
