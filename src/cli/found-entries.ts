/** Entries that the gateway found in its log, as people and programs read them: plain lines, JSON lines or CSV. */
import { isObject } from '../domain/leaf-shape.ts';
import { csvText } from '../governance/pages/csv-text.ts';

export interface FoundEntry {
  readonly index: number;
  /** Standard base64. */
  readonly leafHash: string;
  readonly leaf: Readonly<Record<string, unknown>>;
}

export const ENTRY_FACES = ['text', 'jsonl', 'csv'] as const;
export type EntryFace = (typeof ENTRY_FACES)[number];

const COLUMNS = [
  'at',
  'kind',
  'code',
  'exchange',
  'consumer',
  'provider',
  'organisation',
  'system',
  'role',
  'dataset',
  'operation',
  'agreement',
  'version',
  'purpose',
  'reason',
  'records',
  'fields',
  'withheld',
] as const;

/** The entries as text that ends with a line's end; of CSV with the names of the columns where it is the `first` page. */
export function entriesAs(face: EntryFace, entries: readonly FoundEntry[], first: boolean): string {
  if (face === 'jsonl') return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  if (face === 'text') return entries.map((entry) => `${entryInWords(entry)}\n`).join('');
  const head = first ? [['entry', ...COLUMNS, 'leaf hash']] : [];
  return csvText([...head, ...entries.map(cells)]);
}

/** One entry on one line: what, when, who asked whom, under what, and how it ended. */
export function entryInWords({ index, leaf }: FoundEntry): string {
  const { kind, at, consumer, organisation, system, role, agreement, dataset, operation, code, purpose } =
    leaf;
  const parts = [`#${index}`, at, kind, code, leaf['exchange'], consumer, organisation, system, role];
  const said = [...parts, dataset, operation, purpose].filter((part) => typeof part === 'string');
  if (isObject(agreement)) said.push(`${agreement['id']} version ${agreement['version']}`);
  if (kind === 'released')
    said.push(
      `records ${leaf['records']}, fields ${fieldNames(leaf['fields'])}, withheld ${leaf['withheld']}`,
    );
  if (kind === 'read' || kind === 'report') said.push(readingInWords(leaf));
  return said.join(' · ');
}

function readingInWords({ records, filters, assurance }: FoundEntry['leaf']): string {
  const by = Array.isArray(filters) ? `, by ${filters.join(', ')}` : '';
  const reader = assurance === 'proved' ? 'reader proved' : 'reader not proved';
  return `${records ?? 'no'} entries read${by}, ${reader}`;
}

function cells({ index, leaf, leafHash }: FoundEntry): string[] {
  const agreement = isObject(leaf['agreement']) ? leaf['agreement'] : { id: leaf['agreement'] };
  const whole: FoundEntry['leaf'] = { ...leaf, agreement: agreement['id'], version: agreement['version'] };
  return [String(index), ...COLUMNS.map((name) => cell(whole[name])), leafHash];
}

function cell(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ');
  return value === undefined ? '' : String(value);
}

function fieldNames(fields: unknown): string {
  return Array.isArray(fields) && fields.length > 0 ? fields.join(' ') : 'none';
}
