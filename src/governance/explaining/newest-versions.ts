/** One version of each agreement for lists and exports: the one in force, else the newest. */
import type { Agreement } from '../../domain/agreement.ts';
import { versionInForce, versionsOf } from '../../domain/in-force.ts';
import type { PolicySet } from '../../domain/policy-set.ts';

/** By id; `atMs` in milliseconds since 1970 UTC. */
export function newestVersions(policies: PolicySet, atMs: number): readonly Agreement[] {
  const chosen = versionsOf(policies.agreements).flatMap(
    (versions) => versionInForce(versions, policies, atMs) ?? versions[0] ?? [],
  );
  return chosen.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
