/** Turns proved claims into the caller in the agreements' words: system, person, roles, second factor, evidence. */
import type { Caller } from '../../domain/caller.ts';
import type { SignIn } from '../../domain/organisation.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
import { actingPerson } from './acting-person.ts';
import { authorizationDetailsOf } from './authorization-details.ts';
import { asList, claimAt } from './claims.ts';
import type { Registration } from './registered-issuers.ts';

/** The caller. `claims` must have passed every check before. */
export function callerFromClaims(
  claims: StrictJsonObject,
  registration: Registration,
  clientId: string,
): Caller {
  const { organisation, system, signIn, profile } = registration;
  return {
    organisation: organisation.id,
    system: system.id,
    actsForNamedPerson: system.actsForNamedPerson,
    client: clientId,
    person: actingPerson(claims, registration, clientId),
    issuer: signIn.issuer,
    method: 'bearer',
    senderProved: false,
    ...saidOfPerson(claims, signIn),
    ...(claims['authorization_details'] === undefined
      ? {}
      : { authorizationDetails: authorizationDetailsOf(claims) }),
    tokenId: String(claims[profile.tokenIdClaim]),
    expiresAtMs: Math.floor(Number(claims['exp']) * 1000),
  };
}

/** What claims say of the person whom they are about, beside the name. */
export function saidOfPerson(
  claims: StrictJsonObject,
  { roleClaim, roleNames, secondFactor, evidenceClaims }: SignIn,
): Pick<Caller, 'roles' | 'secondFactor' | 'evidence'> {
  return {
    roles: rolesOf(claims, roleClaim, roleNames),
    secondFactor: secondFactor !== undefined && hasSecondFactor(claims, secondFactor),
    ...(evidenceClaims.size === 0 ? {} : { evidence: evidenceOf(claims, evidenceClaims) }),
  };
}

function rolesOf(
  claims: StrictJsonObject,
  claim: string,
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const roles = new Set<string>();
  for (const value of asList(claimAt(claims, claim))) {
    const role = typeof value === 'string' ? names.get(value) : undefined;
    if (role !== undefined) roles.add(role);
  }
  return [...roles];
}

function hasSecondFactor(claims: StrictJsonObject, shown: { claim: string; includes: string }): boolean {
  return asList(claimAt(claims, shown.claim)).includes(shown.includes);
}

/** Printable ASCII on one line: a country, a date. What is anything else is no evidence. */
const EVIDENCE = /^[\x20-\x7e]{1,200}$/;

function evidenceOf(
  claims: StrictJsonObject,
  named: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const evidence = new Map<string, string>();
  for (const [name, claim] of named) {
    const value = claimAt(claims, claim);
    if (typeof value === 'string' && EVIDENCE.test(value)) evidence.set(name, value);
  }
  return evidence;
}
