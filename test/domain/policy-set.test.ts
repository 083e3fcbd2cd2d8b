/** The policy set as one value that nothing changes afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../src/adapters/policies/policy-files.ts';
import { policySet } from '../../src/domain/policy-set.ts';
import { KERBSIDE, SEARCH, samplesWith } from '../support/changed-policies.ts';

const { policies } = readPolicyFiles(samplesWith(KERBSIDE, SEARCH));

test('agreements are found by consumer and dataset, and nothing else is found', () => {
  const ids = policies
    .agreementsBetween('westhaven-district-council', 'blue-badges')
    .map((agreement) => agreement.id);
  assert.deepEqual(ids, ['DSA-2026-014', 'DSA-2026-015']);
  assert.deepEqual(policies.agreementsBetween('northmere-city-council', 'blue-badges'), []);
  assert.deepEqual(policies.agreementsBetween('westhaven-district-council', 'patient-demographics'), []);
  assert.deepEqual(policies.agreementsBetween('__proto__', 'constructor'), []);
});

test('a change of the list that was given does not reach the set', () => {
  const agreements = [...policies.agreements];
  const set = policySet(
    [...policies.organisations.values()],
    [...policies.datasets.values()],
    agreements,
    'ab',
  );
  agreements.length = 0;
  assert.equal(set.agreements.length, 2);
  assert.equal(set.agreementsBetween('westhaven-district-council', 'blue-badges').length, 2);
  assert.ok(Object.isFrozen(set) && Object.isFrozen(set.agreements));
});

test('ten thousand agreements of other pairs do not slow the search', () => {
  const [first] = policies.agreements;
  assert.ok(first);
  const many = Array.from({ length: 10_000 }, (_, n) => ({ ...first, consumer: `consumer-${n}` }));
  const set = policySet([], [], many, 'cd');
  assert.deepEqual(
    set.agreementsBetween('consumer-7777', 'blue-badges').map(({ consumer }) => consumer),
    ['consumer-7777'],
  );
});
