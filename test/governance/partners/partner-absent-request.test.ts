/** Tests of src/governance/partners/partner-absent-request.ts: the question is about nobody, or it is not put. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindNamed } from '../../../src/domain/kind.ts';
import { absentRequest } from '../../../src/governance/partners/partner-absent-request.ts';
import { sampleValue } from '../../../src/governance/trying/sample-values.ts';
import { sampleDataset, samplePolicies } from '../../support/sample-policies.ts';

test('one record is asked for by an identifier that nobody has', () => {
  assert.deepEqual(absentRequest(sampleDataset('blue-badges'))?.request, {
    method: 'GET',
    path: '/badges/ZZ9ZZZ',
    query: '',
    body: undefined,
  });
  assert.match(
    absentRequest(sampleDataset('patient-demographics'))?.request.path ?? '',
    /\/Patient\/9999999999$/,
  );
});

test('nothing is asked where only many records can be, or where the question is not a reading', () => {
  assert.equal(absentRequest(sampleDataset('council-tax-accounts')), undefined);
  assert.equal(absentRequest(sampleDataset('school-meals-checks')), undefined);
});

test('an operation that gives many records, or that writes, is not asked though it takes such an identifier', () => {
  const badges = sampleDataset('blue-badges');
  const one = badges.operations.get('look up one badge') ?? assert.fail();
  for (const change of [{ answer: 'many records' }, { method: 'POST' }] as const) {
    const operations = new Map([['look up one badge', { ...one, ...change }]]);
    assert.equal(absentRequest({ ...badges, operations }), undefined, JSON.stringify(change));
  }
});

test('a record is not asked for by what people share', () => {
  const badges = sampleDataset('blue-badges');
  for (const name of ['postcode', 'name', 'date', 'UPRN', 'account reference', 'free text', 'code']) {
    const kind = kindNamed(name) ?? assert.fail(name);
    const lookup = { name: 'badge number', in: 'path', kind, aboutThePerson: true } as const;
    const lookups = new Map([...badges.lookups, ['badge number', lookup]]);
    assert.equal(absentRequest({ ...badges, lookups }), undefined, name);
  }
});

test('every identifier of nobody is of its kind, and no sample of anybody', () => {
  const badges = sampleDataset('blue-badges');
  const kinds = [
    'NHS number',
    'national insurance number',
    'unique pupil number',
    'asylum support reference',
  ];
  for (const name of [...kinds, 'blue badge number', 'reference']) {
    const kind = kindNamed(name) ?? assert.fail(name);
    const lookup = { name: 'badge number', in: 'path', kind, aboutThePerson: true } as const;
    const lookups = new Map([...badges.lookups, ['badge number', lookup]]);
    const value =
      absentRequest({ ...badges, lookups })
        ?.request.path.split('/')
        .at(-1) ?? '';
    assert.equal(kind.normalise(value), value, name);
    assert.notEqual(value, sampleValue(kind), name);
  }
});

test('the samples have datasets of both sorts', () => {
  const asked = [...samplePolicies.datasets.values()].map((dataset) => absentRequest(dataset) !== undefined);
  assert.deepEqual([...new Set(asked)].sort(), [false, true]);
});
