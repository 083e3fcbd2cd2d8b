import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Findings } from '../../src/disclosure/findings.ts';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { rulesOf } from './filtering.ts';

test('records are taken in any number with the facts of each', () => {
  const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
  const plan = compilePlan(rulesOf({ agreed: names }));
  const findings = new Findings(plan);
  for (let record = 0; record < 40; record += 1) {
    const use = plan.record.members.get(`f${record}`)?.agreed[0] ?? assert.fail();
    findings.left(use);
    findings.withheld += record;
    findings.find('n', `${record}`, 'holder');
    if (record % 2 === 1) findings.noteUndeclared(0, 1);
    findings.endRecord((record + 1) * 10);
  }
  let next = 0;
  for (const count of [1, 2, 3, 34]) {
    assert.equal(findings.bytesOf(count), count * 10);
    const part = findings.take(count, Buffer.alloc(0), count === 34);
    const records = Array.from({ length: count }, (_, index) => next + index);
    assert.equal(part.records, count);
    assert.deepEqual(
      part.fields,
      records.map((record) => `f${record}`),
    );
    assert.equal(
      part.withheld,
      records.reduce((sum, record) => sum + record, 0),
    );
    assert.deepEqual(
      part.subjects.map(({ id }) => id),
      records.map(String),
    );
    assert.equal(part.undeclared.get('') ?? 0, records.filter((record) => record % 2 === 1).length);
    assert.equal(part.last, count === 34);
    next += count;
  }
  assert.equal(findings.records, 0);
  assert.equal(findings.withheld, 0);
});

test('a record that may not leave is forgotten, and said apart with the next part', () => {
  const plan = compilePlan(rulesOf({ agreed: ['a'] }));
  const findings = new Findings(plan, (subjects) => subjects.some(({ id }) => id === 'held'));
  const record = (id: string, meets: boolean): boolean => {
    findings.find('n', id, 'holder');
    findings.withheld += 1;
    findings.noteUndeclared(0, 2);
    findings.left(plan.record.members.get('a')?.agreed[0] ?? assert.fail());
    if (!findings.mayLeave(meets)) return false;
    findings.endRecord(10);
    return true;
  };
  assert.deepEqual(
    [
      record('one', true),
      record('held', true),
      record('two', false),
      record('held', false),
      record('three', true),
    ],
    [true, false, false, false, true],
  );
  const { screened, ...part } = findings.take(2, Buffer.alloc(0), false);
  assert.deepEqual([part.records, part.withheld, part.undeclared.get('')], [2, 2, 4]);
  assert.deepEqual(
    part.subjects.map(({ id, record }) => [id, record]),
    [
      ['one', 1],
      ['three', 2],
    ],
  );
  assert.equal(screened.conditions, 2);
  assert.deepEqual(
    screened.people.map(({ id }) => id),
    ['held', 'held'],
  );
  assert.deepEqual(findings.take(0, Buffer.alloc(0), true).screened, { conditions: 0, people: [] });
});

test('taking nothing changes nothing', () => {
  const findings = new Findings(compilePlan(rulesOf({ agreed: ['a'] })));
  findings.withheld = 3;
  findings.endRecord(7);
  assert.equal(findings.take(0, Buffer.alloc(0), false).withheld, 0);
  assert.equal(findings.records, 1);
  assert.equal(findings.take(1, Buffer.alloc(0), true).withheld, 3);
});

test('a field that is agreed in several ways is named once', () => {
  const names = Array.from({ length: 31 }, () => 'a');
  for (const short of [{ agreed: names }, { agreed: ['a', 'a'] }]) {
    const plan = compilePlan(rulesOf(short));
    const findings = new Findings(plan);
    for (const use of plan.record.members.get('a')?.agreed ?? []) findings.left(use);
    findings.endRecord(1);
    assert.deepEqual(findings.take(1, Buffer.alloc(0), true).fields, ['a']);
  }
});
