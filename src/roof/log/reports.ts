/** Makes reports out of the log: finds what they are about, tells it in plain words, and says what their own entry must hold. */
import { byIndex, everyEntry } from '../../audit-log/finding/candidates.ts';
import type { EntryIndex } from '../../audit-log/finding/entry-index.ts';
import {
  type FoundEntry,
  type FoundExchanges,
  findExchanges,
} from '../../audit-log/finding/find-exchanges.ts';
import { type Wanted, wantedCase, wantedStaff, wantedSubject } from '../../audit-log/finding/wanted.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import type { SealedNote } from '../../audit-log/sealing/sealed-note.ts';
import type { NamedKey } from '../../audit-log/sealing/sealing-keys.ts';
import type { NoteMembers } from '../../audit-log/writing/note-leaf.ts';
import { readHours, USUAL_HOURS } from '../../domain/hours.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { toBase64 } from '../../encoding/base64.ts';
import { readCase, readStaff } from '../../governance/reports/report-asked-for.ts';
import type { ReportPolicies } from '../../governance/reports/report-exchange.ts';
import {
  type ReportAudience,
  type ReportFace,
  staffAsFace,
  subjectAsFace,
} from '../../governance/reports/report-faces.ts';
import { readIdentifiers } from '../../governance/reports/report-identifiers.ts';
import { keptBackInWords } from '../../governance/reports/report-note-as-page.ts';
import { staffReport } from '../../governance/reports/report-staff.ts';
import {
  type LogSearched,
  type SubjectReport,
  subjectReport,
} from '../../governance/reports/report-subject.ts';
import { parseCheckpoint } from '../../merkle/checkpoint.ts';
import { parseSignedNote } from '../../merkle/signed-note.ts';
import type { PoliciesOfTheLog } from '../policies/policies-of-the-log.ts';

/** As it came; plain data, so that it can be handed to another thread. */
export interface ReportQuestion {
  readonly about: 'subject' | 'person' | 'case';
  /** Lines that name whom or what it is about. They go no further than into tags. */
  readonly lines: string;
  readonly for: ReportAudience;
  readonly as: ReportFace;
  /** Open the sealed words for the staff who asked. */
  readonly withStaff: boolean;
  /** Read the whole log, entry by entry, and leave the index aside. */
  readonly withoutIndex: boolean;
  /** Hours outside of which a look is flagged where its agreement names none, such as "Monday to Friday, 07:00 to 19:00". */
  readonly usualHours: string | undefined;
  /** The one organisation whose exchanges the reader may see. */
  readonly boundedTo: string | undefined;
}

export interface MadeReport {
  readonly document: string;
  /** For whoever makes the report, and never for the person: what is kept back, and what could not be searched. */
  readonly remarks: readonly string[];
  /** The entry that must be durable before the document leaves. */
  readonly entry: { readonly members: NoteMembers; readonly sealed: Omit<SealedNote, 'person'> };
}

export type ReportAnswer = MadeReport | { readonly wrong: string };

export interface ReportMakerParts {
  readonly log: LogReader;
  /** Undefined where there is none: then the whole log is read. */
  readonly index: EntryIndex | undefined;
  readonly origin: string;
  /** Keys of subject tags that are at hand. */
  readonly tagKeys: readonly NamedKey[];
  readonly sealingKeys: readonly NamedKey[];
  readonly policies: PoliciesOfTheLog;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

type Search = FoundExchanges & { readonly policies: ReportPolicies; readonly log: LogSearched };

export class ReportMaker {
  readonly #parts: ReportMakerParts;

  constructor(parts: ReportMakerParts) {
    this.#parts = parts;
  }

  /**
   * The report, or what is wrong with the question.
   *
   * @throws {GatewayError} `log-unavailable` where the log cannot be read.
   */
  async make(question: ReportQuestion): Promise<ReportAnswer> {
    const { current } = await this.#parts.policies.open([]);
    if (current === undefined)
      return {
        wrong: 'the log keeps no policy set that can be read, so nobody can tell by what people are known',
      };
    if (question.about === 'subject') return this.#subject(question, current);
    return question.about === 'person' ? this.#person(question, current) : this.#case(question);
  }

