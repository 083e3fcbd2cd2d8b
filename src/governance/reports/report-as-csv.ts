/** The CSV faces of the two parts of a person's report (RFC 4180): a row for each exchange; no cell can become a formula. */
import { csvText } from '../pages/csv-text.ts';
import { exchangeCells, exchangeColumns, yesOrNo } from './exchange-as-cells.ts';
import type { CopyForThePerson } from './report-copies.ts';
import type { SubjectReport } from './report-subject.ts';

const COPY_COLUMNS = [
  'at',
  'when',
  'who asked',
  'role',
  'staff',
  'who holds the information',
  'what for',
  'lawful basis',
  'what came of it',
  'what was shared',
  'how you came into it',
  'agreement',
  'in an emergency',
  'entries',
  'leaf hashes',
] as const;

export function copyAsCsv({ accesses }: CopyForThePerson): string {
  const rows = accesses.map((one) => [
    one.at,
    one.when,
    one['who asked'],
    one.role,
    one.staff.join('; '),
    one['who holds the information'],
    one['what for'],
    one['lawful basis'],
    one['what came of it'],
    one['what was shared'].join('; '),
    one['how you came into it'],
    one.agreement,
    yesOrNo(one['in an emergency']),
    one.proof.map(({ entry }) => entry).join(' '),
    one.proof.map(({ 'leaf hash': hash }) => hash).join(' '),
  ]);
  return csvText([COPY_COLUMNS, ...rows]);
}

const NOTE_COLUMNS = [
  ...['told to the person', 'kept back until', 'exemption', 'decided by'],
  ...exchangeColumns('came in'),
];

export function noteAsCsv({ told, keptBack }: SubjectReport): string {
  const rows = [
    ...told.map((access) => ['yes', '', '', '', ...exchangeCells(access, access.came)]),
    ...keptBack.map(({ kept: { until, exemption, decidedBy }, ...access }) => [
      ...['no', until ?? 'not known', exemption ?? '', decidedBy ?? ''],
      ...exchangeCells(access, access.came),
    ]),
  ];
  return csvText([NOTE_COLUMNS, ...rows]);
}
