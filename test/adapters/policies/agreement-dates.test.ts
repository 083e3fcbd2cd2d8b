/** The dates and signatures of an agreement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { changedText, KERBSIDE, policyFile, refuses, samplesWith } from '../../support/changed-policies.ts';

function agreementAfter(...changes: readonly (readonly [string, string])[]) {
  const { policies, mistakes } = readPolicyFiles([
    ...samplesWith(),
    policyFile(KERBSIDE, changedText(KERBSIDE, ...changes)),
  ]);
  assert.deepEqual(mistakes, []);
  return policies.agreements[0];
}

test('an agreement begins and ends at midnight in London, in summer and in winter', () => {
  const summer = agreementAfter();
  assert.equal(summer?.startsAtMs, Date.parse('2026-03-31T23:00:00Z'));
  assert.equal(summer?.endsAtMs, Date.parse('2028-03-31T23:00:00Z'));
  const winter = agreementAfter(['ends: 2028-03-31', 'ends: 2027-12-31']);
  assert.equal(winter?.endsAtMs, Date.parse('2028-01-01T00:00:00Z'));
});

test('a record of signatures signs nothing', () => {
  assert.equal(agreementAfter()?.signedByBoth, false);
});

test('an agreement that one party has not signed is a draft, not a mistake', () => {
  const signature =
    '  - organisation: westhaven-district-council\n    name: R. Hughes\n    role: senior information risk owner\n    date: 2026-03-05\n';
  assert.equal(agreementAfter([signature, ''])?.words.signed?.length, 1);
});

test('the review comes before the end', () => {
  refuses(
    KERBSIDE,
    [['review by: 2027-03-01', 'review by: 2028-04-01']],
    'review by: 2028-04-01',
    'the review comes after the end; write a day before the end',
  );
});

test('an agreement starts before it ends', () => {
  refuses(
    KERBSIDE,
    [['starts: 2026-04-01', 'starts: 2028-04-01']],
    'ends: 2028-03-31',
    'the agreement ends before it starts; write a later day',
  );
});

test('nobody signs after the start', () => {
  refuses(
    KERBSIDE,
    [['date: 2026-03-05', 'date: 2026-04-02']],
    'date: 2026-04-02',
    'this signature is dated after the start; start after the last signature',
  );
});

test('only the parties sign', () => {
  refuses(
    KERBSIDE,
    [
      [
        '  - organisation: westhaven-district-council\n    name: R. Hughes',
        '  - organisation: northmere-hospital-trust\n    name: R. Hughes',
      ],
    ],
    '- organisation: northmere-hospital-trust',
    '`northmere-hospital-trust` is not a party to this agreement; write one of: `northmere-city-council`, `westhaven-district-council`',
  );
});
