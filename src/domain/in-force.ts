/** Which version of an agreement is in force at an instant: computed from versions, signatures, dates and parties. */
import type { Agreement } from './agreement.ts';
import type { PolicySet } from './policy-set.ts';

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
 * where it has not ended and both parties are active. A draft beside it changes nothing, and an older version never
 * comes back when a newer one ends.
 */
export function versionInForce(versions: Versions, policies: PolicySet, atMs: number): Agreement | undefined {
  const governing = governingVersion(versions, atMs);
  if (governing === undefined || !(atMs < governing.endsAtMs)) return undefined;
  return partiesAreActive(governing, policies) ? governing : undefined;
}

/** Why no version is in force at `atMs`, as the end of a sentence about the agreement, or undefined where one is. */
export function whyNotInForce(versions: Versions, policies: PolicySet, atMs: number): string | undefined {
  const governing = governingVersion(versions, atMs);
  if (governing !== undefined) {
    if (!(atMs < governing.endsAtMs)) return 'has ended';
    return partiesAreActive(governing, policies) ? undefined : 'has a party that is not active';
  }
  return versions.some((version) => version.signedByBoth)
    ? 'has not started'
    : 'is not signed by both parties';
}

function governingVersion(versions: Versions, atMs: number): Agreement | undefined {
  for (const version of versions) {
    if (version.signedByBoth && version.startsAtMs <= atMs) return version;
  }
  return undefined;
}

function partiesAreActive(agreement: Agreement, policies: PolicySet): boolean {
  const { organisations } = policies;
  return (
    organisations.get(agreement.provider)?.active === true &&
    organisations.get(agreement.consumer)?.active === true
  );
}
