/** Questions to the log as they come in: who asks is settled, the answer found, its reading recorded, and then it leaves. */

import { type AskedSearch, readSearch } from '../../audit-log/finding/search-asked.ts';
import type { SubjectIdentifier } from '../../domain/audit-entry.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { FoundEntries, LogReply, LogRequest } from '../../http/log-questions.ts';
import type { LogAnswering, SearchQuestion } from './log-question.ts';
import type { LogReaders, Reader } from './log-readers.ts';

export interface AskedLogParts {
  readonly readers: LogReaders;
  readonly questions: LogAnswering;
  readonly policies: () => PolicySet | undefined;
}

/** Entries that the index may lack for a question to wait until it has them; with more it says how far it is. */
const MOST_AWAITED = 300_000;
const EXCHANGE_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class AskedLog {
  readonly #parts: AskedLogParts;

  constructor(parts: AskedLogParts) {
    this.#parts = parts;
  }

  /** A page of the entries that match, newest first. */
  async search({ credentials, stated, asked }: LogRequest): Promise<LogReply> {
    const reader = await this.#parts.readers.reader(credentials, stated);
    if ('refused' in reader) return reader;
    const search = readSearch(asked);
    if ('wrong' in search) return search;
    return this.#searched(reader, 'search', search);
  }

  /** A page from the newest entry back, of one exchange or one kind where those are named. */
  async list({ credentials, stated, asked }: LogRequest): Promise<LogReply> {
    const reader = await this.#parts.readers.reader(credentials, stated);
    if ('refused' in reader) return reader;
    const { exchange, ...others } = asked;
    if (exchange !== undefined && (typeof exchange !== 'string' || !EXCHANGE_ID.test(exchange)))
      return { wrong: 'exchange: write the id of an exchange' };
    const search = readSearch(others);
    if ('wrong' in search) return search;
    return exchange === undefined
      ? this.#searched(reader, 'list', search)
      : this.#exchange(reader, exchange, search);
  }

  async #searched(reader: Reader, code: string, search: AskedSearch): Promise<LogReply> {
    const { questions } = this.#parts;
    const progress = await questions.ask('progress', {});
    if (progress.size - progress.indexed > MOST_AWAITED) return { building: progress };
    const { filter, before, most, names } = search;
    const named = this.#named(search);
    const found = await questions.ask('search', {
      ...{ filter: { ...filter, party: boundOf(reader) }, before, most },
      ...named,
    });
    return this.#recorded(reader, code, names, found, subjectsOf(named));
  }

  async #exchange(
    reader: Reader,
    exchange: string,
    { filter: { kind }, before, most, names }: AskedSearch,
  ): Promise<LogReply> {
    const asked = { exchange, kind, party: boundOf(reader), before, most };
    const found = await this.#parts.questions.ask('list', asked);
    return this.#recorded(reader, 'list', ['exchange', ...names], found, []);
  }

  #recorded(
    reader: Reader,
    code: string,
    names: readonly string[],
    found: FoundEntries,
    subjects: readonly SubjectIdentifier[],
  ): Promise<FoundEntries> {
    const filters = names.length === 0 ? undefined : [...names];
    const members = { code, records: found.entries.length, filters, size: found.size };
    const sealed = subjects.length === 0 ? undefined : { subjects };
    return this.#parts.readers.recordedReading(reader, { kind: 'read', members, sealed }, () => found);
  }

  /** Whom and which case it is about, as every organisation of the policy set would write them. */
  #named({ person, caseReference }: AskedSearch): Pick<SearchQuestion, 'person' | 'caseReference'> {
    const all = [...(this.#parts.policies()?.organisations.values() ?? [])];
    const issuers = [...new Set(all.flatMap(({ signIn }) => signIn?.issuer ?? []))];
    const consumers = all.map(({ id }) => id);
    return {
      person: person === undefined ? undefined : { issuers, id: person },
      caseReference: caseReference === undefined ? undefined : { consumers, id: caseReference },
    };
  }
}

function boundOf({ sees }: Reader): string | undefined {
  return sees === 'all' ? undefined : sees.organisation;
}

/** Who was searched for, so that what is asked about a person is found when that person's own report is made. */
function subjectsOf({
  person,
  caseReference,
}: Pick<SearchQuestion, 'person' | 'caseReference'>): SubjectIdentifier[] {
  const people = (person?.issuers ?? []).map((issuer) => `acting person ${issuer}`);
  const cases = (caseReference?.consumers ?? []).map((consumer) => `case reference ${consumer}`);
  return [
    ...people.map((namespace) => ({ namespace, id: person?.id ?? '' })),
    ...cases.map((namespace) => ({ namespace, id: caseReference?.id ?? '' })),
  ];
}
