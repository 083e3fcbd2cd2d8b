/** Rehearsal: what a policy set comes to in a gateway that rehearses, where nothing real can be reached. */
import type { Agreement } from './agreement.ts';
import type { Dataset } from './dataset.ts';
import type { Organisation } from './organisation.ts';
import { type PolicySet, policySet } from './policy-set.ts';

/**
 * The set of a rehearsal: rehearsal agreements alone, counted as signed; every dataset at its test upstream; sign-ins with
 * the audience of rehearsals.
 *
 * INVARIANT: a rehearsal reaches no real server, and no token for the real gateway opens it. A dataset without a test
 * upstream has no agreement, and an organisation without a rehearsal audience has no sign-in.
 */
export function rehearsalOf(policies: PolicySet): PolicySet {
  const datasets = [...policies.datasets.values()].flatMap(atTestUpstream);
  const reachable = new Set(datasets.map(({ id }) => id));
  const agreements = policies.agreements.filter(
    ({ rehearsal, dataset }) => rehearsal && reachable.has(dataset),
  );
  return policySet(
    [...policies.organisations.values()].map(withRehearsalAudience),
    datasets,
    agreements.map(countedAsSigned),
    policies.sha256,
  );
}

function atTestUpstream(dataset: Dataset): Dataset[] {
  const { testUpstream } = dataset;
  return testUpstream === undefined ? [] : [{ ...dataset, upstream: testUpstream }];
}

function withRehearsalAudience(organisation: Organisation): Organisation {
  const { signIn } = organisation;
  const audience = signIn?.rehearsalAudience;
  return {
    ...organisation,
    signIn: signIn === undefined || audience === undefined ? undefined : { ...signIn, audience },
  };
}

function countedAsSigned(agreement: Agreement): Agreement {
  return { ...agreement, signedByBoth: true, signaturesBroken: false, signatureFaults: [] };
}
