/** The CSV face of what a member of staff or a case looked at (RFC 4180): a row for each look; no cell can become a formula. */
import { csvText } from '../pages/csv-text.ts';
import { agreementInWords } from './report-copies.ts';
import type { Look, StaffReport } from './report-staff.ts';
import { remarks } from './report-staff-as-page.ts';

const COLUMNS = [
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
  'outcome',
  'code',
  'records',
  'fields',
  'remarks',
  'agreement',
  'exchange',
  'entries',
  'leaf hashes',
] as const;

export function staffAsCsv({ looks }: StaffReport): string {
  return csvText([COLUMNS, ...looks.map(cellsOf)]);
}

function cellsOf(look: Look): readonly string[] {
  const { consumer, provider, system, role, dataset, operation, purpose, reason, entries } = look;
  return [
    new Date(look.atMs).toISOString(),
    look.when,
    consumer?.id ?? '',
    provider?.id ?? '',
    system ?? '',
    role ?? '',
    look.staff.join('; '),
    dataset?.id ?? '',
    operation ?? '',
    purpose ?? '',
    reason ?? '',
    look.outcome,
    look.code ?? '',
    String(look.records),
    look.fields.map(({ field }) => field).join(' '),
    remarks(look).join('; '),
    agreementInWords(look),
    look.exchange,
    entries.map(({ index }) => index).join(' '),
    entries.map(({ leafHash }) => leafHash).join(' '),
  ];
}
