/** Turns proved claims into the caller in the agreements' words: system, person, roles, second factor, evidence. */
import type { Caller, Person } from '../../domain/caller.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
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
    person: profile.isAboutPerson(claims, clientId) ? personOf(claims, signIn.personClaim) : undefined,
    roles: rolesOf(claims, signIn.roleClaim, signIn.roleNames),
    issuer: signIn.issuer,
    method: 'bearer',
    secondFactor: signIn.secondFactor !== undefined && hasSecondFactor(claims, signIn.secondFactor),
    ...(signIn.evidenceClaims.size === 0 ? {} : { evidence: evidenceOf(claims, signIn.evidenceClaims) }),
    tokenId: String(claims[profile.tokenIdClaim]),
    expiresAtMs: Math.floor(Number(claims['exp']) * 1000),
  };
}

/** Something that can be seen, and no control character: what is blank names nobody. */
const NAMES_SOMEBODY = /^(?=.*[\p{L}\p{N}])[^\p{Cc}\p{Cs}\u2028\u2029]+$/u;

/** No other claim stands in for a missing one: who acts is known by the agreed claim or not at all. */
function personOf(claims: StrictJsonObject, claim: string): Person | undefined {
  const id = claimAt(claims, claim);
  return typeof id === 'string' && NAMES_SOMEBODY.test(id) ? { id, assurance: 'proved' } : undefined;
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

/** A claim by its whole name (which may hold dots, as URLs do) or, where there is none, by dots going down. */
export function claimAt(claims: StrictJsonObject, path: string): StrictJson | undefined {
  const whole = claims[path];
  if (whole !== undefined) return whole;
  let value: StrictJson | undefined = claims;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** The values of a claim that may hold one or a list. */
export function asList(value: StrictJson | undefined): readonly StrictJson[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
