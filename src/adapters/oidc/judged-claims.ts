/** What follows from claims that are proved, whether a signature (RFC 9068) or an issuer's answer (RFC 7662) proved them. */
import type { Caller } from '../../domain/caller.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
import type { NotProved } from '../../exchange/ports.ts';
import { callerFromClaims } from './caller-from-claims.ts';
import { clientIdOf, type RegisteredIssuer, registrationOf } from './registered-issuers.ts';
import { bindingOf, type TokenBinding } from './token-binding.ts';
import { checkClaims, checkHeader, hasScope } from './token-checks.ts';

/** What was proved of a token, whoever sends it. The caller of a bound one counts only once `SenderKeys` has seen the key. */
export interface ProvedToken {
  readonly caller: Caller;
  /** What its sender must show beside it on every request; undefined where nothing. */
  readonly binding: TokenBinding | undefined;
}

/**
 * The caller, or why the claims name none.
 *
 * @param header undefined where no signature carries the claims.
 * @param nowMs milliseconds since 1970 UTC.
 */
export function judgeClaims(
  claims: StrictJsonObject,
  header: StrictJsonObject | undefined,
  issuer: RegisteredIssuer,
  nowMs: number,
): ProvedToken | NotProved {
  const clientId = clientIdOf(claims, issuer.profile);
  if (clientId === undefined) return invalid(`${issuer.profile.clientIdClaims[0]} is missing`);
  const registration = registrationOf(issuer, clientId, claims);
  if (registration === undefined) return notRegistered('client is not a registered system');
  const rules = { types: issuer.profile.types, algorithms: registration.algorithms };
  const wrongHeader = header === undefined ? undefined : checkHeader(header, rules);
  const wrong = wrongHeader ?? checkClaims(claims, registration, nowMs);
  if (wrong !== undefined) return invalid(wrong);
  if (!registration.organisation.active) return notRegistered('organisation is not active');
  if (!hasScope(claims, registration)) {
    return { refused: 'scope-insufficient', why: 'scope is missing', scope: registration.signIn.scope ?? '' };
  }
  const binding = bindingOf(claims, registration);
  if (typeof binding === 'string') return invalid(binding);
  const caller = callerFromClaims(claims, registration, clientId);
  if (binding === undefined) return { caller, binding };
  const method = binding.key === undefined ? 'mtls' : 'dpop';
  return { caller: { ...caller, method, senderProved: true }, binding };
}

export function invalid(why: string): NotProved {
  return { refused: 'token-invalid', why };
}

function notRegistered(why: string): NotProved {
  return { refused: 'system-not-registered', why };
}
