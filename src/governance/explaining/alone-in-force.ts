/** One version of an agreement alone in a policy set in which it is in force, so that drafts can be tried before anybody signs. */
import type { Agreement } from '../../domain/agreement.ts';
import { type PolicySet, policySet } from '../../domain/policy-set.ts';

/** Signatures, dates, stops and active parties are taken as given; every other rule of the version judges as it stands. */
export function aloneInForce(agreement: Agreement, policies: PolicySet): PolicySet {
  const parties = [agreement.provider, agreement.consumer].flatMap(
    (id) => policies.organisations.get(id) ?? [],
  );
  const dataset = policies.datasets.get(agreement.dataset);
  const running: Agreement = {
    ...agreement,
    signedByBoth: true,
    signaturesBroken: false,
    signatureFaults: [],
    rehearsal: false,
    startsAtMs: Number.NEGATIVE_INFINITY,
    endsAtMs: Number.POSITIVE_INFINITY,
  };
  return policySet(
    parties.map((party) => ({ ...party, active: true })),
    dataset === undefined ? [] : [dataset],
    [running],
    policies.sha256,
  );
}
