/** One request tried: the same judge as in the gateway. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agreement } from '../../../src/domain/agreement.ts';
import { readHours } from '../../../src/domain/hours.ts';
import { type RefusalCode, reasonInWords } from '../../../src/domain/reason.ts';
import {
  circumstancesOfExample,
  fittingCircumstances,
} from '../../../src/governance/explaining/circumstances.ts';
import {
  judgeTried,
  sampleLookups,
  sampleReference,
  type TriedRequest,
} from '../../../src/governance/trying/tried-request.ts';
import { NOON, sampleAgreement, sampleDataset, samplePolicies } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');
const REQUEST: TriedRequest = {
  role: 'civil enforcement officer',
  operation: 'look up one badge',
  using: new Map([['badge number', 'ZZ9Z01']]),
  reason: 'badge on display',
  caseReference: 'PCN-0001',
};

function judged(request: Partial<TriedRequest> = {}, agreement = KERBSIDE) {
  const around = fittingCircumstances(agreement, agreement.systems[0] ?? '', NOON);
  const decision = judgeTried({ ...REQUEST, ...request }, around, agreement, samplePolicies);
  return decision.effect === 'permit' ? 'permit' : decision.code;
}

test('the request of the agreement is permitted, and each thing that does not fit is refused for that', () => {
  assert.equal(judged(), 'permit');
  assert.equal(judged({ role: 'social worker' }), 'role-not-agreed');
  assert.equal(judged({ operation: 'search for badges' }), 'operation-not-agreed');
  assert.equal(judged({ operation: 'no such thing' }), 'operation-not-agreed');
  assert.equal(judged({ using: new Map() }), 'lookup-missing');
  assert.equal(judged({ using: new Map([['badge number', '!']]) }), 'lookup-invalid');
  assert.equal(judged({ reason: 'curiosity' }), 'reason-not-agreed');
  assert.equal(judged({ caseReference: undefined }), 'case-reference-missing');
});

test('a draft is judged as if it were signed', () => {
  assert.equal(judged({}, { ...KERBSIDE, signedByBoth: false }), 'permit');
});

test('what an example cannot write comes from the reason that it expects, and the agreement still has its say', () => {
  const strict: Agreement = {
    ...KERBSIDE,
    hours: readHours('every day, 07:00 to 23:00'),
    place: { place: 'England', shownBy: { kind: 'claim', claim: 'place', is: ['england'] } },
    training: { shownBy: { kind: 'claim', claim: 'trained until' } },
    mustGive: { ...KERBSIDE.mustGive, consentReference: true },
  };
  const refused = (expected: RefusalCode, agreement = strict): string => {
    const around = circumstancesOfExample(agreement, NOON, expected);
    const decision = judgeTried(REQUEST, around, agreement, samplePolicies);
    return decision.effect === 'permit' ? 'permit' : decision.code;
  };
  for (const code of [
    'purpose-missing',
    'purpose-not-agreed',
    'system-not-agreed',
    'person-missing',
    'second-factor-missing',
    'place-not-agreed',
    'training-out-of-date',
    'outside-hours',
    'consent-reference-missing',
    'emergency-not-allowed',
  ] as const)
    assert.equal(refused(code), code, reasonInWords(code));
  assert.equal(refused('second-factor-missing', { ...strict, secondFactor: false }), 'permit');
  assert.equal(refused('training-out-of-date', { ...strict, training: undefined }), 'permit');
});

test('samples fill what an operation cannot be asked without, and a bound reference is bound', () => {
  const search = sampleAgreement('DSA-2026-015');
  const badges = sampleDataset('blue-badges');
  const named = sampleLookups(
    search,
    badges,
    badges.operations.get('search for badges')!,
    'westhaven-parking-app',
  );
  assert.deepEqual([...named.keys()], ['name', 'postcode']);
  const school = sampleAgreement('DSA-2026-041');
  const meals = sampleDataset('school-meals-checks');
  const samples = sampleLookups(
    school,
    meals,
    meals.operations.get('see how a check stands')!,
    'hillcrest-school-office',
  );
  assert.deepEqual([...samples], [['check reference', sampleReference(school, 'hillcrest-school-office')]]);
  assert.equal(
    judged(
      {
        role: 'school administrator',
        operation: 'see how a check stands',
        using: samples,
        reason: 'yearly review',
      },
      school,
    ),
    'permit',
  );
});
