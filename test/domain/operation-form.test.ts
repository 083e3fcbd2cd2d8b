import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationBySlug, operationForm, operationsOfShape } from '../../src/domain/operation-form.ts';
import { dataset, operation } from '../support/judge-fixtures.ts';

const DATASET = dataset();

test('an operation needs the lookups of its path and those that must be used', () => {
  assert.deepEqual(
    [...(operationBySlug(DATASET, 'search-for-badges')?.required ?? [])],
    ['name', 'postcode'],
  );
  assert.deepEqual([...(operationBySlug(DATASET, 'look-up-one-badge')?.required ?? [])], ['badge number']);
});

test('operations of one shape share a method and a number of segments', () => {
  const names = operationsOfShape(DATASET, 'GET', 2).map((form) => form.operation.name);
  assert.deepEqual(names, ['look up one badge', 'list every badge', 'read a note', 'count the notes']);
  assert.deepEqual(operationsOfShape(DATASET, 'GET', 9), []);
  assert.deepEqual(operationsOfShape(DATASET, '__proto__', 2), []);
});

test('the broader of two templates gives way, the narrower does not', () => {
  const rivals = (slug: string) => operationBySlug(DATASET, slug)?.rivals.map(({ name }) => name);
  assert.deepEqual(rivals('look-up-one-badge'), ['list every badge']);
  assert.deepEqual(rivals('list-every-badge'), []);
  assert.deepEqual(rivals('follow-a-check'), []);
});

test('a lookup that a file puts into the body of a GET belongs to no request', () => {
  const odd = operation('odd', '/odd', { body: new Map([['surname', 'lastName']]) });
  assert.deepEqual(operationForm(DATASET, odd).lookups, []);
});

test('the form of an operation is worked out once for each dataset', () => {
  const [first] = DATASET.operations.values();
  assert.ok(first !== undefined);
  assert.equal(operationForm(DATASET, first), operationForm(DATASET, first));
});
