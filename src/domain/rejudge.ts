/** Judges a recorded exchange again, by the same judges as `decide`: from what the log holds, which is no identifier. */
import type { Agreement } from './agreement.ts';
import type { Asked } from './asked.ts';
import type { Caller } from './caller.ts';
import type { Dataset } from './dataset.ts';
import { findAgreement } from './find-agreement.ts';
import { judgeAsker } from './judge-asker.ts';
import { judgeLookupNames } from './judge-lookups.ts';
import { judgeSender } from './judge-sender.ts';
import { operationForm } from './operation-form.ts';
import type { PolicySet } from './policy-set.ts';
import type { RefusalCode } from './reason.ts';

/** The inputs of a decision as a `sent` entry, or a `refused` one, holds them (docs/formats/leaf.md). */
export interface RecordedRequest {
  readonly atMs: number;
  readonly consumer: string;
  readonly system: string;
  readonly issuer: string;
  /** How the token was shown; by anything but `bearer` the sender proved a key. */
  readonly method: Caller['method'];
  readonly secondFactor: boolean;
  /** How the acting person was known; undefined where nobody acted. */
  readonly assurance: 'proved' | 'stated' | undefined;
  /** The role under which the person looked: the only one that the log holds. */
  readonly role: string | undefined;
  readonly dataset: string;
  readonly operation: string;
  readonly purpose: string;
  readonly lookups: readonly string[];
  readonly reason: string | undefined;
  readonly caseGiven: boolean;
}

export type Rejudged =
  | { readonly verdict: 'permit'; readonly agreement: Agreement; readonly dataset: Dataset }
  | {
      readonly verdict: 'refuse';
      readonly code: RefusalCode;
      /** True where the person may hold another role, by which it would be permitted. */
      readonly unlessAnotherRole: boolean;
    }
  | { readonly verdict: 'cannot tell'; readonly because: string };

/** Stands for the person, whose name the log does not hold in the clear. */
const SOMEBODY = 'w.recorded';

/** What would be decided of the same request at the same instant under `policies`; limits are not counted again. */
export function rejudge(recorded: RecordedRequest, policies: PolicySet): Rejudged {
  const organisation = policies.organisations.get(recorded.consumer);
  const system = organisation?.systems.find(({ id }) => id === recorded.system);
  if (system === undefined) return refused('system-not-registered');
  if (organisation?.signIn?.issuer !== recorded.issuer) return refused('token-invalid');

  const candidates = policies.agreementsBetween(recorded.consumer, recorded.dataset);
  const dataset = candidates.length === 0 ? undefined : policies.datasets.get(recorded.dataset);
  if (dataset === undefined) return refused('no-agreement');
  const operation = dataset.operations.get(recorded.operation);
  const form = operation === undefined ? undefined : operationForm(dataset, operation);
  const found = findAgreement(candidates, recorded.purpose, dataset, form, policies, recorded.atMs);
  if ('effect' in found) return refused(found.code);

  const { agreement } = found;
  const caller = callerOf(recorded, system.actsForNamedPerson);
  const unproved = judgeSender(caller, dataset);
  if (unproved !== undefined) return refused(unproved.code);
  const names = judgeLookupNames(found.form, new Set(recorded.lookups), agreement);
  if (names !== undefined) return refused(names.code);
  const asker = judgeAsker(caller, askedOf(recorded, agreement), proving(agreement), {}, recorded.atMs);
  if ('effect' in asker) return refused(asker.code);
  const unknown = whatOnlyTheCallerShowed(agreement);
  return unknown === undefined
    ? { verdict: 'permit', agreement, dataset }
    : { verdict: 'cannot tell', because: unknown };
}

function refused(code: RefusalCode): Rejudged {
  return { verdict: 'refuse', code, unlessAnotherRole: code === 'role-not-agreed' };
}

function callerOf(recorded: RecordedRequest, actsForNamedPerson: Caller['actsForNamedPerson']): Caller {
  const { consumer, system, issuer, method, secondFactor, assurance, role, atMs } = recorded;
  return {
    organisation: consumer,
    system,
    actsForNamedPerson,
    person: assurance === 'proved' ? { id: SOMEBODY, assurance } : undefined,
    roles: role === undefined ? [] : [role],
    issuer,
    method,
    senderProved: method !== 'bearer',
    secondFactor,
    tokenId: '',
    expiresAtMs: atMs,
  };
}

function askedOf(recorded: RecordedRequest, { mustGive }: Agreement): Asked {
  return {
    dataset: recorded.dataset,
    target: { kind: 'ask', operation: recorded.operation, lookups: new Map() },
    purpose: recorded.purpose,
    reason: recorded.reason,
    caseReference: recorded.caseGiven ? 'recorded' : undefined,
    consentReference: mustGive.consentReference ? 'recorded' : undefined,
    emergency: undefined,
    statedPerson: recorded.assurance === 'stated' ? SOMEBODY : undefined,
    callerReference: undefined,
  };
}

/** Place and training are shown by what the log does not hold: they are judged last, as what cannot be told. */
function proving(agreement: Agreement): Agreement {
  return { ...agreement, place: undefined, training: undefined };
}

function whatOnlyTheCallerShowed({ place, training, mustGive }: Agreement): string | undefined {
  if (place !== undefined && place.shownBy.kind !== 'reported') return 'the place is not in the log';
  if (training !== undefined && training.shownBy.kind !== 'reported') return 'the training is not in the log';
  if (mustGive.consentReference) return 'whether a consent reference was given is not in the log';
  return undefined;
}
