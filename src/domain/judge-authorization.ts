/** The part of a decision about what a token is limited to (RFC 9396): one for one thing opens no other, whatever the agreement allows. */
import type { Agreement } from './agreement.ts';
import type { Caller, SharingDetail } from './caller.ts';
import type { Dataset, Operation } from './dataset.ts';
import type { Refused } from './refusal.ts';

export interface CoveredRequest {
  readonly agreement: Agreement;
  readonly dataset: Dataset;
  readonly operation: Operation;
  readonly lookups: ReadonlyMap<string, string>;
}

/** Undefined where the token is limited to nothing, or one of its details covers the whole request. */
export function judgeAuthorizationDetails(
  { authorizationDetails }: Caller,
  request: CoveredRequest,
): Refused | undefined {
  if (authorizationDetails === undefined) return undefined;
  if (authorizationDetails !== 'not understood' && authorizationDetails.some((one) => covers(one, request)))
    return undefined;
  return {
    code: 'authorization-not-covered',
    detail:
      'The authorization details of the access token do not cover this request; ask for a token whose details name this agreement, dataset, purpose, operation and subject, or for one without any.',
  };
}

function covers(detail: SharingDetail, { agreement, dataset, operation, lookups }: CoveredRequest): boolean {
  return (
    (detail.agreement ?? agreement.id) === agreement.id &&
    (detail.dataset ?? dataset.id) === dataset.id &&
    (detail.purpose ?? agreement.purpose) === agreement.purpose &&
    (detail.operations?.includes(operation.name) ?? true) &&
    [...(detail.subject ?? [])].every(([name, value]) => lookups.get(name) === value)
  );
}
