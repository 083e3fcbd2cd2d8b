/** Policy sets read in memory, as if both parties had signed whatever their files say is signed. */
import type { Agreement } from '../../src/domain/agreement.ts';
import { type PolicySet, policySet } from '../../src/domain/policy-set.ts';

/** For tests that judge and ask nothing of signatures. */
export function asSigned({ organisations, datasets, agreements, sha256 }: PolicySet): PolicySet {
  return policySet([...organisations.values()], [...datasets.values()], agreements.map(signed), sha256);
}

function signed(agreement: Agreement): Agreement {
  const { provider, consumer, words, rehearsal } = agreement;
  const says = (party: string) => words.signed?.some(({ organisation }) => organisation === party) === true;
  const signedByBoth = !rehearsal && says(provider) && says(consumer);
  return { ...agreement, signedByBoth, signatureFaults: signedByBoth ? [] : agreement.signatureFaults };
}
