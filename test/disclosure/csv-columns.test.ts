import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readColumns } from '../../src/disclosure/csv-columns.ts';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { NotFilterable } from '../../src/disclosure/rules.ts';
import { rulesOf } from './filtering.ts';

const plan = compilePlan(
  rulesOf({
    agreed: ['a', "'First Name'", 'address[use=home].postCode'],
    declared: ['party.person.dob', 'b'],
    subjects: ['nino'],
  }),
);

function leavesOf(...names: string[]): boolean[] {
  return readColumns(names, plan).columns.map(({ leaves }) => leaves);
}

test('a name is the text of a path; one that is no path is the name of one member', () => {
  assert.deepEqual(leavesOf('a', 'b', 'First Name', 'address.postCode'), [true, false, true, true]);
  assert.deepEqual(leavesOf('a', "'First Name'"), [true, true]);
  assert.deepEqual(leavesOf('a', 'A', "'address.postCode'"), [true, false, false]);
});

test('columns that the dataset does not declare are counted by the declared name above them', () => {
  const { undeclared } = readColumns(
    ['a', 'new', 'party', 'party.new', 'party.person.new', 'party.new.er', 'nino', 'b'],
    plan,
  );
  assert.deepEqual(
    undeclared.map((node) => plan.nodes[node]?.text),
    ['', 'party', 'party.person', 'party', ''],
  );
});

test('a column that picks elements is not declared', () => {
  const { columns, undeclared } = readColumns(['a', 'address[use=home].postCode'], plan);
  assert.equal(columns[1]?.node, undefined);
  assert.equal(undeclared.length, 1);
});

test('an equality is tested in the column that holds what it looks at', () => {
  assert.deepEqual(
    readColumns(['a', 'address.use', 'address.postCode'], plan).equalities.map(({ column, equals }) => [
      column,
      equals,
    ]),
    [[1, 'home']],
  );
  assert.deepEqual(readColumns(['address.postCode'], plan).equalities, []);
});

test('a header row that leaves a doubt is refused', () => {
  const wrong: readonly (readonly [RegExp, ...string[]])[] = [
    [/no name/, 'a', ''],
    [/one name/, 'a', 'x', 'x'],
    [/one name/, 'a', 'First Name', "'First Name'"],
    [/byte order mark/, '\ufeffa', 'a'],
    [/beneath a declared field/, 'a', 'b.c'],
    [/beneath a declared field/, 'a', 'nino.c'],
    [/no agreed field/, 'b', 'x'],
  ];
  for (const [why, ...names] of wrong) {
    assert.throws(
      () => readColumns(names, plan),
      (error) => error instanceof NotFilterable && why.test(error.message),
      names.join(),
    );
  }
});
