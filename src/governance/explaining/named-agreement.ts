/** Finds the version of an agreement that somebody names by its id, as on a command line. */
import type { Agreement } from '../../domain/agreement.ts';
import { versionInForce, versionsOf } from '../../domain/in-force.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { listed } from '../pages/phrases.ts';

export interface Named {
  readonly agreement: Agreement;
  /** Every version of it, the newest first. */
  readonly versions: readonly Agreement[];
}

/** Why nothing was found, in a sentence that says what could be named instead. */
export interface NotNamed {
  readonly wrong: string;
}

/**
 * The version with that number; without a number the one in force at `atMs`, else the newest.
 *
 * @param id in any case: "dsa-2026-014" will do.
 */
export function namedAgreement(
  policies: PolicySet,
  id: string,
  version: number | undefined,
  atMs: number,
): Named | NotNamed {
  const all = versionsOf(policies.agreements);
  const versions = all.find(([newest]) => newest?.id === id.trim().toUpperCase());
  const newest = versions?.[0];
  if (versions === undefined || newest === undefined)
    return { wrong: unknownId(all.flatMap((one) => one[0]?.id ?? [])) };
  if (version === undefined)
    return { agreement: versionInForce(versions, policies, atMs) ?? newest, versions };
  const agreement = versions.find((one) => one.version === version);
  if (agreement !== undefined) return { agreement, versions };
  const known = listed(
    versions.map((one) => String(one.version)),
    'or',
  );
  return { wrong: `${newest.id} has no version ${version}; name version ${known}` };
}

function unknownId(ids: readonly string[]): string {
  if (ids.length === 0) return 'there is no agreement in these policy files';
  return `no agreement has that id; name one of: ${ids.toSorted().join(', ')}`;
}

/** "DSA-2026-014 has versions 3 (in force), 2 and 1; this is version 3", or undefined where there is only one. */
export function otherVersions(
  { agreement, versions }: Named,
  policies: PolicySet,
  atMs: number,
): string | undefined {
  if (versions.length < 2) return undefined;
  const inForce = versionInForce(versions, policies, atMs);
  const names = versions.map((one) => `${one.version}${one === inForce ? ' (in force)' : ''}`);
  return `${agreement.id} has versions ${listed(names)}; this is version ${agreement.version}`;
}
