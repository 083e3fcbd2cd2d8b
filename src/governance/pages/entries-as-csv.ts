/** Entries of the log as rows of CSV for a spreadsheet: what was exchanged, in columns; the leaf itself is in JSON lines. */
import { isObject } from '../../domain/leaf-shape.ts';
import { csvText } from './csv-text.ts';

/** Column → where it stands in a leaf. */
const COLUMNS: readonly (readonly [string, readonly string[]])[] = [
  ['at', ['at']],
  ['kind', ['kind']],
  ['exchange', ['exchange']],
  ['provider', ['provider']],
  ['consumer', ['consumer']],
  ['system', ['system']],
  ['role', ['role']],
  ['agreement', ['agreement', 'id']],
  ['agreement version', ['agreement', 'version']],
  ['purpose', ['purpose']],
  ['reason', ['reason']],
  ['emergency', ['emergency']],
  ['dataset', ['dataset']],
  ['operation', ['operation']],
  ['asked with', ['lookups']],
  ['code', ['code']],
  ['after', ['after']],
  ['part', ['part']],
  ['last part', ['last']],
  ['records', ['records']],
  ['fields', ['fields']],
  ['fields withheld', ['withheld']],
  ['status', ['status']],
  ['bytes', ['bytes']],
];

/** The heading row. */
export function csvHeading(): string {
  return csvText([['index', ...COLUMNS.map(([name]) => name), 'leaf hash']]);
}

/** The row of one entry. @param leaf the text that was hashed. */
export function entryAsCsv(index: number, leaf: string, leafHash: string): string {
  const said: unknown = JSON.parse(leaf);
  const cells = COLUMNS.map(([, path]) => cellOf(path.reduce<unknown>(step, said)));
  return csvText([[String(index), ...cells, leafHash]]);
}

function step(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function cellOf(value: unknown): string {
  if (Array.isArray(value)) return value.join('; ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === undefined ? '' : String(value);
}
