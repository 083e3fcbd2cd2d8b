import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import { NotFilterable } from '../../src/disclosure/rules.ts';
import { INPUTS, refuses, rulesOf, type ShortRules } from './filtering.ts';

const list: ShortRules = {
  answer: 'many records',
  recordPath: ['data'],
  agreed: ['a'],
  subjects: ['s'],
  wrapper: { total: 'total' },
};

function sessionOf(short: ShortRules) {
  return compileDisclosure(rulesOf(short)).start(INPUTS);
}

test('whole records wait to be taken as soon as their last byte has come', () => {
  const session = sessionOf(list);
  session.write(Buffer.from('{"total":3,"data":[{"a":1,"s":"x"}'));
  assert.equal(session.waitingRecords, 1);
  const part = session.take();
  assert.equal(part.bytes.toString(), '{"data":[{"a":1}');
  assert.equal(part.last, false);
  assert.equal(session.waitingRecords, 0);
  assert.equal(session.waitingBytes, 0);
  session.write(Buffer.from(',{"a":2,"s":"y"},{"a":3}]}'));
  session.end();
  assert.equal(session.records, 3);
  assert.equal(session.take().bytes.toString(), ',{"a":2},{"a":3}],"total":3}');
});

test('a part has no more records than asked for, and its own facts', () => {
  const session = sessionOf(list);
  session.write(Buffer.from('{"data":[{"a":1,"s":"x","u":0},{"b":2,"s":"y"},{"a":3}],"total":3}'));
  session.end();
  const parts = [session.take(1), session.take(1), session.take(1)];
  assert.deepEqual(
    parts.map(({ bytes }) => bytes.toString()),
    ['{"data":[{"a":1}', ',{}', ',{"a":3}],"total":3}'],
  );
  assert.deepEqual(
    parts.map(({ records }) => records),
    [1, 1, 1],
  );
  assert.deepEqual(
    parts.map(({ withheld }) => withheld),
    [2, 2, 0],
  );
  assert.deepEqual(
    parts.map(({ fields }) => fields),
    [['a'], [], ['a']],
  );
  assert.deepEqual(
    parts.map(({ undeclared }) => undeclared.get('')),
    [2, 2, undefined],
  );
  assert.deepEqual(
    parts.map(({ subjects }) => subjects.map(({ id }) => id)),
    [['x'], ['y'], []],
  );
  assert.deepEqual(
    parts.map(({ last }) => last),
    [false, false, true],
  );
});

test('the part that ends an answer without records is one part with all that stands around them', () => {
  const session = sessionOf(list);
  session.write(Buffer.from('{"data":[ ],"total":17}'));
  session.end();
  const { bytes, records, last } = session.take(500);
  assert.deepEqual([bytes.toString(), records, last], ['{"data":[],"total":0}', 0, true]);
});

test('nothing may be taken, written or ended after a failure', () => {
  const session = sessionOf(list);
  session.write(Buffer.from('{"data":[{"a":1}'));
  assert.throws(() => session.write(Buffer.from('x')), NotFilterable);
  assert.throws(() => session.take(), NotFilterable);
  assert.throws(() => session.write(Buffer.from(',')), NotFilterable);
  assert.throws(() => session.end(), NotFilterable);
});

test('nothing may be written after the end', () => {
  const session = sessionOf(list);
  session.write(Buffer.from('{"data":[]}'));
  session.end();
  assert.throws(() => session.write(Buffer.from(' ')), NotFilterable);
  assert.throws(() => session.end(), NotFilterable);
});

test('every answer that is cut short is refused, wherever it is cut', () => {
  const answer = '{"data":[{"a":-1.5e3,"b":"é\\u00e9"},{"a":true}],"total":2}\n';
  const bytes = Buffer.from(answer);
  for (let length = 0; length < bytes.length - 1; length += 1) refuses(list, bytes.subarray(0, length), /./);
});

test('the bytes of a chunk may be used again once they are written', () => {
  const session = sessionOf(list);
  const chunk = Buffer.from('{"data":[{"a":"first"},{"a":"sec');
  session.write(chunk);
  chunk.fill(0x78);
  session.write(Buffer.from('ond"}]}'));
  session.end();
  assert.equal(session.take().bytes.toString(), '{"data":[{"a":"first"},{"a":"second"}]}');
});

test('a record of the most bytes passes and one byte more is refused, in chunks of any size', () => {
  const record = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
  for (const most of [100, 70_000, 200_000]) {
    for (const chunk of [997, 65_536, 300_000]) {
      const rules = { ...list, mostRecordBytes: most };
      const run = (text: string) => {
        const session = sessionOf(rules);
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += chunk) session.write(bytes.subarray(at, at + chunk));
        session.end();
        return session.take().bytes.toString();
      };
      const whole = `{"data":[${record(most)},${record(most)}]}`;
      assert.equal(run(whole), whole);
      assert.throws(() => run(`{"data":[${record(most)},${record(most + 1)}]}`), /too long/);
    }
  }
});

test('memory stays within a record however long an unfinished one grows', () => {
  const session = sessionOf({ ...list, mostRecordBytes: 5000 });
  session.write(Buffer.from('{"data":[{"a":"'));
  assert.throws(() => {
    for (let written = 0; written < 20_000; written += 100) session.write(Buffer.alloc(100, 0x78));
  }, /too long/);
});

test('a long record in chunks of one byte costs no more than a few looks at it', () => {
  const session = sessionOf({ ...list, mostRecordBytes: 1_000_000 });
  const bytes = Buffer.from(`{"data":[{"a":"${'x'.repeat(400_000)}"}]}`);
  const start = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += 1) session.write(bytes.subarray(at, at + 1));
  session.end();
  assert.equal(session.take().records, 1);
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 4_000_000, `${user + system} microseconds`);
});

test('a character that two chunks share is one character', () => {
  const bytes = Buffer.from('{"data":[{"a":"é€😀"}]}');
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const session = sessionOf(list);
    session.write(bytes.subarray(0, cut));
    session.write(bytes.subarray(cut));
    session.end();
    assert.equal(session.take().bytes.toString(), bytes.toString());
  }
});
