import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan, quote } from '../../src/disclosure/plan.ts';
import { rulesOf } from './filtering.ts';

test('paths share the nodes of the names that they share', () => {
  const { nodes, record } = compilePlan(
    rulesOf({ declared: ['a.b', 'a.c'], agreed: ['a.b'], subjects: ['a.c'] }),
  );
  assert.deepEqual(
    nodes.map(({ text }) => text),
    ['', 'a', 'a.b', 'a.c'],
  );
  const a = record.members.get('a');
  assert.equal(a?.members.get('b')?.agreed.length, 1);
  assert.equal(a?.members.get('c')?.subjects.length, 1);
});

test('only the way to what is agreed can release', () => {
  const { nodes } = compilePlan(rulesOf({ declared: ['a.b', 'x.y'], agreed: ['a.c'] }));
  assert.deepEqual(
    nodes.filter(({ releases }) => releases).map(({ text }) => text),
    ['', 'a', 'a.c'],
  );
});

test('equal equalities at one place are one, and their member is tested', () => {
  const { equalities, record } = compilePlan(rulesOf({ agreed: ['a[k=1].b', 'a[k=1].c', 'a[k=2].d'] }));
  assert.equal(equalities, 2);
  assert.equal(record.members.get('a')?.members.get('k')?.tested, true);
  assert.equal(record.members.get('a')?.members.get('k')?.declared, false);
});

test('names of fields come back from their bits, in the order of the rules, past thirty of them', () => {
  const names = Array.from({ length: 70 }, (_, index) => `f${index}`);
  const plan = compilePlan(rulesOf({ agreed: names }));
  assert.equal(plan.fieldWords, 3);
  for (const name of names) {
    const use = plan.record.members.get(name)?.agreed[0] ?? assert.fail();
    assert.deepEqual(plan.fieldsLeft(use.bit, use.word), [name]);
  }
  assert.deepEqual(plan.fieldsLeft(0b101, 1), ['f30', 'f32']);
});

test('a text with a lone surrogate is refused, any other is quoted as it stands', () => {
  assert.throws(() => quote('a\ud800'), TypeError);
  assert.equal(Buffer.from(quote('né')).toString(), '"né"');
});
