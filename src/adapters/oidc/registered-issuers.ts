/** Which system of which organisation a token speaks for: by its exact issuer first, then by its client. */
import type { Organisation, SignIn, System } from '../../domain/organisation.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
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
  /** By client identifier; undefined marks one that two systems claim. */
  readonly systems: ReadonlyMap<string, Registration | undefined>;
}

export interface RegisteredIssuers {
  readonly byIssuer: ReadonlyMap<string, RegisteredIssuer>;
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
    addSystems(issuer, organisation, signIn, conflicts);
  }
  return { byIssuer, conflicts };
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

interface MutableIssuer {
  readonly issuer: string;
  readonly profile: IssuerProfile;
  readonly algorithms: string[];
  readonly systems: Map<string, Registration | undefined>;
}

function newIssuer(signIn: SignIn): MutableIssuer {
  return {
    issuer: signIn.issuer,
    profile: issuerProfile(signIn.profile),
    algorithms: [],
    systems: new Map(),
  };
}

function addSystems(
  issuer: MutableIssuer,
  organisation: Organisation,
  signIn: SignIn,
  conflicts: string[],
): void {
  const named = signIn.algorithms.length === 0 ? DEFAULT_ALGORITHMS : signIn.algorithms;
  const algorithms = named.filter((algorithm) => KNOWN_ALGORITHMS.has(algorithm));
  for (const algorithm of algorithms) {
    if (!issuer.algorithms.includes(algorithm)) issuer.algorithms.push(algorithm);
  }
  for (const system of organisation.systems) {
    if (issuer.systems.has(system.clientId)) {
      conflicts.push(`${organisation.id} names a client of its system ${system.id} that is named already`);
      issuer.systems.set(system.clientId, undefined);
      continue;
    }
    const registration = { organisation, system, signIn, profile: issuer.profile, algorithms };
    issuer.systems.set(system.clientId, registration);
  }
}