  async #subject(question: ReportQuestion, current: PolicySet): Promise<ReportAnswer> {
    const identifiers = readIdentifiers(question.lines, current);
    if ('wrong' in identifiers) return identifiers;
    const { telling, shared } = identifiers;
    const found = await this.#search(wantedSubject(telling, shared, this.#parts.tagKeys), question);
    const asked = { identifiers, nowMs: this.#parts.now(), boundedTo: question.boundedTo };
    const report = subjectReport(asked, found.exchanges, found.log, found.policies);
    return {
      document: subjectAsFace(report, question.for, question.as),
      remarks: [...remarksOnSubject(report, question.for), ...remarksOnKeys(found.log)],
      entry: {
        members: {
          code: question.for === 'officer' ? 'subject-note' : 'subject',
          records: report.told.length,
          withheld: report.keptBack.length,
          agreements: agreementsKept(report),
          size: found.entries,
        },
        sealed: { subjects: [...telling, ...shared] },
      },
    };
  }

  async #person(question: ReportQuestion, current: PolicySet): Promise<ReportAnswer> {
    const staff = readStaff(question.lines, current);
    if ('wrong' in staff) return staff;
    const subjects = staff.issuers.map((issuer) => ({ namespace: `acting person ${issuer}`, id: staff.id }));
    return this.#looks(question, wantedStaff(staff.issuers, staff.id, this.#parts.tagKeys), { subjects });
  }

  async #case(question: ReportQuestion): Promise<ReportAnswer> {
    const caseReference = readCase(question.lines);
    if ('wrong' in caseReference) return caseReference;
    const wanted = wantedCase(caseReference.consumer, caseReference.id, this.#parts.tagKeys);
    return this.#looks(question, wanted, { caseReference });
  }

  async #looks(
    question: ReportQuestion,
    wanted: Wanted,
    sealed: MadeReport['entry']['sealed'],
  ): Promise<ReportAnswer> {
    const usualHours = readHours(question.usualHours ?? USUAL_HOURS);
    if (usualHours === undefined) return { wrong: `write hours such as \`${USUAL_HOURS}\`` };
    const found = await this.#search(wanted, question);
    const about = question.about === 'case' ? 'case' : 'member of staff';
    const asked = { about, nowMs: this.#parts.now(), boundedTo: question.boundedTo, usualHours } as const;
    const report = staffReport(asked, found.exchanges, found.log, found.policies);
    return {
      document: staffAsFace(report, question.as),
      remarks: remarksOnKeys(found.log),
      entry: { members: { code: question.about, records: report.looks.length, size: found.entries }, sealed },
    };
  }

  async #search(wanted: Wanted, { withStaff, withoutIndex }: ReportQuestion): Promise<Search> {
    const { log, index, sealingKeys, policies } = this.#parts;
    const found = await findExchanges(wanted, {
      log,
      visit: index === undefined || withoutIndex ? everyEntry(log) : byIndex(log, index),
      sealingKey: (id) => sealingKeys.find((key) => key.id === id),
      withStaff,
    });
    return {
      ...found,
      policies: await policies.open(policySetsOf(found.exchanges)),
      log: await this.#searched(found),
    };
  }

  async #searched({ entries, tagKeys }: FoundExchanges): Promise<LogSearched> {
    const note = await this.#parts.log.checkpoint();
    const atHand = new Set(this.#parts.tagKeys.map(({ id }) => id));
    const checkpoint = note === undefined ? undefined : parseCheckpoint(parseSignedNote(note).text);
    return {
      ...{ origin: this.#parts.origin, entries },
      checkpoint:
        checkpoint === undefined ? undefined : { size: checkpoint.size, root: toBase64(checkpoint.root) },
      keysNotAtHand: tagKeys.filter((id) => !atHand.has(id)),
      deleted: (await this.#parts.log.dropped(0, 1)).length > 0,
    };
  }
}

function policySetsOf(exchanges: readonly (readonly FoundEntry[])[]): ReadonlySet<string> {
  const hashes = exchanges.map(([first]) => first?.leaf['policies']);
  return new Set(hashes.filter((sha256) => typeof sha256 === 'string'));
}

function agreementsKept({ keptBack }: SubjectReport): readonly string[] | undefined {
  return keptBack.length === 0 ? undefined : [...new Set(keptBack.map(({ kept }) => kept.agreement))].sort();
}

function remarksOnSubject(report: SubjectReport, audience: ReportAudience): readonly string[] {
  if (audience === 'officer' || report.keptBack.length === 0) return [];
  return [
    'Not for the person:',
    ...keptBackInWords(report),
    'The copy holds no sign of them; --for officer prints the note that tells them.',
  ];
}

function remarksOnKeys({ keysNotAtHand }: LogSearched): readonly string[] {
  return keysNotAtHand.map(
    (id) =>
      `Entries whose tags were made with the key “${id}” could not be searched: put its line back into subject-tags.key.`,
  );
}
