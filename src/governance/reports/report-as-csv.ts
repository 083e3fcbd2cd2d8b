/** The CSV faces of the two parts of a person's report (RFC 4180): a row for each exchange; no cell can become a formula. */
import { csvText } from '../pages/csv-text.ts';
import { agreementInWords, basisInWords, type CopyForThePerson } from './report-copies.ts';
import type { Access, SubjectReport } from './report-subject.ts';

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
  'told to the person',
  'kept back until',
  'exemption',
  'decided by',
  'at',
  'when',
  'consumer',
  'provider',
  'system',
  'role',
  'staff',
  'dataset',
  'operation',
  'purpose',
  'reason',
  'lawful basis',
  'outcome',
  'code',
  'records',
  'fields',
  'came in',
  'agreement',
  'emergency',
  'exchange',
  'entries',
  'leaf hashes',
] as const;

export function noteAsCsv({ told, keptBack }: SubjectReport): string {
  const rows = [
    ...told.map((access) => ['yes', '', '', '', ...cellsOf(access)]),
    ...keptBack.map(({ kept: { until, exemption, decidedBy }, ...access }) => [
      ...['no', until ?? 'not known', exemption ?? '', decidedBy ?? ''],
      ...cellsOf(access),
    ]),
  ];
  return csvText([NOTE_COLUMNS, ...rows]);
}

function cellsOf(access: Access): readonly string[] {
  const { consumer, provider, system, role, dataset, operation, purpose, reason, entries } = access;
  return [
    new Date(access.atMs).toISOString(),
    access.when,
    consumer?.id ?? '',
    provider?.id ?? '',
    system ?? '',
    role ?? '',
    access.staff.join('; '),
    dataset?.id ?? '',
    operation ?? '',
    purpose ?? '',
    reason ?? '',
    basisInWords(access),
    access.outcome,
    access.code ?? '',
    String(access.records),
    access.fields.map(({ field }) => field).join(' '),
    access.came.join('; '),
    agreementInWords(access),
    yesOrNo(access.emergency),
    access.exchange,
    entries.map(({ index }) => index).join(' '),
    entries.map(({ leafHash }) => leafHash).join(' '),
  ];
}

function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
