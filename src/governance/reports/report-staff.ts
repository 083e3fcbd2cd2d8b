/** What one member of staff looked at, or what was looked at under one case: every exchange, whatever came of it. */
import { type Hours, isWithin } from '../../domain/hours.ts';
import { londonDate } from '../../domain/london-time.ts';
import type { ReportedExchange } from './report-entry.ts';
import {
  agreementAsItWas,
  type Named,
  organisation,
  policiesOf,
  type ReportPolicies,
  type ToldExchange,
  tellExchange,
} from './report-exchange.ts';
import { outcomeOfExchange } from './report-outcome.ts';
import { type AskedOfTheLog, askedOfTheLog, type LogSearched, mayBeSeen, notesOf } from './report-subject.ts';

export interface StaffQuestion {
  readonly about: 'member of staff' | 'case';
  readonly nowMs: number;
  /** The one organisation whose exchanges the reader may see; undefined where that is all. */
  readonly boundedTo: string | undefined;
  /** Hours outside of which a look is flagged, where its agreement names none. */
  readonly usualHours: Hours;
}

/** One exchange, as whoever asked is answerable for it. */
export interface Look extends ToldExchange {
  /** The hours outside of which it was, in words; undefined where it was within them. */
  readonly outside: string | undefined;
  /** Identifiers of the staff who asked, where sealed words were opened. */
  readonly staff: readonly string[];
}

/** So many looks that have something in common. */
export interface LookCount {
  readonly of: string;
  readonly looks: number;
  readonly refused: number;
  readonly nothingFound: number;
}

export interface StaffReport {
  readonly about: StaffQuestion['about'];
  readonly madeAtMs: number;
  readonly log: LogSearched;
  readonly boundedTo: Named | undefined;
  /** Newest first. */
  readonly looks: readonly Look[];
  /** By day in London, newest first. */
  readonly byDay: readonly LookCount[];
  /** The purpose with most looks first. */
  readonly byPurpose: readonly LookCount[];
  readonly emergencies: number;
  readonly outsideHours: number;
  /** Different identifiers that were asked with, as far as one key's tags tell them apart. */
  readonly differentIdentifiers: number;
  /** Most looks with one and the same identifier. */
  readonly mostWithOne: number;
  /** Different members of staff. */
  readonly differentStaff: number;
  /** What the member of staff read of the log itself, or what was asked of it about the case. */
  readonly asked: readonly AskedOfTheLog[];
}

/** What the counts need beside the entries: tags, by which identifiers and people are told apart. */
export type TaggedExchange = readonly (ReportedExchange[number] & {
  readonly askedTags: readonly string[];
  readonly personTag: string | undefined;
})[];

/** @param found exchanges and notes that name the member of staff or the case, each whole and in the order of the log. */
export function staffReport(
  { about, nowMs, boundedTo, usualHours }: StaffQuestion,
  found: readonly TaggedExchange[],
  log: LogSearched,
  policies: ReportPolicies,
): StaffReport {
  const mine = found.filter((entries) => mayBeSeen(entries[0]?.leaf, boundedTo));
  const { exchanges, notes } = notesOf(mine);
  const looks = exchanges
    .map((entries) => look(entries, usualHours, policies))
    .sort((one, other) => other.atMs - one.atMs);
  const times = timesOfEach(exchanges.flatMap(([first]) => first?.askedTags ?? []));
  const staff = new Set(exchanges.flatMap(([first]) => first?.personTag ?? []));
  return {
    ...{ about, madeAtMs: nowMs, log, looks },
    boundedTo: organisation(boundedTo, policies.current),
    byDay: counts(looks, ({ atMs }) => londonDate(atMs)),
    byPurpose: counts(looks, ({ purpose }) => purpose ?? 'not agreed').sort(
      (one, other) => other.looks - one.looks,
    ),
    emergencies: looks.filter(({ emergency }) => emergency).length,
    outsideHours: looks.filter(({ outside }) => outside !== undefined).length,
    differentIdentifiers: times.length,
    mostWithOne: Math.max(0, ...times),
    differentStaff: staff.size,
    asked: notes.map((entries) => askedOfTheLog(entries, policies)),
  };
}

function look(entries: ReportedExchange, usual: Hours, policies: ReportPolicies): Look {
  const told = tellExchange(entries, outcomeOfExchange(entries), policies);
  const { leaf = {} } = entries[0] ?? {};
  const hours = agreementAsItWas(leaf, policiesOf(leaf, policies))?.hours ?? usual;
  const staff = entries.flatMap(({ staff: who }) => who ?? []);
  return {
    ...told,
    outside: isWithin(hours, told.atMs) ? undefined : hours.words,
    staff: [...new Set(staff)],
  };
}

function counts(looks: readonly Look[], by: (look: Look) => string): LookCount[] {
  return [...Map.groupBy(looks, by)].map(([of, those]) => ({
    of,
    looks: those.length,
    refused: those.filter(({ outcome }) => outcome === 'refused').length,
    nothingFound: those.filter(({ outcome }) => outcome === 'nothing found').length,
  }));
}

function timesOfEach(tags: readonly string[]): readonly number[] {
  return [...Map.groupBy(tags, (tag) => tag).values()].map((those) => those.length);
}
