/** Which system of which organisation a token speaks for: by its exact issuer first, then by its client. */
import type { Organisation, SignIn, System } from '../../domain/organisation.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
import { asList, claimAt } from './claims.ts';
import { type IssuerProfile, issuerProfile } from './issuer-profile.ts';

/** One system, with the rules that its organisation's file sets for its tokens. */
export interface Registration {
  readonly organisation: Organisation;
  readonly system: System;
  readonly signIn: SignIn;
  readonly profile: IssuerProfile;
  /** Algorithms of the file; where it names none, the default ones. */
  readonly algorithms: readonly string[];
}

export interface RegisteredIssuer {
  readonly issuer: string;
  readonly profile: IssuerProfile;
  /** Every algorithm that some organisation of this issuer takes. */
  readonly algorithms: readonly string[];
  /** By client identifier: several where a claim tells them apart, none where two claim one client. */
  readonly systems: ReadonlyMap<string, readonly Registration[]>;
}

export interface RegisteredOrganisation {
  readonly issuer: RegisteredIssuer;
  readonly signIn: SignIn;
  /** Algorithms of its own file. */
  readonly algorithms: readonly string[];
}

export interface RegisteredIssuers {
  readonly byIssuer: ReadonlyMap<string, RegisteredIssuer>;
  /** Organisations that take part, by their id. */
  readonly byOrganisation: ReadonlyMap<string, RegisteredOrganisation>;
  /** Sentences on what the files say twice or differently; those systems are not let in. */
  readonly conflicts: readonly string[];
}

export const DEFAULT_ALGORITHMS: readonly string[] = ['PS256', 'ES256', 'EdDSA'];

/** INVARIANT: whatever a file says, `none` and every symmetric algorithm stay out. */
const KNOWN_ALGORITHMS: ReadonlySet<string> = new Set(
  'PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519 RS256 RS384 RS512'.split(' '),
);

/** Gathers the systems of all organisations by issuer. Several organisations may share one. */
export function registerIssuers(organisations: Iterable<Organisation>): RegisteredIssuers {
  const byIssuer = new Map<string, MutableIssuer>();
  const byOrganisation = new Map<string, RegisteredOrganisation>();
  const conflicts: string[] = [];
  for (const organisation of organisations) {
    const { signIn } = organisation;
    if (signIn === undefined) continue;
    const issuer = byIssuer.get(signIn.issuer) ?? newIssuer(signIn);
    byIssuer.set(signIn.issuer, issuer);
    if (issuer.profile.name !== signIn.profile) {
      conflicts.push(`${organisation.id} names another profile than others of its issuer`);
      continue;
    }
    const algorithms = algorithmsOf(signIn);
    addSystems(issuer, organisation, signIn, algorithms, conflicts);
    if (organisation.active) byOrganisation.set(organisation.id, { issuer, signIn, algorithms });
  }
  return { byIssuer, byOrganisation, conflicts };
}

/** The client identifier that the claims state, or undefined where there is none. */
export function clientIdOf(claims: StrictJsonObject, profile: IssuerProfile): string | undefined {
  for (const name of profile.clientIdClaims) {
    const value = claims[name];
    if (value === undefined) continue;
    return typeof value === 'string' && value !== '' ? value : undefined;
  }
  return undefined;
}

/** The one registration that the client and the claims speak for; where none or more than one would do, nobody is. */
export function registrationOf(
  issuer: RegisteredIssuer,
  clientId: string,
  claims: StrictJsonObject,
): Registration | undefined {
  const [found, ...more] = (issuer.systems.get(clientId) ?? []).filter(({ signIn }) =>
    isToldBy(claims, signIn),
  );
  return more.length === 0 ? found : undefined;
}

/** A claim that holds several values tells nothing apart. */
function isToldBy(claims: StrictJsonObject, { toldApartBy }: SignIn): boolean {
  if (toldApartBy === undefined) return true;
  const [value, ...more] = asList(claimAt(claims, toldApartBy.claim));
  return more.length === 0 && value === toldApartBy.is;
}

function areToldApart(one: SignIn, other: SignIn): boolean {
  const [first, second] = [one.toldApartBy, other.toldApartBy];
  return first !== undefined && first.claim === second?.claim && first.is !== second.is;
}

interface MutableIssuer {
  readonly issuer: string;
  readonly profile: IssuerProfile;
  readonly algorithms: string[];
  readonly systems: Map<string, readonly Registration[]>;
}

function newIssuer(signIn: SignIn): MutableIssuer {
  return {
    issuer: signIn.issuer,
    profile: issuerProfile(signIn.profile),
    algorithms: [],
    systems: new Map(),
  };
}

function algorithmsOf({ algorithms }: SignIn): readonly string[] {
  const named = algorithms.length === 0 ? DEFAULT_ALGORITHMS : algorithms;
  return named.filter((algorithm) => KNOWN_ALGORITHMS.has(algorithm));
}

function addSystems(
  issuer: MutableIssuer,
  organisation: Organisation,
  signIn: SignIn,
  algorithms: readonly string[],
  conflicts: string[],
): void {
  for (const algorithm of algorithms) {
    if (!issuer.algorithms.includes(algorithm)) issuer.algorithms.push(algorithm);
  }
  for (const system of organisation.systems) {
    const registration = { organisation, system, signIn, profile: issuer.profile, algorithms };
    const others = issuer.systems.get(system.clientId);
    if (others === undefined) {
      issuer.systems.set(system.clientId, [registration]);
    } else if (others.length > 0 && others.every((other) => areToldApart(other.signIn, signIn))) {
      issuer.systems.set(system.clientId, [...others, registration]);
    } else {
      conflicts.push(`${organisation.id} names a client of its system ${system.id} that is named already`);
      issuer.systems.set(system.clientId, []);
    }
  }
}
