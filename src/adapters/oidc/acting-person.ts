/** Who acts, by proved claims: the token's subject, or the party that acts for it (RFC 8693 section 4.1). */
import type { Person } from '../../domain/caller.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
import { claimAt } from './claims.ts';
import type { Registration } from './registered-issuers.ts';

/** Something that can be seen, and no control character: what is blank names nobody. */
const NAMES_SOMEBODY = /^(?=.*[\p{L}\p{N}])[^\p{Cc}\p{Cs}\u2028\u2029]+$/u;
const ACTOR = /^act\./;

/**
 * The person, undefined where the claims prove none. No other claim stands in for a missing one: who acts is known by the
 * agreed claim or not at all.
 */
export function actingPerson(
  claims: StrictJsonObject,
  { signIn, profile }: Pick<Registration, 'signIn' | 'profile'>,
  clientId: string,
): Person | undefined {
  const { act } = claims;
  if (ACTOR.test(signIn.personClaim)) {
    return isOfIssuer(act, signIn.issuer) ? personIn(claims, signIn.personClaim, clientId) : undefined;
  }
  // Somebody else than the system acts for the subject: a helper, or whoever signed in as another. It is not the subject who looks.
  if (act !== undefined && !isActor(act, clientId)) return undefined;
  return profile.isAboutPerson(claims, clientId) ? personIn(claims, signIn.personClaim, clientId) : undefined;
}

/** The person whom a claim names, which is never the client itself. */
export function personIn(claims: StrictJsonObject, claim: string, clientId: string): Person | undefined {
  const id = claimAt(claims, claim);
  if (typeof id !== 'string' || id === clientId || !NAMES_SOMEBODY.test(id)) return undefined;
  return { id, assurance: 'proved' };
}

/** An actor may be of another issuer (RFC 8693 section 4.1): one whose people this organisation does not name. */
function isOfIssuer(act: StrictJson | undefined, issuer: string): boolean {
  return isObject(act) && (act['iss'] === undefined || act['iss'] === issuer);
}

/** Parties that acted earlier stand deeper, and prove nothing of who acts now. */
function isActor(act: StrictJson, clientId: string): boolean {
  return isObject(act) && (act['sub'] === clientId || act['client_id'] === clientId);
}

function isObject(value: StrictJson | undefined): value is StrictJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
