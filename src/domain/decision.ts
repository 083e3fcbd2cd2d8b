/** The decision: may this caller ask this, now, under which agreement, and what exactly is sent upstream? */
import type { Agreement } from './agreement.ts';
import type { Asked } from './asked.ts';
import type { Caller, Person } from './caller.ts';
import type { CanonicalRequest } from './canonical-request.ts';
import { canonicalRequest, matchOperation } from './canonical-request.ts';
import type { Dataset, Operation } from './dataset.ts';
import { findAgreement, NO_AGREEMENT } from './find-agreement.ts';
import { judgeCaseReference, judgeEmergency, judgeReason } from './judge-ground.ts';
import type { OpenReference } from './judge-lookups.ts';
import { judgeLookups } from './judge-lookups.ts';
import { judgePerson, judgeRole, judgeSecondFactor } from './judge-person.ts';
import type { OperationForm } from './operation-form.ts';
import { operationBySlug } from './operation-form.ts';
import type { PolicySet } from './policy-set.ts';
import type { Refusal, Refused, Settled } from './refusal.ts';

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
  return judge(caller, asked, found.agreement, dataset, found.form, openReference);
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
  openReference: OpenReference,
): Decision {
  const { operation } = form;
  const settled: Settled = { agreement, dataset, operation, purpose: agreement.purpose };

  const lookups = judgeLookups(form, asked.target, agreement, caller, openReference);
  if ('code' in lookups) return refuse(lookups, settled);

  if (!agreement.systems.includes(caller.system)) return refuse(systemNotAgreed(agreement), settled);
  const person = judgePerson(caller, asked, agreement);
  if (person !== undefined && 'code' in person) return refuse(person, settled);
  const role = judgeRole(caller, agreement);
  if (typeof role === 'object') return refuse(role, settled);

  const known = role === undefined ? settled : { ...settled, role };
  const weak = judgeSecondFactor(caller, agreement) ?? judgeReason(asked, agreement);
  if (weak !== undefined) return refuse(weak, known);

  const { reason, caseReference } = asked;
  const unfounded = judgeCaseReference(asked, agreement) ?? judgeEmergency(asked, agreement);
  if (unfounded !== undefined) return refuse(unfounded, reason === undefined ? known : { ...known, reason });

  const request = canonicalRequest(dataset, operation, lookups);
  return {
    effect: 'permit',
    agreement,
    dataset,
    operation,
    role,
    person,
    reason,
    caseReference,
    lookups,
    request,
  };
}

function refuse({ code, detail }: Refused, settled: Settled): Refusal {
  return { effect: 'refuse', code, detail, settled };
}

function systemNotAgreed({ id, systems }: Agreement): Refused {
  return {
    code: 'system-not-agreed',
    detail: `Agreement ${id} lists under "who may look" only these systems: ${systems.join(', ')}; ask from one of them.`,
  };
}
