/** What a person is not told of for a while: the agreement says so, with its exemption and who decided (docs/formats/agreement.md). */
import type { Agreement, KeptFromReport } from '../../domain/agreement.ts';
import { versionsInPlace } from '../../domain/in-force.ts';
import { londonDate } from '../../domain/london-time.ts';
import { groupIn, type Leaf, textIn } from './report-entry.ts';
import { agreementAsItWas, policiesOf, type ReportPolicies } from './report-exchange.ts';

/** Why an exchange stays out of the person's copy. */
export interface KeptBack {
  readonly agreement: string;
  /** The last day, as ISO 8601; undefined where nobody can tell, because the agreement's file is not to be had. */
  readonly until: string | undefined;
  readonly exemption: string | undefined;
  readonly because: string;
  readonly decidedBy: string | undefined;
}

/**
 * Undefined where the person may be told of the exchange that the leaf begins. The newest version that is signed and has
 * started decides, also where the agreement has ended or was stopped; without one, the version of the exchange.
 *
 * INVARIANT: where nobody can tell whether it is kept back, it is.
 */
export function keptBack(leaf: Leaf, policies: ReportPolicies, nowMs: number): KeptBack | undefined {
  const named = groupIn(leaf, 'agreement');
  const id = named === undefined ? undefined : textIn(named, 'id');
  if (id === undefined) return keptWithoutAgreement(leaf, policies, nowMs);
  const agreement = inPlace(policies, nowMs).get(id) ?? agreementAsItWas(leaf, policiesOf(leaf, policies));
  if (agreement === undefined)
    return { agreement: id, until: undefined, exemption: undefined, ...CANNOT_TELL };
  return stillKept(agreement, nowMs);
}

const CANNOT_TELL = {
  because: 'the agreement is not to be had, so nobody can tell whether this may be told: decide by hand',
  decidedBy: undefined,
};

/** Refused before an agreement was found: kept back like what the same consumer asks under one that is. */
function keptWithoutAgreement(leaf: Leaf, policies: ReportPolicies, nowMs: number): KeptBack | undefined {
  const [consumer, dataset] = [textIn(leaf, 'consumer'), textIn(leaf, 'dataset')];
  if (consumer === undefined) return undefined;
  for (const agreement of inPlace(policies, nowMs).values()) {
    if (agreement.consumer !== consumer || (dataset !== undefined && agreement.dataset !== dataset)) continue;
    const kept = stillKept(agreement, nowMs);
    if (kept !== undefined) return kept;
  }
  return undefined;
}

function stillKept({ id, keptFromReport }: Agreement, nowMs: number): KeptBack | undefined {
  return keptFromReport === undefined || nowMs >= keptFromReport.untilMs
    ? undefined
    : keptBy(id, keptFromReport);
}

function keptBy(agreement: string, { untilMs, exemption, because, decidedBy }: KeptFromReport): KeptBack {
  const until = Number.isFinite(untilMs) ? londonDate(untilMs - 1) : undefined;
  return { agreement, until, exemption, because, decidedBy };
}

/** A report is made at one instant, and its policies are opened for it alone. */
const remembered = new WeakMap<ReportPolicies, ReadonlyMap<string, Agreement>>();

/** Id of each agreement → the version that has taken the place of all others. */
function inPlace(policies: ReportPolicies, nowMs: number): ReadonlyMap<string, Agreement> {
  const known = remembered.get(policies);
  if (known !== undefined) return known;
  const { current } = policies;
  const versions = current === undefined ? new Map<string, number>() : versionsInPlace(current, nowMs);
  const agreements = current?.agreements.filter(({ id, version }) => versions.get(id) === version) ?? [];
  const found = new Map(agreements.map((agreement) => [agreement.id, agreement]));
  remembered.set(policies, found);
  return found;
}
