/** Which version of an agreement is in force at an instant: computed from versions, signatures, dates and parties. */
import type { Agreement } from './agreement.ts';
import type { PolicySet } from './policy-set.ts';
import { type Stop, stopInWords } from './stop.ts';

/** All versions of one agreement, the newest first. */
export type Versions = readonly Agreement[];

const grouped = new WeakMap<readonly Agreement[], readonly Versions[]>();

/** The agreements by id, each with its newest version first. Remembered for as long as the list is. */
export function versionsOf(agreements: readonly Agreement[]): readonly Versions[] {
  const known = grouped.get(agreements);
  if (known !== undefined) return known;
  const byId = Map.groupBy(agreements, (agreement) => agreement.id);
  const versions = [...byId.values()].map((all) => all.sort((a, b) => b.version - a.version));
  grouped.set(agreements, versions);
  return versions;
}

/**
 * The version that is in force at `atMs`, or undefined: the newest that both have signed and whose start has passed,
 * where its signatures hold for what flows today, it has not ended, neither party has stopped the agreement and both are
 * active. A draft beside it changes nothing.
 *
 * INVARIANT: an older version never comes back: not when a newer one ends, is stopped, or is changed after it was signed.
 */
export function versionInForce(versions: Versions, policies: PolicySet, atMs: number): Agreement | undefined {
  const governing = governingVersion(versions, atMs);
  if (governing === undefined || !governing.signedByBoth || !(atMs < governing.endsAtMs)) return undefined;
  if (stopsOf(versions, policies).length > 0) return undefined;
  return partiesAreActive(governing, policies) ? governing : undefined;
}

/** Why no version is in force at `atMs`, as the end of a sentence about the agreement, or undefined where one is. */
export function whyNotInForce(versions: Versions, policies: PolicySet, atMs: number): string | undefined {
  const [stop] = stopsOf(versions, policies);
  if (stop !== undefined) return stopInWords(stop, policies.organisations.get(stop.by));
  const governing = governingVersion(versions, atMs);
  if (governing !== undefined) {
    if (!(atMs < governing.endsAtMs)) return 'has ended';
    if (!governing.signedByBoth) return 'is not what both parties signed';
    return partiesAreActive(governing, policies) ? undefined : 'has a party that is not active';
  }
  if (versions.some(takesPlace)) return 'has not started';
  return versions.every(({ rehearsal }) => rehearsal)
    ? 'is a rehearsal only'
    : 'is not signed by both parties';
}

/** Id of each agreement → number of the version that has taken the place of all older ones by `atMs`. */
export function versionsInPlace({ agreements }: PolicySet, atMs: number): ReadonlyMap<string, number> {
  const inPlace = versionsOf(agreements).flatMap((versions) => governingVersion(versions, atMs) ?? []);
  return new Map(inPlace.map(({ id, version }) => [id, version]));
}

/** The version of which `whyNotInForce` speaks: the one that would be in force, else the newest. */
export function versionConcerned(versions: Versions, atMs: number): Agreement | undefined {
  return governingVersion(versions, atMs) ?? versions[0];
}

function governingVersion(versions: Versions, atMs: number): Agreement | undefined {
  for (const version of versions) {
    if (takesPlace(version) && version.startsAtMs <= atMs) return version;
  }
  return undefined;
}

/** Signed by both, whether or not the signatures still hold: a change to a newer version must not revive an older one. */
function takesPlace({ signedByBoth, signaturesBroken }: Agreement): boolean {
  return signedByBoth || signaturesBroken;
}

function stopsOf(versions: Versions, { stops }: PolicySet): readonly Stop[] {
  const [newest] = versions;
  const all = (newest === undefined ? undefined : stops.get(newest.id)) ?? [];
  // An order that came while nobody knew the agreement counts only where its giver turns out to be a party.
  return all.filter(({ by }) => by === newest?.provider || by === newest?.consumer);
}

function partiesAreActive(agreement: Agreement, policies: PolicySet): boolean {
  const { organisations } = policies;
  return (
    organisations.get(agreement.provider)?.active === true &&
    organisations.get(agreement.consumer)?.active === true
  );
}
