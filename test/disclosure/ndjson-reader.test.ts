import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import { filtered, INPUTS, leaves, refuses, rulesOf, type ShortRules } from './filtering.ts';

const lines: ShortRules = {
  answer: 'many records',
  recordPath: ['data'],
  agreed: ['a', ['name', { as: 'initials' }]],
  declared: ['b'],
  subjects: ['id'],
  wrapper: { total: 'total' },
};
const format = 'ndjson';

test('each line leaves with its agreed fields and one line feed, whatever ended it', () => {
  const left = '{"a":1}\n{"name":"I M"}\n{}\n';
  assert.equal(leaves(lines, '{"a":1,"b":2}\n{"name":"Ines Marlowe"}\n{"b":1}\n', { format }), left);
  assert.equal(leaves(lines, '{"a":1,"b":2}\r\n {"name" : "Ines Marlowe"}\t\r\n{"b":1}', { format }), left);
});

test('the way to the records and the names around them are of JSON answers only', () => {
  assert.equal(leaves(lines, '{"data":[{"a":1}],"total":7}\n{"a":1}\n', { format }), '{}\n{"a":1}\n');
});

test('an answer without a line is an answer without a record', () => {
  const { text, records, last } = filtered(lines, '', { format });
  assert.deepEqual([text, records, last], ['', 0, true]);
});

test('a line that is no whole object refuses it and all that follows', () => {
  for (const wrong of [
    '\n',
    ' \n',
    'null\n',
    '[]\n',
    '"x"\n',
    '1\n',
    '{"a":1}{"a":2}\n',
    '{"a":1},\n',
    '{"a":\n1}\n',
    '{\n}',
  ])
    refuses(lines, `{"a":1}\n${wrong}`, /./, format);
  refuses(lines, '{"a":1}\n{"a":2', /whole object/, format);
  refuses(lines, '{"a":1}\n  ', /cut short/, format);
  refuses(lines, '{"a":1}\n7', /./, format);
  refuses(lines, '\ufeff{"a":1}\n', /./, format);
  refuses(lines, Buffer.from('{"a":"é"}\n', 'latin1'), /UTF-8/, format);
  refuses(lines, Buffer.concat([Buffer.from('{"a":1}\n'), Buffer.of(0xc3)]), /./, format);
});

test('whole lines wait to be taken as soon as their object has come, and what comes later cannot take them back', () => {
  const session = compileDisclosure(rulesOf(lines)).start(INPUTS, undefined, format);
  session.write(Buffer.from('{"a":1,"id":"x"}\n{"a":2}\n{"a"'));
  assert.equal(session.records, 2);
  const part = session.take(1);
  assert.deepEqual([part.bytes.toString(), part.records, part.last], ['{"a":1}\n', 1, false]);
  assert.throws(() => session.write(Buffer.from(':}\n{"a":3}\n')), /JSON/);
});

test('an object that breaks its line is refused before its end has come', () => {
  const session = compileDisclosure(rulesOf(lines)).start(INPUTS, undefined, format);
  assert.throws(() => session.write(Buffer.from('{"a":1,\n')), /line/);
});

test('a screened line leaves no trace', () => {
  const rules = { ...lines, conditions: { b: ['yes'] } };
  const answer = '{"a":1,"b":"no","id":"i"}\n{"a":2,"b":"yes"}\n{"a":3}';
  assert.equal(leaves(rules, answer, { format }), '{"a":2}\n');
  const { records, subjects, screened } = filtered(rules, answer, { format });
  assert.deepEqual([records, subjects, screened.conditions], [1, [], 2]);
});

test('a line of the most bytes passes and one byte more is refused', () => {
  const rules = { ...lines, mostRecordBytes: 100 };
  const line = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}\n`;
  assert.equal(leaves(rules, `  ${line(100)}`, { format }), line(100));
  refuses(rules, line(101), /too long/, format);
});
