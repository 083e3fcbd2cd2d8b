/** An agreement tried out: one request with samples, its decision, and what of the answer is given and what is withheld. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import type { Decision, Permit } from '../../domain/decision.ts';
import { operationForm } from '../../domain/operation-form.ts';
import type { Contact } from '../../domain/organisation.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { fittingCircumstances } from '../explaining/circumstances.ts';
import { type Signatures, type Standing, standingOf } from '../explaining/standing.ts';
import { type Filtered, givenAndWithheld } from './given-and-withheld.ts';
import { sampleAnswer } from './sample-answer.ts';
import { judgeTried, type StartFilter, sampleLookups, type TriedRequest } from './tried-request.ts';

export interface TryOptions {
  readonly role: string | undefined;
  /** Name of an operation; without it the first agreed one that the lookups fit. */
  readonly operation: string | undefined;
  /** Without it the first agreed one. */
  readonly system: string | undefined;
  /** Empty: samples of what the operation needs. */
  readonly using: ReadonlyMap<string, string>;
  readonly reason: string | undefined;
  readonly caseReference: string | undefined;
  readonly consentReference: string | undefined;
  /** The provider's answer, JSON; without it one is made up from the dataset. */
  readonly answer: string | undefined;
  readonly atMs: number;
  readonly signatures: Signatures;
}

export interface Tried {
  readonly agreement: Agreement;
  readonly standing: Standing;
  readonly request: TriedRequest;
  readonly system: string;
  readonly decision: Decision;
  /** Whom to ring about a refusal: of the agreement, then of the provider. */
  readonly contacts: readonly Contact[];
  /** What became of the answer; undefined where the request was refused. */
  readonly answer: TriedAnswer | undefined;
}

export type TriedAnswer = Filtered & { readonly from: 'the file' | 'a made-up record' };

/** Tries the agreement. Nobody is asked, nothing is logged and nothing is counted. */
export function tryAgreement(
  agreement: Agreement,
  policies: PolicySet,
  options: TryOptions,
  startFilter: StartFilter,
): Tried {
  const dataset = policies.datasets.get(agreement.dataset);
  const system = options.system ?? agreement.systems[0] ?? '';
  const request = requestOf(agreement, dataset, system, options);
  const around = {
    ...fittingCircumstances(agreement, system, options.atMs),
    consentReference: options.consentReference,
  };
  const decision = judgeTried(request, around, agreement, policies);
  const provider = policies.organisations.get(agreement.provider);
  return {
    agreement,
    standing: standingOf(agreement, policies, options.atMs, options.signatures),
    request,
    system,
    decision,
    contacts: [agreement.contact, ...(provider === undefined ? [] : [provider.dataProtectionOfficer])],
    answer: decision.effect === 'refuse' ? undefined : answerOf(decision, system, options, startFilter),
  };
}

function requestOf(
  agreement: Agreement,
  dataset: Dataset | undefined,
  system: string,
  { role, reason, caseReference, ...options }: TryOptions,
): TriedRequest {
  const operation = options.operation ?? fitting(agreement, dataset, options.using) ?? '';
  const known = dataset?.operations.get(operation);
  const samples = dataset === undefined || known === undefined;
  const using =
    options.using.size > 0 || samples ? options.using : sampleLookups(agreement, dataset, known, system);
  return { role, operation, using, reason, caseReference };
}

/** The first agreed operation that can be asked with just these lookups, else the first. */
function fitting(
  { operations }: Agreement,
  dataset: Dataset | undefined,
  using: ReadonlyMap<string, string>,
): string | undefined {
  const fits = (operation: Operation, of: Dataset): boolean => {
    const { names, required } = operationForm(of, operation);
    return (
      using.size > 0 &&
      [...using.keys()].every((name) => names.has(name)) &&
      required.isSubsetOf(new Set(using.keys()))
    );
  };
  return (
    operations.find((name) => {
      const operation = dataset?.operations.get(name);
      return dataset !== undefined && operation !== undefined && fits(operation, dataset);
    }) ?? operations[0]
  );
}

function answerOf(
  permit: Permit,
  system: string,
  { answer: given, atMs }: TryOptions,
  startFilter: StartFilter,
): TriedAnswer {
  const { agreement, dataset, operation } = permit;
  const text = given ?? sampleAnswer(agreement, dataset, operation);
  const session = startFilter(permit, system, atMs);
  const compared = givenAndWithheld(text, session, agreement, dataset, operation);
  return { ...compared, from: given === undefined ? 'a made-up record' : 'the file' };
}
