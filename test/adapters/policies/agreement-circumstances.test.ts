/** Hours, place, training, emergency and the opt-out as an agreement writes them, and what the loader says of mistakes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import type { Agreement } from '../../../src/domain/agreement.ts';
import {
  type Change,
  changedText,
  DISCHARGE,
  KERBSIDE,
  policyFile,
  refuses,
  samplesWith,
  takes,
  WESTHAVEN,
} from '../../support/changed-policies.ts';

const WHEN = 'when: at any time';
const CLAIMS: Change = [
  '  role names:',
  '  evidence claims: {country: ctry, training: training_valid_until}\n  role names:',
];

/** The agreement after changes, where its consumer names evidence claims. */
function loaded(...changes: readonly Change[]): { agreement: Agreement | undefined; said: string[] } {
  const files = samplesWith().filter(({ folder, name }) => `${folder}/${name}` !== WESTHAVEN);
  const { policies, mistakes } = readPolicyFiles([
    ...files,
    policyFile(WESTHAVEN, changedText(WESTHAVEN, CLAIMS)),
    policyFile(KERBSIDE, changedText(KERBSIDE, ...changes)),
  ]);
  return { agreement: policies.agreements[0], said: mistakes.map(({ what, write }) => `${what}; ${write}`) };
}

test('hours are read, and at any time is no hours', () => {
  const { agreement } = loaded([WHEN, 'when: Monday to Friday, 08:00 to 18:00']);
  assert.deepEqual(agreement?.hours, {
    words: 'Monday to Friday, 08:00 to 18:00',
    days: [1, 2, 3, 4, 5],
    fromMinute: 480,
    toMinute: 1080,
  });
  assert.equal(loaded().agreement?.hours, undefined);
  assert.equal(loaded([`  ${WHEN}\n`, '']).agreement?.hours, undefined);
});

test('hours that cannot be read are refused with what to write', () => {
  refuses(
    KERBSIDE,
    [[WHEN, 'when: in office hours']],
    'when: in office hours',
    '`in office hours` does not say days and hours; write such as `every day, 07:00 to 23:00`, `Monday to Friday, 08:00 to 18:00` or `at any time`',
  );
});

test('a place is shown by a claim, by networks, or only reported', () => {
  const place = (words: string) => loaded([WHEN, `from: ${words}`]).agreement?.place;
  assert.deepEqual(place('{place: United Kingdom, shown by: {claim: country, is: [GB]}}'), {
    place: 'United Kingdom',
    shownBy: { kind: 'claim', claim: 'country', is: ['GB'] },
  });
  assert.deepEqual(place('{place: our offices, shown by: {networks: [192.0.2.0/24]}}')?.shownBy, {
    kind: 'networks',
    networks: [{ words: '192.0.2.0/24', version: 4, address: 3221225984n, prefix: 24 }],
  });
  assert.deepEqual(place('{place: United Kingdom, reported: Westhaven confirms it each April.}')?.shownBy, {
    kind: 'reported',
  });
});

test('a place whose evidence is not named, or is named wrongly, is refused', () => {
  const said = (words: string) => loaded([WHEN, `from: ${words}`]).said;
  assert.deepEqual(said('United Kingdom'), [
    'nothing says how the place is shown; write `{place: United Kingdom, shown by: {claim: …, is: […]}}`, `shown by: {networks: […]}` or `reported: …`',
  ]);
  const either = ['a place is either shown or reported; give `shown by:` or `reported:`'];
  assert.deepEqual(said('{place: UK}'), either);
  assert.deepEqual(said('{place: UK, shown by: {networks: [192.0.2.0/24]}, reported: yes}'), either);
  const one = [
    'a place is shown by a claim or by networks; write `{claim: …, is: […]}` or `{networks: […]}`',
  ];
  for (const shown of [
    '{}',
    '{claim: country}',
    '{is: [GB]}',
    '{claim: country, is: [GB], networks: [192.0.2.0/24]}',
  ])
    assert.deepEqual(said(`{place: UK, shown by: ${shown}}`), one, shown);
  assert.deepEqual(said('{place: UK, shown by: {claim: contry, is: [GB]}}'), [
    '`contry` is not among the `evidence claims` of `westhaven-district-council`; did you mean `country`?',
  ]);
  assert.deepEqual(said('{place: UK, shown by: {networks: [192.0.2.1/24]}}'), [
    '`192.0.2.1/24` is not a network; write an address and the length of its prefix, such as `192.0.2.0/24`, with no bits set behind the prefix',
  ]);
});

test('an organisation that names no evidence claims cannot show a place by one', () => {
  refuses(
    KERBSIDE,
    [[WHEN, 'from: {place: UK, shown by: {claim: country, is: [GB]}}']],
    'from:',
    '`country` is not among the `evidence claims` of `westhaven-district-council`; add `evidence claims:` to the sign in of that organisation',
  );
});

test('training in date is shown by a claim, or only reported', () => {
  const training = (words: string) => loaded([WHEN, `training in date: ${words}`]);
  assert.deepEqual(training('{shown by: {claim: training}}').agreement?.training, {
    shownBy: { kind: 'claim', claim: 'training' },
  });
  assert.deepEqual(training('{reported: yearly}').agreement?.training, { shownBy: { kind: 'reported' } });
  assert.deepEqual(training('yes').said, [
    'nothing says how the training is shown; write `{shown by: {claim: …}}` or `{reported: …}`',
  ]);
  assert.deepEqual(training('{}').said, [
    'training is either shown or reported; give `shown by:` or `reported:`',
  ]);
});

test("a person's consent reference may be asked for", () => {
  const given = "must give: [reason, case reference, person's consent reference]";
  const { agreement } = loaded(['must give: [reason, case reference]', given]);
  assert.deepEqual(agreement?.mustGive, { reason: true, caseReference: true, consentReference: true });
});

const EMERGENCY =
  'emergency access: {allowed for: [immediate risk to life], who may use it: [parking supervisor], widens: [reasons allowed], never widens: [they may see], reviewed by: caldicott guardian, reviewed within: 1 working day}';

test('emergency access is read whole, and an agreement that has it loads', () => {
  takes(KERBSIDE, ['emergency access: not allowed', EMERGENCY]);
  const { agreement } = loaded(['emergency access: not allowed', EMERGENCY]);
  assert.deepEqual(agreement?.emergency, {
    allowedFor: ['immediate risk to life'],
    roles: ['parking supervisor'],
    widens: ['reasons allowed'],
    neverWidens: ['they may see'],
    reviewedBy: 'caldicott guardian',
    reviewedWithin: '1 working day',
  });
  assert.equal(loaded().agreement?.emergency, undefined);
});

test('an emergency is for roles of the consumer, and never shows other fields', () => {
  const said = (find: string, write: string) =>
    loaded(['emergency access: not allowed', EMERGENCY.replace(find, write)]).said;
  assert.deepEqual(said('[parking supervisor]', '[parking supervisors]'), [
    '`parking supervisors` is not among the role names of `westhaven-district-council`; did you mean `parking supervisor`?',
  ]);
  const never = ['an emergency cannot widen `they may see`; take it out: no emergency shows other fields'];
  assert.deepEqual(said('widens: [reasons allowed]', 'widens: [they may see]'), never);
});

test('the national data opt-out applies where the file says so', () => {
  const opted: Change = ['national data opt-out: does not apply', 'national data opt-out: applies'];
  takes(DISCHARGE, opted);
  assert.equal(loaded(opted).agreement?.optOutApplies, true);
  assert.equal(loaded().agreement?.optOutApplies, false);
});
