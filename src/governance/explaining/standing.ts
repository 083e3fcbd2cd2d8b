/** How one version of an agreement stands at an instant: in force, or why not. */
import type { Agreement } from '../../domain/agreement.ts';
import { versionInForce, versionsOf, whyNotInForce } from '../../domain/in-force.ts';
import type { PolicySet } from '../../domain/policy-set.ts';

/** `because` is the end of a sentence about the agreement: "has not started". Nobody knows where signatures are not checked. */
export type Standing =
  | { readonly inForce: 'yes' }
  | { readonly inForce: 'no'; readonly because: string }
  | { readonly inForce: 'not known' };

/** Whether the signatures of a policy set were checked against pinned keys when it was read. */
export type Signatures = 'checked' | 'not checked';

/** How this version stands at `atMs`, milliseconds since 1970 UTC: the same judgement that decides in the gateway. */
export function standingOf(
  agreement: Agreement,
  policies: PolicySet,
  atMs: number,
  signatures: Signatures,
): Standing {
  if (signatures === 'not checked') return standingUnchecked(agreement, atMs);
  const versions = versionsOf(policies.agreements).find(([newest]) => newest?.id === agreement.id) ?? [];
  const inForce = versionInForce(versions, policies, atMs);
  if (inForce === agreement) return { inForce: 'yes' };
  const because = whyThisVersionIsNot(agreement, inForce, atMs) ?? whyNotInForce(versions, policies, atMs);
  return { inForce: 'no', because: because ?? 'cannot be used' };
}

/** "in force", "not in force: it has ended", or that nobody checked. */
export function standingInWords(standing: Standing): string {
  if (standing.inForce === 'yes') return 'in force';
  return standing.inForce === 'no' ? `not in force: it ${standing.because}` : 'signatures not checked';
}

/** What can be said without signatures: the dates and a rehearsal. */
function standingUnchecked({ rehearsal, startsAtMs, endsAtMs }: Agreement, atMs: number): Standing {
  if (rehearsal) return { inForce: 'no', because: 'is a rehearsal only' };
  if (atMs < startsAtMs) return { inForce: 'no', because: 'has not started' };
  return atMs < endsAtMs ? { inForce: 'not known' } : { inForce: 'no', because: 'has ended' };
}

function whyThisVersionIsNot(
  agreement: Agreement,
  inForce: Agreement | undefined,
  atMs: number,
): string | undefined {
  if (inForce !== undefined && inForce.version > agreement.version) {
    return `has been replaced by version ${inForce.version}`;
  }
  if (agreement.rehearsal) return 'is a rehearsal only';
  if (agreement.signaturesBroken) return 'is not what both parties signed';
  if (!agreement.signedByBoth) return 'is not signed by both parties';
  return atMs < agreement.startsAtMs ? 'has not started' : undefined;
}
