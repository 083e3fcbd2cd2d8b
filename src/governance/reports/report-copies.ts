/** Who is told what of a person's report: the copy for the person, and the note for whoever makes it. */
import type { ToldExchange, ToldField } from './report-exchange.ts';
import type { KeptBack } from './report-kept-back.ts';
import type { Access, SubjectReport } from './report-subject.ts';

/** One exchange as the person is told of it. */
export interface AccessForThePerson {
  /** Instant in UTC, ISO 8601. */
  readonly at: string;
  /** Date and time in London, in words. */
  readonly when: string;
  readonly 'who asked': string;
  readonly role: string;
  readonly 'who holds the information': string;
  readonly 'what for': string;
  readonly 'lawful basis': string;
  readonly 'what came of it': string;
  readonly 'what was shared': readonly string[];
  readonly 'how you came into it': string;
  readonly agreement: string;
  readonly 'in an emergency': boolean;
  readonly staff: readonly string[];
  readonly proof: readonly { readonly entry: number; readonly 'leaf hash': string }[];
}

export interface CopyForThePerson {
  readonly report: 'who asked about you';
  readonly made: string;
  readonly log: SubjectReport['log'];
  readonly 'searched by': readonly string[];
  /** The one organisation whose exchanges were searched; empty where that was all. */
  readonly 'only exchanges of': string;
  readonly accesses: readonly AccessForThePerson[];
  readonly 'reports about you': readonly { readonly when: string; readonly entry: number }[];
  readonly 'not searched': readonly string[];
  readonly 'write to': readonly string[];
}

/**
 * INVARIANT: what is kept back leaves no trace in it, not even a number; and of what was not found and what was held back it
 * says the same, so that it tells nothing of anybody else.
 */
export function copyForThePerson(report: SubjectReport, made: string): CopyForThePerson {
  return {
    report: 'who asked about you',
    made,
    log: report.log,
    'searched by': report.kinds,
    'only exchanges of': report.boundedTo?.name ?? '',
    accesses: report.told.map(accessForThePerson),
    'reports about you': report.asked
      .filter(({ kind }) => kind === 'report')
      .map(({ when, index }) => ({ when, entry: index })),
    'not searched': notSearched(report),
    'write to': report.rightsTo,
  };
}

/** Sentences about what could not be searched, and with what it could. */
export function notSearched({ datasets, log, kinds }: SubjectReport): readonly string[] {
  return [
    ...datasets.flatMap(({ dataset, by, notBy }) => {
      if (by.length === 0 && notBy.length === 0)
        return `${dataset.name}: it knows nobody by an identifier, so it cannot be searched.`;
      if (by.length === 0)
        return `${dataset.name}: it knows people by ${notBy.join(', ')}, and none was given.`;
      return notBy.length === 0
        ? []
        : `${dataset.name}: searched by ${by.join(', ')}, but not by ${notBy.join(', ')}, which was not given.`;
    }),
    ...(kinds.includes('name')
      ? []
      : [
          'Questions that were asked with a name and other details alone, and that found no number of yours.',
        ]),
    ...(log.keysNotAtHand.length === 0
      ? []
      : ['Entries of an earlier time, whose keys are not at hand any more.']),
    ...(log.deleted
      ? ['Entries that were deleted because the time for which they are kept has passed.']
      : []),
  ];
}

const FOR_THE_PERSON: Readonly<Record<Access['outcome'], string>> = {
  released: 'information was shared',
  'nothing found': 'nothing about you was shared',
  'not disclosed': 'nothing about you was shared',
  refused: 'refused: nothing was shared',
  failed: 'it failed: nothing was shared',
  'treat as disclosed': 'it broke off: count it as shared',
  'not ended': 'not ended yet',
};

const CAME: Readonly<Record<Access['came'][number], string>> = {
  'asked with': 'they asked with your details',
  'found in a record': 'your details stand in a record that was found',
  'held back': 'you stand in a record that was left out of the answer',
};

function accessForThePerson(access: Access): AccessForThePerson {
  // Where they asked with the person's details, nothing may tell whether there was a record.
  const told = access.came.filter((one) => one !== 'held back' || !access.came.includes('asked with'));
  return {
    at: new Date(access.atMs).toISOString(),
    when: access.when,
    'who asked': access.consumer?.name ?? 'not known',
    role: access.role ?? '',
    'who holds the information': access.provider?.name ?? 'not known',
    'what for': access.purpose ?? 'not known',
    'lawful basis': basisInWords(access),
    'what came of it': FOR_THE_PERSON[access.outcome],
    'what was shared': access.fields.map(({ means }: ToldField) => means),
    'how you came into it': told.map((one) => CAME[one]).join('; '),
    agreement: agreementInWords(access),
    'in an emergency': access.emergency,
    staff: access.staff,
    proof: access.entries.map(({ index, leafHash }) => ({ entry: index, 'leaf hash': leafHash })),
  };
}

/** "public task", or what each of the two relies on. */
export function basisInWords({ basis, provider, consumer }: ToldExchange): string {
  if (basis === undefined) return '';
  if (basis.provider === basis.consumer) return basis.provider;
  return `${basis.provider} (${provider?.name ?? 'provider'}); ${basis.consumer} (${consumer?.name ?? 'consumer'})`;
}

export function agreementInWords({ agreement }: ToldExchange): string {
  if (agreement === undefined) return '';
  const { id, version, title } = agreement;
  return `${id} version ${version}${title === undefined ? '' : ` (${title})`}`;
}

/** Exchanges that are kept back for one reason, counted: no exchange can be told apart. */
export interface KeptBackCount extends KeptBack {
  readonly exchanges: number;
}

/** What is kept back, by agreement and day. */
export function keptBackCounts({ keptBack }: SubjectReport): readonly KeptBackCount[] {
  const counts = new Map<string, KeptBackCount>();
  for (const { kept } of keptBack) {
    const key = JSON.stringify(kept);
    counts.set(key, { ...kept, exchanges: (counts.get(key)?.exchanges ?? 0) + 1 });
  }
  return [...counts.values()];
}
