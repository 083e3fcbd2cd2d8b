/** Who counts as one person in a part: the first reference of each `who` in each record, and never nobody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundSubject, Part } from '../../src/disclosure/rules.ts';
import type { SubjectReference } from '../../src/domain/dataset.ts';
import { decide, type Permit } from '../../src/domain/decision.ts';
import { limitOnPeople } from '../../src/exchange/different-people.ts';
import {
  agreement,
  asked,
  caller,
  dataset,
  NOON,
  openReference,
  policies,
} from '../support/judge-fixtures.ts';

const REFERENCES: readonly SubjectReference[] = [
  { who: 'holder', path: [], namespace: 'NHS number' },
  { who: 'holder', path: [], namespace: 'blue badge number' },
  { who: 'parent', path: [], namespace: 'national insurance number' },
];

function permit(most: number | undefined, more: Partial<Permit> = {}): Permit {
  const limited = agreement({
    limits: {
      records: 1,
      byPerson: undefined,
      byOrganisation: undefined,
      differentPeople: most === undefined ? undefined : { most, per: 'day' },
    },
  });
  const files = policies([limited], { datasets: [dataset({ subjects: REFERENCES })] });
  const decision = decide(caller(), asked(), files, NOON, openReference);
  assert.ok(decision.effect === 'permit');
  return { ...decision, ...more };
}

function part(records: number, ...subjects: readonly FoundSubject[]): Part {
  return {
    bytes: Buffer.alloc(0),
    records,
    fields: [],
    withheld: 0,
    undeclared: new Map(),
    subjects,
    screened: { conditions: 0, people: [] },
    last: true,
  };
}

const nhs = (record: number, id: string): FoundSubject => ({
  namespace: 'NHS number',
  id,
  who: 'holder',
  record,
});
const badge = (record: number, id: string): FoundSubject => ({
  ...nhs(record, id),
  namespace: 'blue badge number',
});
const parent = (record: number, id: string): FoundSubject => ({
  ...{ namespace: 'national insurance number', id, who: 'parent', record },
});

function counted(found: Part, who = permit(5), place = 'exchange 1'): string[] {
  return (limitOnPeople(found, who, place)?.people ?? []).map(({ id }) => id);
}

test('without such a limit nothing is counted', () => {
  assert.equal(limitOnPeople(part(1, nhs(1, 'a')), permit(undefined), 'x'), undefined);
});

test('the limit is of the agreement, in its window', () => {
  const { people, ...limit } = limitOnPeople(part(0), permit(150), 'x') ?? assert.fail();
  assert.deepEqual(limit, {
    name: 'different people looked up',
    agreement: 'DSA-2026-014',
    most: 150,
    per: 'day',
  });
  assert.deepEqual(people, []);
});

test('a person is the first reference that the dataset lists, wherever it stands in the record', () => {
  assert.deepEqual(counted(part(1, badge(1, 'badge'), nhs(1, 'nhs'))), ['nhs']);
  assert.deepEqual(counted(part(1, nhs(1, 'nhs'), badge(1, 'badge'))), ['nhs']);
  assert.deepEqual(counted(part(1, badge(1, 'badge'))), ['badge']);
});

test('a record may be about several people, and an answer about many', () => {
  assert.deepEqual(counted(part(2, nhs(1, 'a'), parent(1, 'p'), badge(1, 'b'), nhs(2, 'c'))), [
    'a',
    'p',
    'c',
  ]);
  assert.deepEqual(counted(part(1, parent(1, 'p'), parent(1, 'q'))), ['p', 'q']);
});

test('a record that names nobody counts by what was asked with, so that asking again costs nothing', () => {
  const one = limitOnPeople(part(1), permit(5), 'exchange 1')?.people;
  assert.deepEqual(one, [{ namespace: 'asked with', id: 'blue badge number ZZ9Z01' }]);
  assert.deepEqual(limitOnPeople(part(1), permit(5), 'exchange 2')?.people, one);
});

test('records of a list that name nobody count as somebody new each', () => {
  const { operation } = permit(5);
  const many = permit(5, { operation: { ...operation, answer: 'many records' } });
  const found = part(3, nhs(2, 'a'));
  const one = counted(found, many);
  assert.equal(new Set(one).size, 3);
  const other = counted(found, many, 'exchange 2');
  assert.deepEqual(
    one.filter((id) => other.includes(id)),
    ['a'],
  );
});
