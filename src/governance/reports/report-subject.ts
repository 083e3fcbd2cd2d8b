/** The report of one person: every exchange about them that the log holds, as findings; who is told what is settled elsewhere. */

import { type CameIn, countIn, type Leaf, type ReportedExchange, textIn } from './report-entry.ts';
import {
  londonMoment,
  type Named,
  organisation,
  type ReportPolicies,
  type ToldExchange,
  tellExchange,
} from './report-exchange.ts';
import { type DatasetSearched, datasetsSearched, type PersonIdentifiers } from './report-identifiers.ts';
import { type KeptBack, keptBack } from './report-kept-back.ts';
import { cameIn, outcomeForPerson } from './report-outcome.ts';

/** Which log was searched, and how far. */
export interface LogSearched {
  readonly origin: string;
  /** Number of entries that were searched, from the first on. */
  readonly entries: number;
  /** The newest signed checkpoint; undefined where there was none yet. */
  readonly checkpoint: { readonly size: number; readonly root: string } | undefined;
  /** Ids of keys of tags that rows name and that are not at hand: what they mark cannot be found. */
  readonly keysNotAtHand: readonly string[];
  /** True where retention has deleted entries: they are proved to have been there, and say nothing any more. */
  readonly deleted: boolean;
}

export interface SubjectQuestion {
  readonly identifiers: PersonIdentifiers;
  readonly nowMs: number;
  /** The one organisation whose exchanges the reader may see; undefined where that is all. */
  readonly boundedTo: string | undefined;
}

/** One exchange, as it is about the person. */
export interface Access extends ToldExchange {
  readonly came: readonly CameIn[];
  /** Identifiers of the staff who asked, where sealed words were opened. */
  readonly staff: readonly string[];
}

/** The log itself was asked about the person: a report, a search, an erasure. */
export interface AskedOfTheLog {
  readonly atMs: number;
  readonly when: string;
  readonly kind: string;
  readonly code: string | undefined;
  readonly organisation: Named | undefined;
  readonly role: string | undefined;
  readonly proved: boolean;
  readonly records: number | undefined;
  readonly index: number;
  readonly leafHash: string;
}

export interface SubjectReport {
  readonly madeAtMs: number;
  readonly log: LogSearched;
  /** Kinds of the identifiers that were given. */
  readonly kinds: readonly string[];
  readonly boundedTo: Named | undefined;
  /** Newest first. */
  readonly told: readonly Access[];
  readonly keptBack: readonly (Access & { readonly kept: KeptBack })[];
  readonly asked: readonly AskedOfTheLog[];
  readonly datasets: readonly DatasetSearched[];
  /** Where the person may write: of the agreements under which they were asked about. */
  readonly rightsTo: readonly string[];
}

/**
 * Makes the findings.
 *
 * @param found exchanges and notes that name the person, each whole and in the order of the log.
 */
export function subjectReport(
  { identifiers, nowMs, boundedTo }: SubjectQuestion,
  found: readonly ReportedExchange[],
  log: LogSearched,
  policies: ReportPolicies,
): SubjectReport {
  const mine = found.filter((entries) => mayBeSeen(entries[0]?.leaf, boundedTo));
  const { exchanges, notes } = notesOf(mine);
  const judged = exchanges.map((entries) => ({
    ...{
      access: access(entries, boundedTo, policies),
      kept: keptBack(entries[0]?.leaf ?? {}, policies, nowMs),
    },
  }));
  const { current } = policies;
  return {
    madeAtMs: nowMs,
    log,
    kinds: [...identifiers.telling, ...identifiers.shared].map(({ namespace }) => namespace),
    boundedTo: organisation(boundedTo, current),
    told: judged.flatMap(({ access: one, kept }) => (kept === undefined ? one : [])).sort(newestFirst),
    keptBack: judged
      .flatMap(({ access: one, kept }) => (kept === undefined ? [] : { ...one, kept }))
      .sort(newestFirst),
    asked: notes.map((entries) => askedOfTheLog(entries, policies)).sort(newestFirst),
    datasets: current === undefined ? [] : datasetsSearched(current, identifiers),
    rightsTo: rightsTo(exchanges, policies, nowMs),
  };
}

/** Parts what was found into exchanges, and the gateway's own notes, which are of no exchange. */
export function notesOf<Entries extends ReportedExchange>(
  found: readonly Entries[],
): { readonly exchanges: readonly Entries[]; readonly notes: readonly Entries[] } {
  const isExchange = (entries: Entries): boolean => textIn(entries[0]?.leaf, 'exchange') !== undefined;
  return { exchanges: found.filter(isExchange), notes: found.filter((entries) => !isExchange(entries)) };
}

/** INVARIANT: a reader who is bound to one organisation sees what that organisation sent, received or read, and nothing else. */
export function mayBeSeen(leaf: Leaf | undefined, boundedTo: string | undefined): boolean {
  if (boundedTo === undefined) return true;
  return ['provider', 'consumer', 'organisation'].some((name) => textIn(leaf, name) === boundedTo);
}

/** INVARIANT: whoever is bound to one organisation learns the names of its own staff alone. */
function access(entries: ReportedExchange, boundedTo: string | undefined, policies: ReportPolicies): Access {
  const told = tellExchange(entries, outcomeForPerson(entries), policies);
  const mayName = boundedTo === undefined || told.consumer?.id === boundedTo;
  const staff = mayName ? entries.flatMap(({ staff: who }) => who ?? []) : [];
  return { ...told, came: cameIn(entries), staff: [...new Set(staff)] };
}

/** Notes hold one entry. */
export function askedOfTheLog(entries: ReportedExchange, { current }: ReportPolicies): AskedOfTheLog {
  const { leaf = {}, atMs = 0, index = 0, leafHash = '' } = entries[0] ?? {};
  return {
    ...{ atMs, when: londonMoment(atMs), index, leafHash },
    kind: textIn(leaf, 'kind') ?? '',
    code: textIn(leaf, 'code'),
    organisation: organisation(textIn(leaf, 'organisation'), current),
    role: textIn(leaf, 'role'),
    proved: leaf['assurance'] === 'proved',
    records: countIn(leaf, 'records'),
  };
}

/** Addresses of agreements whose exchanges are kept back stay out: an address could say by itself who asked. */
function rightsTo(
  exchanges: readonly ReportedExchange[],
  policies: ReportPolicies,
  nowMs: number,
): readonly string[] {
  const ids = new Set(
    exchanges.flatMap((entries) => {
      const leaf = entries[0]?.leaf ?? {};
      const { agreement } = tellExchange(entries, outcomeForPerson(entries), policies);
      return agreement === undefined || keptBack(leaf, policies, nowMs) !== undefined ? [] : agreement.id;
    }),
  );
  const words = (policies.current?.agreements ?? []).filter(({ id }) => ids.has(id));
  return [...new Set(words.map((one) => one.words.people['rights requests to']))];
}

function newestFirst(one: { readonly atMs: number }, other: { readonly atMs: number }): number {
  return other.atMs - one.atMs;
}
