/** A real log of exchanges about invented people, under the sample policies, for tests that ask it for reports. */

import { sha256OfFiles } from '../../src/adapters/policies/policy-files.ts';
import { openSqliteReader, type SqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import type {
  EntryDraft,
  ExchangeFacts,
  ExchangeResult,
  SubjectIdentifier,
} from '../../src/domain/audit-entry.ts';
import { ReportMaker, type ReportMakerParts, type ReportQuestion } from '../../src/roof/log/reports.ts';
import { factsOfSet } from '../../src/roof/policies/kept-policies.ts';
import { PoliciesOfTheLog } from '../../src/roof/policies/policies-of-the-log.ts';
import { type Change, changedText, policyFile, sampleFiles } from './changed-policies.ts';
import { badgeFacts, exchangeId } from './drafts.ts';
import { type LocalLog, startLocalLog } from './local-log.ts';
import { type LogFolder, logFolder, ORIGIN } from './log-folder.ts';

export const NHS: SubjectIdentifier = { namespace: 'NHS number', id: '9990001006' };
export const NINO: SubjectIdentifier = { namespace: 'national insurance number', id: 'QQ123456C' };
export const BADGE: SubjectIdentifier = { namespace: 'blue badge number', id: 'ZZ9Z01' };
export const OTHER_BADGE: SubjectIdentifier = { namespace: 'blue badge number', id: 'ZZ9Z02' };

/** How one exchange goes; what is left out is a badge that was looked up and released. */
export interface Asking {
  readonly asked?: readonly SubjectIdentifier[];
  /** Who is in the records of each part; no part: nothing was found. */
  readonly parts?: readonly (readonly SubjectIdentifier[])[];
  readonly heldBack?: readonly SubjectIdentifier[];
  readonly end?: { readonly kind: 'refused' | 'failed' | 'recovered'; readonly part: number };
  /** Refused before it was sent. */
  readonly refused?: boolean;
  readonly facts?: Partial<ExchangeFacts>;
  readonly person?: string;
  readonly caseReference?: string;
  readonly atMs?: number;
}

export class ReportLog {
  readonly folder: LogFolder;
  #local: LocalLog;
  #reader: SqliteReader | undefined;
  #policies = 'cd'.repeat(32);

  constructor(folder: LogFolder, local: LocalLog) {
    this.folder = folder;
    this.#local = local;
  }

  static async start(): Promise<ReportLog> {
    const folder = logFolder();
    return new ReportLog(folder, await startLocalLog(folder));
  }

  get log(): LocalLog['log'] {
    return this.#local.log;
  }

  get reader(): SqliteReader {
    this.#reader ??= openSqliteReader(this.folder.storeFile);
    return this.#reader;
  }

  /** Puts the sample policies in force, with changes in some files; later exchanges are decided under them. */
  async takePolicies(changes: ReadonlyMap<string, readonly Change[]> = new Map()): Promise<void> {
    const files = sampleFiles().map((file) =>
      policyFile(file, changedText(file, ...(changes.get(file) ?? []))),
    );
    const sha256 = sha256OfFiles(files);
    const facts = await factsOfSet(sha256, files, (kind, key) => this.reader.fact(kind, key));
    await this.log.appendNote('policies', { policies: sha256 }, facts);
    this.#policies = sha256;
  }

  /** Appends the entries of one exchange; resolves to its id. */
  async ask(asking: Asking = {}): Promise<string> {
    const atMs = asking.atMs ?? Date.now();
    const exchange = exchangeId(atMs);
    const { asked = [BADGE], parts = [[BADGE]], end, heldBack = [], person = 'officer-0417' } = asking;
    const facts: ExchangeFacts = {
      ...badgeFacts(exchange, atMs),
      ...THIS,
      policies: this.#policies,
      ...asking.facts,
    };
    const names = { person, caseReference: asking.caseReference ?? 'PCN/2026/00417', asked };
    if (asking.refused === true) {
      const result = { code: 'role-not-agreed', after: 'decision' } as const;
      await this.log.append({ kind: 'refused', facts, result, sealed: names });
      return exchange;
    }
    const sent = await this.log.append({ kind: 'sent', facts, result: {}, sealed: names });
    const later = (kind: EntryDraft['kind'], result: ExchangeResult, sealed: EntryDraft['sealed'] = {}) =>
      this.log.append({
        ...{ kind, facts, sealed: { named: sent.commitments, ...sealed } },
        result: { sent: sent.leafHash, ...result },
      });
    const screened = heldBack.length === 0 ? {} : { screened: { conditions: 0, people: heldBack } };
    for (const [at, subjects] of parts.entries())
      await later(
        'released',
        {
          ...ANSWER,
          part: at + 1,
          last: end === undefined && at === parts.length - 1,
          records: subjects.length,
        },
        { subjects, ...screened },
      );
    if (parts.length === 0 && end === undefined)
      await later('released', { ...ANSWER, part: 1, last: true, records: 0, fields: [] }, screened);
    if (end?.kind === 'refused')
      await later('refused', { code: 'too-many-records', after: 'fetch', part: end.part });
    if (end?.kind === 'failed') await later('failed', { code: 'upstream-timeout', part: end.part });
    if (end?.kind === 'recovered') await later('recovered', { part: end.part });
    return exchange;
  }

  maker(more: Partial<ReportMakerParts> = {}): ReportMaker {
    const { keys } = this.folder;
    return new ReportMaker({
      log: this.reader,
      index: undefined,
      origin: ORIGIN,
      tagKeys: [keys.sealing.subjectTags, ...keys.olderSubjectTags],
      sealingKeys: [keys.sealing.sealing, ...keys.olderSealing],
      policies: new PoliciesOfTheLog(this.reader, () => ({ pins: new Map(), read: async () => undefined })),
      now: Date.now,
      ...more,
    });
  }

  /** Ends the run and begins another on the same files, perhaps with a key put before the others. */
  async restarted(changeKeys: () => void = () => undefined): Promise<ReportLog> {
    this.#reader?.close();
    await this.#local.close();
    changeKeys();
    const folder = logFolder(this.folder.path);
    return new ReportLog(folder, await startLocalLog(folder));
  }

  close(): void {
    this.#reader?.close();
    this.#local.drop();
    this.folder.remove();
  }
}

/** The question for a person's copy as JSON, with changes. */
export function question(lines: string, more: Partial<ReportQuestion> = {}): ReportQuestion {
  return {
    ...{ about: 'subject', lines, for: 'subject', as: 'json', withStaff: false, withoutIndex: false },
    ...{ usualHours: undefined, boundedTo: undefined, ...more },
  };
}

const THIS: Partial<ExchangeFacts> = {
  provider: 'northmere-city-council',
  consumer: 'westhaven-district-council',
  system: 'westhaven-parking-app',
  purpose: 'parking enforcement',
};

const ANSWER: ExchangeResult = {
  status: 200,
  upstream: { status: 200, ms: 41 },
  fields: ['badgeNumber', 'party.person.badgeHolderName'],
  withheld: 12,
  bytes: 231,
};
