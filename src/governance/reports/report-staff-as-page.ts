/** What a member of staff looked at, or what was looked at under a case, as a page for a manager or an auditor. */
import { list, type Page, type Section, sentences, table } from '../pages/page.ts';
import { counted, longDate } from '../pages/phrases.ts';
import { agreementInWords } from './report-copies.ts';
import { proofInWords } from './report-copy-as-page.ts';
import { ASKED_COLUMNS, askedRow } from './report-note-as-page.ts';
import type { Look, LookCount, StaffReport } from './report-staff.ts';
import type { LogSearched } from './report-subject.ts';

const COLUMNS = [
  'When',
  'Who asked',
  'Asked to',
  'Purpose and reason',
  'What came of it',
  'Fields',
  'Remarks',
  'Agreement',
  'Exchange',
  'Entries',
] as const;

const COUNT_COLUMNS = ['Looks', 'Refused', 'Nothing found'] as const;

/** @param made date and time in London, in words. */
export function staffAsPage(report: StaffReport, made: string): Page {
  const { about, looks, byDay, byPurpose, log, asked } = report;
  const days = byDay.map((one) => ({ ...one, of: longDate(one.of) }));
  const sections: readonly Section[] = [
    { heading: 'In short', passages: list(inShort(report)) },
    {
      heading: 'By day',
      passages: table('Looks on each day', ['Day', ...COUNT_COLUMNS], days.map(countRow)),
    },
    {
      heading: 'By purpose',
      passages: table('Looks for each purpose', ['Purpose', ...COUNT_COLUMNS], byPurpose.map(countRow)),
    },
    { heading: 'Each look', passages: table('Each look, the newest first', COLUMNS, looks.map(rowOf)) },
    {
      heading:
        about === 'case' ? 'Asked of the log about this case' : 'Asked of the log, by them or about them',
      passages: table('Reports, searches and orders', ASKED_COLUMNS, asked.map(askedRow)),
    },
    { heading: 'What was not searched', passages: list(notSearched(log)) },
    { heading: 'Proof', passages: sentences(...proofInWords(log)) },
  ];
  return {
    title: about === 'case' ? 'What was looked at under one case' : 'What one member of staff looked at',
    lead: sentences(
      `Made on ${made}, London time.`,
      report.boundedTo === undefined
        ? undefined
        : `It covers only the exchanges of ${report.boundedTo.name}.`,
      'A look is one request, whether it was answered, refused or found nothing. A flag is a reason to ask, and no verdict.',
    ),
    sections: sections.filter(({ passages }) => passages.length > 0),
  };
}

/** Sentences about entries that could not be searched. */
function notSearched({ keysNotAtHand, deleted }: LogSearched): readonly string[] {
  return [
    ...keysNotAtHand.map(keyMissing),
    ...(deleted ? ['Entries that were deleted because the time for which they are kept has passed.'] : []),
  ];
}

function keyMissing(id: string): string {
  return `Entries whose tags were made with the key “${id}”: its line is not in subject-tags.key.`;
}

function inShort(report: StaffReport): readonly string[] {
  const { about, looks, differentIdentifiers, mostWithOne, differentStaff, emergencies, outsideHours } =
    report;
  return [
    `${counted(looks.length, 'look')} on ${counted(report.byDay.length, 'day')}.`,
    `${counted(differentIdentifiers, 'different identifier')} asked with; the one that was asked with most often: ${counted(mostWithOne, 'time')}.`,
    ...(about === 'case' ? [`${counted(differentStaff, 'different member')} of staff.`] : []),
    `${counted(emergencies, 'look')} as an emergency.`,
    `${counted(outsideHours, 'look')} outside usual hours.`,
  ];
}

function countRow({ of, looks, refused, nothingFound }: LookCount): readonly string[] {
  return [of, String(looks), String(refused), String(nothingFound)];
}

function rowOf(look: Look): readonly string[] {
  const { when, consumer, role, system, staff, dataset, operation, purpose, reason, outcome, code } = look;
  const said = (...those: readonly (string | undefined)[]) => those.filter((one) => one !== undefined);
  return [
    when,
    said(consumer?.name, system, role, ...staff).join(', '),
    said(dataset?.name, operation).join(': '),
    said(purpose, reason).join(': '),
    code === undefined ? `${outcome}, ${counted(look.records, 'record')}` : `${outcome} (${code})`,
    look.fields.map(({ means }) => means).join('; '),
    remarks(look).join('; '),
    agreementInWords(look),
    look.exchange,
    look.entries.map(({ index, leafHash }) => `${index} ${leafHash}`).join('; '),
  ];
}

/** What is out of the ordinary about a look, with the measure that says so. */
export function remarks({ emergency, outside }: Look): readonly string[] {
  return [...(emergency ? ['emergency'] : []), ...(outside === undefined ? [] : [`outside ${outside}`])];
}
