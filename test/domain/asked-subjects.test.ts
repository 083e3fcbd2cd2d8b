import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedSubjects } from '../../src/domain/asked-subjects.ts';
import { decide } from '../../src/domain/decision.ts';
import {
  ask,
  asked,
  caller,
  NOON,
  openReference,
  path,
  policies,
  REFERENCE,
} from '../support/judge-fixtures.ts';

function subjects(target: Parameters<typeof asked>[0]) {
  const decision = decide(caller(), asked(target), policies(), NOON, openReference);
  assert.ok(decision.effect === 'permit');
  return askedSubjects(decision);
}

test('the identifiers that were asked with come in their normal spelling and the namespace of their kind', () => {
  assert.deepEqual(subjects({ target: path('/badges/zz9z01') }), [
    { namespace: 'blue badge number', id: 'ZZ9Z01' },
  ]);
  assert.deepEqual(
    subjects({ target: ask('search-for-badges', { postcode: 'zz999zz', name: 'Ines Marlowe' }) }),
    [
      { namespace: 'name', id: 'Ines Marlowe' },
      { namespace: 'postcode', id: 'ZZ99 9ZZ' },
    ],
  );
});

test('lookups that are about nobody name nobody', () => {
  assert.deepEqual(subjects({ target: path(`/checks/${REFERENCE}/status`) }), []);
});
