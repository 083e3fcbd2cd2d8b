import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import { filtered, INPUTS, leaves, refuses, rulesOf, type ShortRules } from './filtering.ts';

const format = 'csv';
const rules: ShortRules = {
  answer: 'many records',
  recordPath: ['data'],
  agreed: ['a', 'b'],
  subjects: ['id'],
};

test('every row ends with CRLF, whatever ended it, the last one too', () => {
  for (const answer of ['a,b\r\n1,2\r\n3,4\r\n', 'a,b\n1,2\n3,4\n', 'a,b\r\n1,2\n3,4', 'a,b\n1,2\n3,4\r'])
    assert.equal(leaves(rules, answer, { format }), 'a,b\r\n1,2\r\n3,4\r\n', JSON.stringify(answer));
});

test('a file of a header row alone is an answer without a record, and a file of nothing is no answer', () => {
  const { text, records, last } = filtered(rules, 'x,b\r\n', { format });
  assert.deepEqual([text, records, last], ['b\r\n', 0, true]);
  refuses(rules, '', /cut short/, format);
});

test('a row with a cell too many or too few refuses it and all that follows', () => {
  for (const wrong of ['1\r\n', '1,2,3\r\n', '\r\n', '1,2,\r\n'])
    refuses(rules, `a,b\r\n1,2\r\n${wrong}`, /each column/, format);
});

test('what is not CSV in UTF-8 refuses it and all that follows', () => {
  refuses(rules, 'a,b\r\n1,"2', /cut short/, format);
  refuses(rules, 'a,b\r\n1,2"\r\n', /quote/, format);
  refuses(rules, 'a,b\r\n1,"2" \r\n', /quotes/, format);
  refuses(rules, 'a,b\r\n1,\0\r\n', /zero byte/, format);
  refuses(rules, Buffer.from('a,b\r\n1,é\r\n', 'latin1'), /UTF-8/, format);
  refuses(rules, Buffer.concat([Buffer.from('a,b\r\n1,'), Buffer.of(0xe2, 0x82)]), /UTF-8/, format);
  refuses(rules, Buffer.from('a,b\r\n1,2\r\n', 'utf16le'), /./, format);
  refuses(rules, '\ufeffa,b\r\n1,2\r\n', /byte order mark/, format);
});

test('whole rows wait to be taken, the names of the columns with the first', () => {
  const session = compileDisclosure(rulesOf(rules)).start(INPUTS, undefined, format);
  session.write(Buffer.from('id,a\r\n1,x\r\n2,y\r\n3,'));
  assert.equal(session.records, 2);
  assert.deepEqual(
    [session.take(1), session.take(1)].map(({ bytes, records }) => [bytes.toString(), records]),
    [
      ['a\r\nx\r\n', 1],
      ['y\r\n', 1],
    ],
  );
  session.write(Buffer.from('z\r\n'));
  session.end();
  const { bytes, records, subjects, last } = session.take();
  assert.deepEqual(
    [bytes.toString(), records, subjects.map(({ id }) => id), last],
    ['z\r\n', 1, ['3'], true],
  );
});

test('a row of the most bytes passes and one byte more is refused, its line end not counted', () => {
  const short: ShortRules = { ...rules, mostRecordBytes: 50 };
  const row = (length: number) => `1,${'x'.repeat(length - 2)}`;
  for (const end of ['\r\n', '\n', '']) {
    assert.equal(leaves(short, `a,b\r\n${row(50)}${end}`, { format }), `a,b\r\n${row(50)}\r\n`);
    refuses(short, `a,b\r\n${row(51)}${end}`, /too long/, format);
  }
  refuses(short, `a,b\r\n1,"${'x\r\n'.repeat(20)}`, /too long/, format);
  refuses(short, `${'x'.repeat(51)},b\r\n`, /too long/, format);
});

test('CSV costs no more than a few looks at a row in chunks of one byte', () => {
  const session = compileDisclosure(rulesOf({ ...rules, mostRecordBytes: 1_000_000 })).start(
    INPUTS,
    undefined,
    format,
  );
  const bytes = Buffer.from(`a\r\n"${'x'.repeat(400_000)}"\r\n`);
  const start = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += 1) session.write(bytes.subarray(at, at + 1));
  session.end();
  assert.equal(session.take().records, 1);
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 4_000_000, `${user + system} microseconds`);
});

const cell = fc.oneof(
  fc.constantFrom('', '1', 'Ines Marlowe', 'a,b', 'say "x"', 'two\r\nlines', '=1+1', ' é '),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0')),
);
const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 });
const shape = fc.record({
  order: fc.shuffledSubarray(['a', 'b', 'x'], { minLength: 3 }),
  isQuoted: fc.boolean(),
  end: fc.constantFrom('\r\n', '\n'),
  isEnded: fc.boolean(),
  chunk: fc.integer({ min: 1, max: 40 }),
});

test('another parser reads the same values in the agreed columns of what came and of what left', () => {
  fc.assert(
    fc.property(table, shape, (rows, { order, isQuoted, end, isEnded, chunk }) => {
      const written = (text: string) =>
        isQuoted || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      const lines = [order, ...rows].map((row) => row.map(written).join(','));
      const answer = lines.join(end) + (isEnded ? end : '');
      const { text, records } = filtered(rules, answer, { format, chunk });
      const came = parse(answer, { columns: true }) as Record<string, string>[];
      const left = parse(text, { columns: true });
      assert.equal(records, rows.length);
      assert.deepEqual(
        left,
        came.map((row) => Object.fromEntries(order.filter((it) => it !== 'x').map((it) => [it, row[it]]))),
      );
    }),
    { numRuns: 500 },
  );
});
