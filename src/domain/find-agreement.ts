/** The part of a decision that finds the one agreement: organisation, dataset, dates, purpose, operation. */
import type { Agreement } from './agreement.ts';
import type { Dataset } from './dataset.ts';
import type { Versions } from './in-force.ts';
import { versionInForce, versionsOf, whyNotInForce } from './in-force.ts';
import type { OperationForm } from './operation-form.ts';
import type { PolicySet } from './policy-set.ts';
import type { Refusal } from './refusal.ts';

/** The one refusal for a dataset that does not exist and for one that was not agreed with the asking organisation. */
export const NO_AGREEMENT: Refusal = Object.freeze({
  effect: 'refuse',
  code: 'no-agreement',
  detail:
    'No sharing agreement lets your organisation ask this dataset; check the address, or ask for an agreement.',
  settled: Object.freeze({}),
});

export interface Found {
  readonly agreement: Agreement;
  readonly form: OperationForm;
}

/** The one of `candidates` in force for the purpose and the operation (there is at most one), or the refusal. */
export function findAgreement(
  candidates: readonly Agreement[],
  purpose: string | undefined,
  dataset: Dataset,
  form: OperationForm | undefined,
  policies: PolicySet,
  atMs: number,
): Found | Refusal {
  const all = versionsOf(candidates);
  if (form === undefined || purpose === undefined)
    return refuseAll(all, purpose, undefined, dataset, policies, atMs);
  for (const versions of versionsFor(purpose, all)) {
    const agreement = versionInForce(versions, policies, atMs);
    if (agreement?.purpose !== purpose || !agreement.operations.includes(form.operation.name)) continue;
    return { agreement, form };
  }
  return refuseAll(all, purpose, form, dataset, policies, atMs);
}

const byPurpose = new WeakMap<readonly Versions[], ReadonlyMap<string, readonly Versions[]>>();
const NONE: readonly Versions[] = [];

/** The agreements of which some version is for the purpose, so that a decision costs the same however many others there are. */
function versionsFor(purpose: string, all: readonly Versions[]): readonly Versions[] {
  let known = byPurpose.get(all);
  if (known === undefined) {
    const found = new Map<string, Versions[]>();
    for (const versions of all) {
      for (const one of new Set(versions.map((version) => version.purpose))) {
        const those = found.get(one);
        if (those === undefined) found.set(one, [versions]);
        else those.push(versions);
      }
    }
    known = found;
    byPurpose.set(all, known);
  }
  return known.get(purpose) ?? NONE;
}

/** Says which step none of the agreements gets past. An operation that the provider lacks reads like one not agreed. */
function refuseAll(
  all: readonly Versions[],
  purpose: string | undefined,
  form: OperationForm | undefined,
  dataset: Dataset,
  policies: PolicySet,
  atMs: number,
): Refusal {
  const inForce = all.flatMap((versions) => versionInForce(versions, policies, atMs) ?? []);
  if (inForce.length === 0 && purpose === undefined) return notInForce(all, dataset, policies, atMs);
  if (purpose === undefined) return purposeMissing(inForce, dataset);

  const forPurpose = inForce.filter((agreement) => agreement.purpose === purpose);
  const waiting = all.filter((versions) => versions.some((version) => version.purpose === purpose));
  const resting = waiting.filter((versions) => versionInForce(versions, policies, atMs) === undefined);
  const would = form && resting.filter((versions) => versions.some((one) => allows(one, purpose, form)));
  // Whoever asks for what a stopped or ended agreement gave must hear of the stop, not of other agreements.
  if (would !== undefined && would.length > 0) return notInForce(would, dataset, policies, atMs);
  if (forPurpose.length > 0) return operationNotAgreed(forPurpose, dataset);
  if (resting.length > 0) return notInForce(resting, dataset, policies, atMs);
  return inForce.length === 0 ? notInForce(all, dataset, policies, atMs) : purposeNotAgreed(inForce, dataset);
}

function allows(agreement: Agreement, purpose: string, { operation }: OperationForm): boolean {
  return agreement.purpose === purpose && agreement.operations.includes(operation.name);
}

function notInForce(
  resting: readonly Versions[],
  dataset: Dataset,
  policies: PolicySet,
  atMs: number,
): Refusal {
  const sentences = resting.map(
    (versions) => `${versions[0]?.id} ${whyNotInForce(versions, policies, atMs) ?? 'is for something else'}`,
  );
  const agreement = resting.length === 1 ? resting[0]?.[0] : undefined;
  return {
    effect: 'refuse',
    code: 'not-in-force',
    detail: `No agreement for this is in force today (${sentences.join('; ')}); ask the contact of the agreement.`,
    settled: agreement === undefined ? { dataset } : { agreement, dataset },
  };
}

function purposeMissing(inForce: readonly Agreement[], dataset: Dataset): Refusal {
  return {
    effect: 'refuse',
    code: 'purpose-missing',
    detail: `Say in Exchange-Purpose what the data is for, as the agreement writes it: ${purposes(inForce)}.`,
    settled: { dataset },
  };
}

function purposeNotAgreed(inForce: readonly Agreement[], dataset: Dataset): Refusal {
  return {
    effect: 'refuse',
    code: 'purpose-not-agreed',
    detail: `The agreements in force with your organisation are for these purposes only: ${purposes(inForce)}.`,
    settled: { dataset },
  };
}

function operationNotAgreed(forPurpose: readonly Agreement[], dataset: Dataset): Refusal {
  const [first] = forPurpose;
  const ids = forPurpose.map(({ id }) => id).join(', ');
  const operations = [...new Set(forPurpose.flatMap((agreement) => agreement.operations))].join(', ');
  const settled = { dataset, ...(first === undefined ? {} : { purpose: first.purpose }) };
  return {
    effect: 'refuse',
    code: 'operation-not-agreed',
    detail: `For this purpose ${ids} lists under "they may" only: ${operations}.`,
    settled: forPurpose.length === 1 && first !== undefined ? { ...settled, agreement: first } : settled,
  };
}

function purposes(agreements: readonly Agreement[]): string {
  return [...new Set(agreements.map(({ purpose }) => purpose))].join(', ');
}
