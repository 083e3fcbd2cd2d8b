/** A policy set as if both parties had signed every version: for questions about files before anybody signs them. */
import { type PolicySet, policySet, withStops } from '../../domain/policy-set.ts';

/** The same set; rehearsals stay rehearsals, and stops stand. */
export function asIfSigned(policies: PolicySet): PolicySet {
  const { organisations, datasets, agreements, sha256, stops } = policies;
  const signed = agreements.map((agreement) => ({
    ...agreement,
    signedByBoth: !agreement.rehearsal,
    signaturesBroken: false,
    signatureFaults: [],
  }));
  const set = policySet([...organisations.values()], [...datasets.values()], signed, sha256);
  return withStops(set, [...stops.values()].flat());
}
