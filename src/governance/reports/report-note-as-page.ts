/** The note for whoever makes a person's report: everything found, what is kept back, and what the search could not see. */
import { list, type Page, type Section, sentences, table } from '../pages/page.ts';
import { counted, listed, longDate, unfinished } from '../pages/phrases.ts';
import {
  agreementInWords,
  basisInWords,
  type KeptBackCount,
  keptBackCounts,
  notSearched,
} from './report-copies.ts';
import { proofInWords } from './report-copy-as-page.ts';
import type { Access, AskedOfTheLog, SubjectReport } from './report-subject.ts';

const COLUMNS = [
  'When',
  'Who asked',
  'System and role',
  'Staff',
  'Provider',
  'Asked to',
  'Purpose',
  'Lawful basis',
  'Outcome',
  'Fields',
  'Came in',
  'Agreement',
  'Exchange',
  'Entries',
] as const;

/** @param made date and time in London, in words. */
export function noteAsPage(report: SubjectReport, made: string): Page {
  const { told, keptBack, log } = report;
  const sections: readonly Section[] = [
    {
      heading: 'Kept back from the person',
      passages: [
        ...sentences(
          keptBack.length === 0
            ? undefined
            : 'The copy for the person holds none of these, and no sign of them.',
        ),
        ...list(keptBackInWords(report)),
        ...table('Exchanges that are kept back', COLUMNS, keptBack.map(rowOf)),
      ],
    },
    {
      heading: 'Told to the person',
      passages: table('Exchanges that the copy for the person tells', COLUMNS, told.map(rowOf)),
    },
    {
      heading: 'Asked of the log itself',
      passages: table(
        'Reports, searches and orders about this person',
        ASKED_COLUMNS,
        report.asked.map(askedRow),
      ),
    },
    { heading: 'What was not searched', passages: list(missing(report)) },
    { heading: 'Proof', passages: sentences(...proofInWords(log)) },
  ];
  return {
    title: 'Report about one person: note for whoever makes it',
    lead: sentences(
      'Do not hand this note to the person: it says what is kept back.',
      `Made on ${made}, London time, by ${listed(report.kinds)}.`,
      report.boundedTo === undefined
        ? undefined
        : `It covers only the exchanges of ${report.boundedTo.name}.`,
      `${counted(told.length, 'exchange')} told, ${counted(keptBack.length, 'exchange')} kept back.`,
    ),
    sections: sections.filter(({ passages }) => passages.length > 0),
  };
}

/** A sentence for each agreement that keeps something back: how many, until when, why and who decided. */
export function keptBackInWords(report: SubjectReport): readonly string[] {
  return keptBackCounts(report).map(
    ({ exchanges, agreement, until, exemption, because, decidedBy }: KeptBackCount) =>
      `${counted(exchanges, 'exchange')} under ${agreement} ${exchanges === 1 ? 'is' : 'are'} kept back${until === undefined ? '' : ` until ${longDate(until)}`}: ${[exemption, unfinished(because), decidedBy === undefined ? undefined : `decided by ${unfinished(decidedBy)}`].filter((one) => one !== undefined).join('; ')}.`,
  );
}

export const ASKED_COLUMNS = ['When', 'What', 'Organisation', 'Role', 'Reader', 'Entry'] as const;

export function askedRow({
  when,
  kind,
  code,
  organisation,
  role,
  proved,
  index,
  leafHash,
}: AskedOfTheLog): string[] {
  const what = code === undefined ? kind : `${kind} (${code})`;
  const reader = proved ? 'proved' : 'not proved';
  return [when, what, organisation?.name ?? '', role ?? '', reader, `${index}, ${leafHash}`];
}

function missing(report: SubjectReport): readonly string[] {
  const keys = report.log.keysNotAtHand.map(
    (id) => `Entries whose tags were made with the key “${id}”: its line is not in subject-tags.key.`,
  );
  return [...notSearched({ ...report, log: { ...report.log, keysNotAtHand: [] } }), ...keys];
}

function rowOf(access: Access): readonly string[] {
  const { when, consumer, provider, system, role, staff, dataset, operation, purpose, fields, came } = access;
  return [
    when,
    consumer?.name ?? 'not known',
    [system, role].filter((one) => one !== undefined).join(', '),
    staff.join(', '),
    provider?.name ?? '',
    [dataset?.name, operation].filter((one) => one !== undefined).join(': '),
    `${purpose ?? 'not known'}${access.emergency ? ' (emergency)' : ''}`,
    basisInWords(access),
    access.code === undefined ? access.outcome : `${access.outcome} (${access.code})`,
    fields.map(({ means }) => means).join('; '),
    came.join(', '),
    agreementInWords(access),
    access.exchange,
    access.entries.map(({ index, leafHash }) => `${index} ${leafHash}`).join('; '),
  ];
}
