/** Answers the questions to the log: with the log, its index and the keys of tags at hand, on whatever thread that is. */
import type { EntryFilter } from '../../audit-log/finding/entry-filter.ts';
import type { EntryIndex } from '../../audit-log/finding/entry-index.ts';
import { PostingsOfEntries } from '../../audit-log/finding/entry-postings.ts';
import { matchesFilter } from '../../audit-log/finding/entry-terms.ts';
import { findEntries } from '../../audit-log/finding/find-entries.ts';
import type { LogReader, StoredEntry } from '../../audit-log/ports.ts';
import { linesOfEntries } from '../../audit-log/proving/entry-lines.ts';
import type { NamedKey } from '../../audit-log/sealing/sealing-keys.ts';
import { SubjectTags } from '../../audit-log/sealing/subject-tags.ts';
import { toBase64 } from '../../encoding/base64.ts';
import type {
  Answer,
  AnsweredEntry,
  Asked,
  LeafAnswer,
  LeafQuestion,
  ListQuestion,
  LogAnswering,
  QuestionName,
  SearchAnswer,
  SearchQuestion,
} from './log-question.ts';
import type { ReportMaker, ReportMakerParts } from './reports.ts';

export interface LogAnswersParts extends Omit<ReportMakerParts, 'index' | 'policies'> {
  readonly index: EntryIndex;
  /** Called for the first report: no other question needs the policy sets. */
  readonly policies: () => Promise<ReportMakerParts['policies']>;
}

type Answers = { readonly [Name in QuestionName]: (asked: Asked<Name>) => Promise<Answer<Name>> };

export class LogAnswers implements LogAnswering {
  readonly #log: LogReader;
  readonly #index: EntryIndex;
  readonly #tags: readonly SubjectTags[];
  readonly #answers: Answers;
  #reports: Promise<ReportMaker> | undefined;

  constructor(parts: LogAnswersParts) {
    this.#log = parts.log;
    this.#index = parts.index;
    this.#tags = parts.tagKeys.map(({ bytes }: NamedKey) => new SubjectTags(bytes));
    this.#answers = {
      progress: () => this.#index.progress(),
      search: (asked) => this.#search(asked),
      list: (asked) => this.#list(asked),
      report: async (asked) => {
        this.#reports ??= reportMaker(parts);
        return (await this.#reports).make(asked);
      },
      leaf: (asked) => this.#leaf(asked),
      lines: (asked) => linesOfEntries(this.#log, asked),
    };
  }

  ask<Name extends QuestionName>(name: Name, asked: Asked<Name>): Promise<Answer<Name>> {
    return this.#answers[name](asked);
  }

  async #search({ filter, person, caseReference, before, most }: SearchQuestion): Promise<SearchAnswer> {
    const tagged = [
      ...this.#tagsOf(
        await this.#among('issuer', person?.issuers),
        (issuer) => `acting person ${issuer}`,
        person?.id,
      ),
      ...this.#tagsOf(
        await this.#consumersAmong(filter.consumer, caseReference?.consumers),
        (id) => `case reference ${id}`,
        caseReference?.id,
      ),
    ];
    const whole: EntryFilter = { ...filter, tagged };
    const found = await findEntries({ log: this.#log, index: this.#index }, whole, { before, most });
    const { entries, next, size } = found;
    return { entries: entries.map(answered), next, size };
  }

  /** The index leads to entries and proves nothing: what the store holds decides. */
  async #leaf({ leafHash }: LeafQuestion): Promise<LeafAnswer> {
    for (const index of await this.#index.withLeafHash(leafHash)) {
      const [entry] = await this.#log.entries(index, 1);
      if (entry?.index === index && Buffer.compare(entry.leafHash, leafHash) === 0) return { index };
    }
    return { index: undefined };
  }

  /** Those that are known now, and those that only the log remembers. */
  async #among(name: string, known: readonly string[] | undefined): Promise<readonly string[] | undefined> {
    return known === undefined ? undefined : [...new Set([...known, ...(await this.#index.values(name))])];
  }

  #consumersAmong(
    named: string | undefined,
    known: readonly string[] | undefined,
  ): Promise<readonly string[] | undefined> {
    return named === undefined ? this.#among('consumer', known) : Promise.resolve([named]);
  }

  /** Entries of one exchange. They need no index: the store knows them. */
  async #list({ exchange, kind, party, before, most }: ListQuestion): Promise<SearchAnswer> {
    const { size } = await this.#log.state();
    const below = before ?? size;
    const postings = new PostingsOfEntries(this.#log);
    const found: StoredEntry[] = [];
    for (const entry of await this.#log.entriesOfExchange(exchange)) {
      const { whole } = await postings.of(entry);
      if (entry.index < below && matchesFilter(whole, { kind, party })) found.push(entry);
    }
    const all = found.reverse();
    const entries = all.slice(0, most);
    return {
      entries: entries.map(answered),
      next: all.length > most ? entries.at(-1)?.index : undefined,
      size,
    };
  }

  /** A list of the tags that the identifier has in each namespace under each key, or no list where there is no identifier. */
  #tagsOf(
    among: readonly string[] = [],
    namespace: (one: string) => string,
    id: string | undefined,
  ): readonly (readonly Uint8Array[])[] {
    if (id === undefined) return [];
    return [among.flatMap((one) => this.#tags.map((tags) => tags.of(namespace(one), id)))];
  }
}

/** What makes reports is loaded with the first one: most runs of a gateway make none. */
async function reportMaker(parts: LogAnswersParts): Promise<ReportMaker> {
  const { ReportMaker } = await import('./reports.ts');
  return new ReportMaker({ ...parts, policies: await parts.policies() });
}

function answered({ index, leaf, leafHash }: StoredEntry): AnsweredEntry {
  return { index, leafHash: toBase64(leafHash), leaf: Buffer.from(leaf).toString() };
}
