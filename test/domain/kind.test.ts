/** Kinds of value: what is of them, and that each value has one spelling. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  codeKind,
  isCalendarDate,
  isNhsNumber,
  kindNamed,
  kindNames,
  wholeNumberKind,
} from '../../src/domain/kind.ts';

/** Kind, what somebody writes, its one spelling; undefined where it is not of the kind. */
const SPELLINGS: readonly (readonly [kind: string, text: string, spelling: string | undefined])[] = [
  ['NHS number', '999 000 1006', '9990001006'],
  ['NHS number', '999-000-1006', '9990001006'],
  ['NHS number', '9990001007', undefined],
  ['NHS number', '999000100', undefined],
  ['NHS number', '९990001006', undefined],
  ['national insurance number', 'qq 12 34 56 c', 'QQ123456C'],
  ['national insurance number', 'QQ123456E', undefined],
  ['national insurance number', 'BG123456A', undefined],
  ['national insurance number', 'NY186548E', undefined],
  ['national insurance number', 'QA123456A', undefined],
  ['unique pupil number', 'w999100024001', 'W999100024001'],
  ['unique pupil number', 'K999100024002', 'K999100024002'],
  ['unique pupil number', 'A999100024001', undefined],
  ['asylum support reference', '991212345', '991212345'],
  ['asylum support reference', '991312345', undefined],
  ['blue badge number', 'zz9z01', 'ZZ9Z01'],
  ['blue badge number', 'ZZ9Z0', undefined],
  ['blue badge number', 'zz9z0\u0131', undefined],
  ['blue badge number', 'zz9z0\u017f', undefined],
  ['account reference', 'nm-\ufb01', undefined],
  ['blue badge number', '../../1', undefined],
  ['account reference', 'nm-880214-7', 'NM-880214-7'],
  ['UPRN', '000990000000001', undefined],
  ['UPRN', '009900000001', '9900000001'],
  ['UPRN', '0', undefined],
  ['school number', '999901', '999901'],
  ['NHS organisation code', 'x9x99', 'X9X99'],
  ['local authority code', 'nmere', 'NMERE'],
  ['name', '  Ines   Marlowe ', 'Ines Marlowe'],
  ['name', 'O\u2019Brien-Smith', "O'Brien-Smith"],
  ['name', 'Zoe\u0308', 'Zo\u00eb'],
  ['name', 'Sm%', undefined],
  ['name', 'Sm*', undefined],
  ['name', '', undefined],
  ['name', '-', undefined],
  ['postcode', 'zz993vz', 'ZZ99 3VZ'],
  ['postcode', 'ZZ99  3VZ', 'ZZ99 3VZ'],
  ['postcode', 'ZZ99', undefined],
  ['telephone', '+44 1632 960114', '01632960114'],
  ['telephone', '(01632) 960-114', '01632960114'],
  ['telephone', '01632', undefined],
  ['email', 'Ines@Marlowe.Example', 'ines@marlowe.example'],
  ['email', 'ines@marlowe', undefined],
  ['email', 'ines marlowe@a.example', undefined],
  ['web address', 'https://images.example/1.jpg', 'https://images.example/1.jpg'],
  ['web address', 'javascript:alert(1)', undefined],
  ['date', '2028-02-29', '2028-02-29'],
  ['date', '2027-02-29', undefined],
  ['date', '2026-1-1', undefined],
  ['date', '2026-13-01', undefined],
  ['date and time', '2025-01-24T09:00:00', '2025-01-24T09:00:00'],
  ['date and time', '2025-01-24T09:00:00.5+01:00', '2025-01-24T09:00:00.5+01:00'],
  ['date and time', '2025-02-30T09:00:00Z', undefined],
  ['date and time', '2025-01-24T25:00:00Z', undefined],
  ['money in pence', '172431', '172431'],
  ['money in pence', '-5', '-5'],
  ['money in pence', '-0', undefined],
  ['money in pence', '1.5', undefined],
  ['whole number', '0', '0'],
  ['whole number', '01', undefined],
  ['whole number', '9007199254740993', undefined],
  ['whole number', '1e3', undefined],
  ['number', '1.25', '1.25'],
  ['true or false', 'true', 'true'],
  ['true or false', 'yes', undefined],
  ['yes or no', 'Yes', 'Y'],
  ['yes or no', 'n', 'N'],
  ['yes or no', 'true', undefined],
  ['code', 'WALKD', 'WALKD'],
  ['code', '', undefined],
  ['reference', '6F2C0000-0000-4000-8000-00000000ABCD', '6f2c0000-0000-4000-8000-00000000abcd'],
  ['reference', '/check/6f2c0000-0000-4000-8000-00000000abcd', undefined],
  [
    'reference in a link',
    '/check/6F2C0000-0000-4000-8000-00000000abcd/status',
    '6f2c0000-0000-4000-8000-00000000abcd',
  ],
  [
    'reference in a link',
    '/6f2c0000-0000-4000-8000-00000000abcd/6f2c0000-0000-4000-8000-00000000abce',
    undefined,
  ],
  ['bound reference', 'AAAAaaaa0000____----', 'AAAAaaaa0000____----'],
  ['bound reference', 'short', undefined],
  ['bound reference', '../../../../../../etc', undefined],
  ['free text', ' 4  Sample Row ', '4 Sample Row'],
  ['free text', 'two\nlines', undefined],
  ['free text', '\ud800', undefined],
];

