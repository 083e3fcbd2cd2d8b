/** One request tried under one agreement, judged by the very code that judges in the gateway; nobody is asked and nothing is logged. */
import type { FilterSession } from '../../disclosure/rules.ts';
import type { Agreement } from '../../domain/agreement.ts';
import type { Asked } from '../../domain/asked.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import { type Decision, decide, type Permit } from '../../domain/decision.ts';
import { BOUND_REFERENCE } from '../../domain/kind.ts';
import { operationForm } from '../../domain/operation-form.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { aloneInForce } from '../explaining/alone-in-force.ts';
import type { Circumstances } from '../explaining/circumstances.ts';
import { bindSampleReference, openSampleReference } from './sample-references.ts';
import { sampleValue } from './sample-values.ts';

/**
 * Starts the gateway's own field filter for an answer in JSON to a permitted request.
 *
 * @param atMs the instant of the request, milliseconds since 1970 UTC.
 */
export type StartFilter = (permit: Permit, system: string, atMs: number) => FilterSession;

export interface TriedRequest {
  /** The role of the person who asks, in the agreements' words; undefined where only a system asks. */
  readonly role: string | undefined;
  readonly operation: string;
  readonly using: ReadonlyMap<string, string>;
  readonly reason: string | undefined;
  readonly caseReference: string | undefined;
}

/** The decision on the request under this version of the agreement alone, as if it were in force. */
export function judgeTried(
  request: TriedRequest,
  around: Circumstances,
  agreement: Agreement,
  policies: PolicySet,
): Decision {
  const alone = aloneInForce(agreement, policies);
  const caller = callerOf(request, around, agreement, policies);
  const asked = askedOf(request, around, agreement, policies.datasets.get(agreement.dataset));
  return decide(caller, asked, alone, around.atMs, openSampleReference);
}

function callerOf(
  { role }: TriedRequest,
  { system, someoneActs, secondFactor, evidence }: Circumstances,
  agreement: Agreement,
  policies: PolicySet,
): Caller {
  const consumer = policies.organisations.get(agreement.consumer);
  const acts = consumer?.systems.find(({ id }) => id === system)?.actsForNamedPerson ?? 'sometimes';
  return {
    organisation: agreement.consumer,
    system,
    actsForNamedPerson: acts,
    person: someoneActs ? { id: 'sample-person', assurance: 'proved' } : undefined,
    roles: role === undefined ? [] : [role],
    issuer: consumer?.signIn?.issuer ?? '',
    method: 'bearer',
    // How a system proves itself is no question about an agreement: the sample caller has done so.
    senderProved: true,
    secondFactor,
    evidence,
    tokenId: 'tried-out',
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
}

function askedOf(
  { operation, using, reason, caseReference }: TriedRequest,
  { purpose, consentReference, address, emergency }: Circumstances,
  agreement: Agreement,
  dataset: Dataset | undefined,
): Asked {
  const slug = dataset?.operations.get(operation)?.slug ?? '';
  return {
    dataset: agreement.dataset,
    target: { kind: 'ask', operation: slug, lookups: using },
    purpose,
    reason,
    caseReference,
    consentReference,
    address,
    emergency,
    statedPerson: undefined,
    callerReference: undefined,
  };
}

/** Samples for the lookups that the operation cannot be asked without, as far as they are agreed. */
export function sampleLookups(
  agreement: Agreement,
  dataset: Dataset,
  operation: Operation,
  system: string,
): ReadonlyMap<string, string> {
  const { lookups, required } = operationForm(dataset, operation);
  const needed = lookups.filter(({ name }) => required.has(name) && agreement.lookups.includes(name));
  return new Map(
    needed.flatMap(({ name, kind }): [string, string][] => {
      if (kind.name === BOUND_REFERENCE) return [[name, sampleReference(agreement, system)]];
      const value = sampleValue(kind);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A reference as if the gateway had given it to this system under this agreement. */
export function sampleReference({ id }: Agreement, system: string): string {
  return bindSampleReference(id, system, '00000000-0000-4000-8000-000000000001');
}
