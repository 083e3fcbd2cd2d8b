/** A token that is limited opens what one of its details covers whole, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SharingDetail } from '../../src/domain/caller.ts';
import { judgeAuthorizationDetails } from '../../src/domain/judge-authorization.ts';
import { agreement, caller, dataset, operation } from '../support/judge-fixtures.ts';

const OPERATION = operation('look up one badge', '/badges/{badge number}');
const REQUEST = {
  agreement: agreement({}),
  dataset: dataset({}),
  operation: OPERATION,
  lookups: new Map([
    ['badge number', 'ZZ9Z01'],
    ['name', 'FIXTURE'],
  ]),
};
const WHOLE: SharingDetail = {
  agreement: REQUEST.agreement.id,
  dataset: REQUEST.dataset.id,
  purpose: REQUEST.agreement.purpose,
  operations: ['another', OPERATION.name],
  subject: new Map([['badge number', 'ZZ9Z01']]),
};
const code = (authorizationDetails: readonly SharingDetail[] | 'not understood' | undefined) =>
  judgeAuthorizationDetails(caller({ authorizationDetails }), REQUEST)?.code;

test('RS-55: a token without details, and one whose detail covers the request, are not limited', () => {
  for (const details of [undefined, [WHOLE], [{}], [{ agreement: 'another' }, WHOLE]])
    assert.equal(code(details), undefined);
});

test('RS-55: each part of a detail limits, and two details do not cover a request between them', () => {
  const others: SharingDetail[] = [
    { ...WHOLE, agreement: 'DSA-2000-001' },
    { ...WHOLE, dataset: 'another' },
    { ...WHOLE, purpose: 'another' },
    { ...WHOLE, operations: [] },
    { ...WHOLE, subject: new Map([['badge number', 'ZZ9Z02']]) },
    { ...WHOLE, subject: new Map([['postcode', 'ZZ99 3VZ']]) },
    {
      ...WHOLE,
      subject: new Map([
        ['badge number', 'ZZ9Z01'],
        ['name', 'ANOTHER'],
      ]),
    },
  ];
  for (const one of others) assert.equal(code([one]), 'authorization-not-covered', JSON.stringify(one));
  assert.equal(code(others), 'authorization-not-covered');
});

test('RS-55: no details at all, and details that are not understood, cover nothing', () => {
  assert.equal(code([]), 'authorization-not-covered');
  assert.equal(code('not understood'), 'authorization-not-covered');
});
