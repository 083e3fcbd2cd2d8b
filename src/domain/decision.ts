/** The decision: may this caller ask this, now, under which agreement, and what exactly is sent upstream? */
import type { Agreement } from './agreement.ts';
import type { Asked } from './asked.ts';
import type { Caller, Person } from './caller.ts';
import type { CanonicalRequest } from './canonical-request.ts';
import { canonicalRequest, matchOperation } from './canonical-request.ts';
import type { Dataset, Operation } from './dataset.ts';
import { findAgreement, NO_AGREEMENT } from './find-agreement.ts';
import { judgeAsker, refuse } from './judge-asker.ts';
import { judgeAuthorizationDetails } from './judge-authorization.ts';
import type { OpenReference } from './judge-lookups.ts';
import { judgeLookups } from './judge-lookups.ts';
import { judgeSender } from './judge-sender.ts';
import type { OperationForm } from './operation-form.ts';
import { operationBySlug } from './operation-form.ts';
import type { PolicySet } from './policy-set.ts';
import type { Refusal, Settled } from './refusal.ts';

export type { Refusal } from './refusal.ts';
export type Decision = Permit | Refusal;

export interface Permit {
  readonly effect: 'permit';
  readonly agreement: Agreement;
  readonly dataset: Dataset;
  readonly operation: Operation;
  readonly role: string | undefined;
  readonly person: Person | undefined;
  readonly reason: string | undefined;
  readonly caseReference: string | undefined;
  readonly consentReference?: string | undefined;
  /** Lookup name → value in its normal spelling. */
  readonly lookups: ReadonlyMap<string, string>;
  /** INVARIANT: the one request that was judged is the one that is sent. */
  readonly request: CanonicalRequest;
}

/**
 * Decides. Pure, synchronous and total: it reads no clock, never throws, and the same inputs give the same decision.
 * The steps refuse in a fixed order, so that a caller always learns the first thing to put right, and nothing is ever
 * said of an agreement in which the caller's organisation takes no part.
 *
 * @param atMs the instant of the decision, milliseconds since 1970 UTC.
 * @param openReference opens references that the gateway has bound to an agreement and a system.
 */
export function decide(
  caller: Caller,
  asked: Asked,
  policies: PolicySet,
  atMs: number,
  openReference: OpenReference,
): Decision {
  const candidates = policies.agreementsBetween(caller.organisation, asked.dataset);
  const dataset = candidates.length === 0 ? undefined : policies.datasets.get(asked.dataset);
  // INVARIANT: a dataset that does not exist and one that was not agreed are refused with the same value.
  if (dataset === undefined) return NO_AGREEMENT;
  const form = askedOperation(dataset, asked);
  const found = findAgreement(candidates, asked.purpose, dataset, form, policies, atMs);
  if ('effect' in found) return found;
  return judge(caller, asked, found.agreement, dataset, found.form, atMs, openReference);
}

function askedOperation(dataset: Dataset, { target }: Asked): OperationForm | undefined {
  if (target.kind === 'ask') return operationBySlug(dataset, target.operation);
  return matchOperation(dataset, target.method, target.segments);
}

function judge(
  caller: Caller,
  asked: Asked,
  agreement: Agreement,
  dataset: Dataset,
  form: OperationForm,
  atMs: number,
  openReference: OpenReference,
): Decision {
  const { operation } = form;
  const settled: Settled = { agreement, dataset, operation, purpose: agreement.purpose };
  const unproved = judgeSender(caller, dataset);
  if (unproved !== undefined) return refuse(unproved, settled);
  const lookups = judgeLookups(form, asked.target, agreement, caller, openReference);
  if ('code' in lookups) return refuse(lookups, settled);

  const asker = judgeAsker(caller, asked, agreement, { ...settled, lookups: [...lookups.keys()] }, atMs);
  if ('effect' in asker) return asker;
  const uncovered = judgeAuthorizationDetails(caller, { agreement, dataset, operation, lookups });
  if (uncovered !== undefined) return refuse(uncovered, { ...settled, lookups: [...lookups.keys()] });

  const { reason, caseReference, consentReference } = asked;
  const request = canonicalRequest(dataset, operation, lookups);
  return {
    effect: 'permit',
    agreement,
    dataset,
    operation,
    ...asker,
    reason,
    caseReference,
    consentReference,
    lookups,
    request,
  };
}
