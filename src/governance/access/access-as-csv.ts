/** The CSV face of who can see which fields (RFC 4180), for a spreadsheet: a cell that would be a formula is text there. */
import { csvText } from '../pages/csv-text.ts';
import type { Access, FieldAccess } from './who-can-see.ts';

const COLUMNS = [
  'dataset',
  'field',
  'meaning',
  'shared by',
  'shared with',
  'purpose',
  'roles',
  'how it is shown',
  'agreement',
  'version',
  'in force',
  'why not',
] as const;

/** The rows with a head; lines end with CR LF. A field that nobody can see has a row with the rest empty. */
export function accessAsCsv(rows: readonly FieldAccess[]): string {
  const cells = rows.flatMap(({ dataset, field, means, access }) => {
    const name = [dataset, field, means];
    return access.length === 0 ? [[...name, ...NOBODY]] : access.map((one) => [...name, ...cellsOf(one)]);
  });
  return csvText([COLUMNS, ...cells]);
}

const NOBODY = COLUMNS.slice(3).map(() => '');

function cellsOf({ standing, ...one }: Access): readonly string[] {
  return [
    one.provider,
    one.consumer,
    one.purpose,
    one.roles.join(', '),
    one.shown,
    one.agreement,
    String(one.version),
    standing.inForce,
    standing.inForce === 'no' ? `it ${standing.because}` : '',
  ];
}
