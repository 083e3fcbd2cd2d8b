/** Details of an authorization are read strictly: a type, a member or a value that is not known covers nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizationDetailsOf } from '../../../src/adapters/oidc/authorization-details.ts';

const GOOD = {
  type: 'data_sharing',
  agreement: 'DSA-2026-014',
  dataset: 'blue-badges',
  purpose: 'parking enforcement',
  operations: ['look up one badge'],
  subject: { 'badge number': 'ZZ9Z01' },
};
const read = (claim: unknown) =>
  authorizationDetailsOf(JSON.parse(JSON.stringify({ authorization_details: claim })));

test('RS-55: details of the known type are read', () => {
  const { type: _type, ...members } = GOOD;
  assert.deepEqual(read([GOOD]), [{ ...members, subject: new Map([['badge number', 'ZZ9Z01']]) }]);
  assert.equal(authorizationDetailsOf({}), undefined);
  assert.deepEqual(read([]), []);
});

test('RS-55: an unknown type, member or value makes the whole claim cover nothing', () => {
  const wrong: unknown[] = [
    null,
    {},
    'data_sharing',
    [null],
    [[GOOD]],
    [{ ...GOOD, type: undefined }],
    [{ ...GOOD, type: 'payment_initiation' }],
    [GOOD, { type: 'openid_credential' }],
    [{ ...GOOD, fields: ['name'] }],
    [{ ...GOOD, locations: ['https://gateway.northmere.example'] }],
    [{ ...GOOD, agreement: 14 }],
    [{ ...GOOD, dataset: ['blue-badges'] }],
    [{ ...GOOD, operations: 'look up one badge' }],
    [{ ...GOOD, operations: [1] }],
    [{ ...GOOD, subject: 'ZZ9Z01' }],
    [{ ...GOOD, subject: {} }],
    [{ ...GOOD, subject: { 'badge number': 7 } }],
    Array.from({ length: 51 }, () => GOOD),
  ];
  for (const claim of wrong) assert.equal(read(claim), 'not understood', JSON.stringify(claim)?.slice(0, 80));
});