test('every kind takes what is of it, in one spelling, and nothing else', () => {
  for (const [kind, text, spelling] of SPELLINGS) {
    assert.equal(kindNamed(kind)?.normalise(text), spelling, `${kind}: ${text}`);
  }
});

test('every kind has a line in the table', () => {
  const covered = new Set(SPELLINGS.map(([kind]) => kind));
  assert.deepEqual(
    kindNames().filter((kind) => !covered.has(kind)),
    [],
  );
});

test('a kind that nobody declared is no kind', () => {
  assert.equal(kindNamed('passport number'), undefined);
  assert.equal(kindNamed('__proto__'), undefined);
});

test('the one spelling of a spelling is itself, whatever the text', () => {
  const kinds = fc.constantFrom(...kindNames());
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(...SPELLINGS.map(([, text]) => text)),
    fc.stringMatching(/^[A-Z]{0,2}[0-9 ]{1,12}[A-Z]{0,2}$/),
  );
  fc.assert(
    fc.property(kinds, texts, (name, text) => {
      const once = kindNamed(name)?.normalise(text);
      if (once !== undefined) assert.equal(kindNamed(name)?.normalise(once), once);
    }),
    { numRuns: 2_000 },
  );
});

test('the spelling of a kind that is a number or a truth value in JSON is that JSON', () => {
  for (const [name, text] of SPELLINGS) {
    const kind = kindNamed(name);
    const spelling = kind?.normalise(text);
    if (kind?.inJson === undefined || spelling === undefined) continue;
    assert.equal(typeof JSON.parse(spelling), kind.inJson);
    assert.equal(JSON.stringify(JSON.parse(spelling)), spelling);
  }
});

test('a whole number keeps to its bounds', () => {
  const page = wholeNumberKind(1, 20);
  assert.equal(page.normalise('1'), '1');
  assert.equal(page.normalise('20'), '20');
  assert.equal(page.normalise('0'), undefined);
  assert.equal(page.normalise('21'), undefined);
});

test('a code with a list is one of the list, spelt exactly so', () => {
  const band = codeKind(['A', 'B']);
  assert.equal(band.normalise('A'), 'A');
  assert.equal(band.normalise('a'), undefined);
  assert.equal(band.normalise('__proto__'), undefined);
});

test('one wrong digit of an NHS number never passes', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.nat(9), fc.integer({ min: 1, max: 9 }), (first, place, more) => {
      const nine = String(first).padStart(9, '0');
      const right = Array.from({ length: 10 }, (_, digit) => nine + digit).find(isNhsNumber);
      if (right === undefined) return;
      const wrong = (Number(right[place]) + more) % 10;
      assert.ok(!isNhsNumber(right.slice(0, place) + wrong + right.slice(place + 1)));
    }),
  );
});

test('a day is of the calendar exactly where the language agrees', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.nat(14), fc.nat(33), (year, month, day) => {
      const text = [
        String(year).padStart(4, '0'),
        String(month).padStart(2, '0'),
        String(day).padStart(2, '0'),
      ].join('-');
      const parsed = new Date(`${text}T00:00:00Z`);
      const real = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
      assert.equal(isCalendarDate(text), real, text);
    }),
  );
});
