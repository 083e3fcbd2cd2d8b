/** One exchange in plain words: who asked whom, when, what for, under what, and what came of it. */
import type { AgreedField, Agreement } from '../../domain/agreement.ts';
import { londonClock, londonDate } from '../../domain/london-time.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { showInWords } from '../explaining/show-in-words.ts';
import { longDate } from '../pages/phrases.ts';
import { countIn, groupIn, type Leaf, type ReportedExchange, textIn } from './report-entry.ts';
import type { OutcomeFound, ReportedOutcome } from './report-outcome.ts';

/** The policy sets that a report takes its plain words from. */
export interface ReportPolicies {
  /** The set that is in force now; undefined where there is none. */
  readonly current: PolicySet | undefined;
  /** A set by its hash, as it was; undefined where the log does not keep it any more. */
  readonly asItWas: (sha256: string) => PolicySet | undefined;
}

export interface Named {
  readonly id: string;
  /** The plain name, or the id where no policy set knows it. */
  readonly name: string;
}

export interface ToldField {
  readonly field: string;
  /** The plain label, and how it was shown where that was not in full. */
  readonly means: string;
}

/** What is undefined does not stand in the log: a refusal before it was known, or an answer that was not agreed. */
export interface ToldExchange {
  readonly exchange: string;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Date and time in London, in words. */
  readonly when: string;
  readonly consumer: Named | undefined;
  readonly provider: Named | undefined;
  readonly system: string | undefined;
  readonly role: string | undefined;
  readonly purpose: string | undefined;
  readonly reason: string | undefined;
  readonly dataset: Named | undefined;
  readonly operation: string | undefined;
  /** UK GDPR Article 6, of each party. */
  readonly basis: { readonly provider: string; readonly consumer: string } | undefined;
  readonly agreement:
    | { readonly id: string; readonly version: number; readonly title: string | undefined }
    | undefined;
  readonly emergency: boolean;
  readonly outcome: ReportedOutcome;
  readonly code: string | undefined;
  readonly records: number;
  readonly fields: readonly ToldField[];
  /** Where it stands in the log: the proof that it was recorded. */
  readonly entries: readonly { readonly index: number; readonly leafHash: string; readonly kind: string }[];
}

/** Tells it in the words of the policies as they were. The exchange has at least one entry. */
export function tellExchange(
  entries: ReportedExchange,
  found: OutcomeFound,
  policies: ReportPolicies,
): ToldExchange {
  const [first] = entries;
  const leaf = first?.leaf ?? {};
  const set = policiesOf(leaf, policies);
  const agreement = agreementAsItWas(leaf, set);
  const atMs = first?.atMs ?? 0;
  return {
    exchange: textIn(leaf, 'exchange') ?? '',
    ...{ atMs, when: londonMoment(atMs) },
    consumer: organisation(textIn(leaf, 'consumer'), set),
    provider: organisation(textIn(leaf, 'provider'), set),
    system: textIn(leaf, 'system'),
    role: textIn(leaf, 'role'),
    purpose: textIn(leaf, 'purpose'),
    reason: textIn(leaf, 'reason'),
    dataset: datasetNamed(textIn(leaf, 'dataset'), set),
    operation: textIn(leaf, 'operation'),
    basis: basisIn(leaf),
    agreement: agreementNamed(leaf, agreement),
    emergency: leaf['emergency'] === true,
    outcome: found.outcome,
    code: found.code,
    records: found.records,
    fields: found.fields.map((name) => toldField(name, textIn(leaf, 'dataset'), agreement, set)),
    entries: entries.map(({ index, leafHash, leaf: own }) => ({
      ...{ index, leafHash },
      kind: textIn(own, 'kind') ?? '',
    })),
  };
}

/** "23 November 2026, 17:30": what a clock in London showed. */
export function londonMoment(atMs: number): string {
  const { minute } = londonClock(atMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${longDate(londonDate(atMs))}, ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** The agreement under which the leaf's exchange went, in the version that it names; undefined where no set has it. */
export function agreementAsItWas(leaf: Leaf, policies: PolicySet | undefined): Agreement | undefined {
  const named = groupIn(leaf, 'agreement');
  const [id, version] = [named?.['id'], named?.['version']];
  return policies?.agreements.find((one) => one.id === id && one.version === version);
}

/** The set under which it was decided; the one in force now where that is not kept. */
export function policiesOf(leaf: Leaf, { current, asItWas }: ReportPolicies): PolicySet | undefined {
  const sha256 = textIn(leaf, 'policies');
  return (sha256 === undefined ? undefined : asItWas(sha256)) ?? current;
}

export function organisation(id: string | undefined, policies: PolicySet | undefined): Named | undefined {
  return id === undefined ? undefined : { id, name: policies?.organisations.get(id)?.name ?? id };
}

function datasetNamed(id: string | undefined, policies: PolicySet | undefined): Named | undefined {
  return id === undefined ? undefined : { id, name: policies?.datasets.get(id)?.title ?? id };
}

function basisIn(leaf: Leaf): ToldExchange['basis'] {
  const basis = groupIn(leaf, 'basis');
  const [provider, consumer] =
    basis === undefined ? [] : [textIn(basis, 'provider'), textIn(basis, 'consumer')];
  return provider === undefined || consumer === undefined ? undefined : { provider, consumer };
}

function agreementNamed(leaf: Leaf, agreement: Agreement | undefined): ToldExchange['agreement'] {
  const named = groupIn(leaf, 'agreement');
  const [id, version] = named === undefined ? [] : [textIn(named, 'id'), countIn(named, 'version')];
  return id === undefined || version === undefined ? undefined : { id, version, title: agreement?.title };
}

function toldField(
  name: string,
  dataset: string | undefined,
  agreement: Agreement | undefined,
  policies: PolicySet | undefined,
): ToldField {
  const field = dataset === undefined ? undefined : policies?.datasets.get(dataset)?.fields.get(name);
  const agreed = agreement?.fields.filter((one) => one.field.name === name) ?? [];
  const shown = agreed.map((one: AgreedField) => showInWords(one)).filter((words) => words !== 'in full');
  const means = field?.means ?? name;
  return { field: name, means: shown.length === 0 ? means : `${means} (${shown.join('; ')})` };
}
