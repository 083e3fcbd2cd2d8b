/** CSV files that nearly fit some rules, for fast-check. */
import fc from 'fast-check';
import type { DisclosureRules } from '../../src/disclosure/rules.ts';
import { formatFieldPath, withoutEqualities } from '../../src/encoding/field-path.ts';

/** Names of columns that the rules may not know, or that no file may have. */
const STRANGE = ['use', 'a.use', 'b.use', 'First Name', 'x[y=z]', 'a', "it's", '', '\ufeffa', 'u,"v"'];
const TEXTS = ['1', 'true', 'false', '-0', 'a "b"', 'a,b', 'two\r\nlines'];

type Quotes = 'needed' | 'always' | 'never';

function cellOf(value: string, quotes: Quotes): string {
  if (quotes === 'never' || (quotes === 'needed' && !/[",\r\n]/.test(value))) return value;
  return `"${value.replaceAll('"', '""')}"`;
}

const sound = fc.constantFrom<Quotes>('needed', 'needed', 'always');

/** A header row of declared fields and some others, and rows that have mostly as many cells. */
export function csvFor(rules: DisclosureRules, values: readonly string[]): fc.Arbitrary<string> {
  const paths = [...rules.declared, ...rules.subjects.map(({ path }) => withoutEqualities(path))];
  const known = [...new Set(paths.map(formatFieldPath))];
  const strange = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(fc.constantFrom(...STRANGE), { maxLength: 2 }),
  );
  const names = fc
    .tuple(fc.shuffledSubarray(known, { minLength: Math.ceil(known.length / 2) }), strange)
    .map(([some, more]) => [...more, ...some]);
  return names.chain((header) => fileOf(header, values));
}

function fileOf(header: readonly string[], values: readonly string[]): fc.Arbitrary<string> {
  const value = fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...values, ...TEXTS) },
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  const quotes = fc.oneof({ weight: 80, arbitrary: sound }, fc.constant<Quotes>('never'));
  const cell = fc.tuple(value, quotes).map(([text, how]) => cellOf(text, how));
  const cells = fc.array(cell, { minLength: header.length, maxLength: header.length });
  const row = fc
    .tuple(cells, fc.integer({ min: 0, max: 40 }), cell)
    .map(([some, astray, extra]) => (astray === 0 ? [...some, extra] : some).join(','));
  const first = sound.map((how) => header.map((name) => cellOf(name, how)).join(','));
  const end = fc.oneof({ weight: 30, arbitrary: fc.constantFrom('\r\n', '\n') }, fc.constant('\r'));
  return fc
    .tuple(first, fc.array(row, { maxLength: 4 }), end, fc.boolean())
    .map(([head, rows, lineEnd, isEnded]) => [head, ...rows].join(lineEnd) + (isEnded ? lineEnd : ''));
}
