/** What an agreement must say about the law to be whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  changedText,
  DISCHARGE,
  DISCOUNTS,
  KERBSIDE,
  mistakesIn,
  policyFile,
  refuses,
  samplesWith,
  takes,
  WESTHAVEN,
} from '../../support/changed-policies.ts';

test('outside its public tasks a public authority may rely on Article 6(1)(f), with an assessment', () => {
  takes(KERBSIDE, [
    '    shared by: public task',
    '    shared by: {basis: legitimate interests, outside our public tasks: land that the council lets, assessment reference: LIA-1}',
  ]);
});

test('a party that is no public authority may rely on a recognised legitimate interest', () => {
  const basis = '    shared with: {basis: recognised legitimate interest, condition: crime}';
  const company = policyFile(
    WESTHAVEN,
    changedText(WESTHAVEN, ['public authority: true', 'public authority: false']),
  );
  const files = samplesWith().map((file) => (file.name === company.name ? company : file));
  const agreement = policyFile(KERBSIDE, changedText(KERBSIDE, ['    shared with: public task', basis]));
  assert.deepEqual(readPolicyFiles([...files, agreement]).mistakes, []);
});

test('without a power no party can rely on a public task or a legal obligation', () => {
  const powers =
    "  powers:\n    - Chronically Sick and Disabled Persons Act 1970, section 21\n    - Disabled Persons' Parking Badges Act 2013\n    - Traffic Management Act 2004, Part 6\n";
  const text = changedText(
    KERBSIDE,
    [powers, ''],
    ['    shared with: public task', '    shared with: legal obligation'],
  );
  assert.deepEqual(
    mistakesIn(KERBSIDE, text).map(({ what }) => what),
    ['`public task` needs a power or duty in law', '`legal obligation` needs a power or duty in law'],
  );
});

test('a public authority cannot rely on a recognised legitimate interest for its tasks', () => {
  refuses(
    KERBSIDE,
    [['    shared by: public task', '    shared by: recognised legitimate interest']],
    'shared by: recognised legitimate interest',
    'a public authority cannot rely on `recognised legitimate interest` for its tasks (Data (Use and Access) Act 2025, section 70); write `public task`, or `outside our public tasks:` and the reason',
  );
});

test('a public authority cannot rely on legitimate interests for its tasks', () => {
  refuses(
    KERBSIDE,
    [['    shared with: public task', '    shared with: legitimate interests']],
    'shared with: legitimate interests',
    'a public authority cannot rely on `legitimate interests` for its tasks (Data (Use and Access) Act 2025, section 70); write `public task`, or `outside our public tasks:` and the reason',
  );
});

test('a recognised legitimate interest names its condition', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    shared by: public task',
        '    shared by: {basis: recognised legitimate interest, outside our public tasks: land}',
      ],
    ],
    'shared by: {basis: recognised legitimate interest, outside o',
    '`recognised legitimate interest` needs `condition`; add `condition:` and one of Annex 1',
  );
});

test('Annex 1 paragraph 1 needs the written request', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    shared by: public task',
        '    shared by: {basis: recognised legitimate interest, condition: public task disclosure request, outside our public tasks: land}',
      ],
    ],
    'shared by: {basis: recognised legitimate interest, condition',
    '`recognised legitimate interest` needs `request reference`; add `request reference:` and the written request that states the public task',
  );
});

test('legitimate interests need an assessment', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    shared by: public task',
        '    shared by: {basis: legitimate interests, outside our public tasks: land}',
      ],
    ],
    'shared by: {basis: legitimate interests, outside our public ',
    '`legitimate interests` needs `assessment reference`; add `assessment reference:`',
  );
});

test('consent needs a record', () => {
  refuses(
    KERBSIDE,
    [['    shared with: public task', '    shared with: consent']],
    'shared with: consent',
    '`consent` needs `consent record`; add `consent record:` and where consent and its withdrawal are kept',
  );
});

test('a dataset whose list reveals health cannot be shared as revealing nothing', () => {
  refuses(
    KERBSIDE,
    [
      [
        'present: by inference\n    kinds: [health]\n    explanation: Holding a badge suggests a disability, even though the reason is not shared.\n    condition: substantial public interest\n    schedule 1 condition: statutory and government purposes\n    appropriate policy document: APD-07',
        'present: none',
      ],
    ],
    'present: none',
    'the agreed fields of `blue-badges` reveal health, and this says that they reveal nothing; write `by inference` or `yes`, with `kinds` and a `condition`',
  );
});

test('a special category field cannot be shared as revealing nothing', () => {
  refuses(
    DISCOUNTS,
    [
      ['    - discountType\n', '    - discountType\n    - disregardType\n'],
      ['they must never see: [disregardType, ', 'they must never see: ['],
      ['they do not see: [disregardType, ', 'they do not see: ['],
    ],
    'special category data: {present: none}',
    'the agreed fields of `council-tax-accounts` reveal health, and this says that they reveal nothing; write `by inference` or `yes`, with `kinds` and a `condition`',
  );
});

test('the kinds name what is revealed', () => {
  refuses(
    KERBSIDE,
    [['kinds: [health]', 'kinds: [genetic]']],
    'present: by inference',
    'the agreed fields of `blue-badges` reveal health, which `kinds` does not name; add `health` to `kinds`',
  );
});

test('special category data has kinds', () => {
  refuses(
    KERBSIDE,
    [['    kinds: [health]\n', '']],
    'present: by inference',
    '`kinds` is missing; add `kinds:` such as `[health]`',
  );
});

test('special category data has a condition', () => {
  refuses(
    KERBSIDE,
    [['    condition: substantial public interest\n', '']],
    'present: by inference',
    'special category data needs a condition (UK GDPR Article 9(2)); add `condition:`',
  );
});

test('substantial public interest names its condition in Schedule 1', () => {
  refuses(
    KERBSIDE,
    [['    schedule 1 condition: statutory and government purposes\n', '']],
    'condition: substantial public interest',
    '`substantial public interest` needs a condition of DPA 2018 Schedule 1, Part 2; add `schedule 1 condition:` such as `statutory and government purposes`',
  );
});

test('substantial public interest has a policy document', () => {
  refuses(
    KERBSIDE,
    [['    appropriate policy document: APD-07\n', '']],
    'condition: substantial public interest',
    '`substantial public interest` needs an appropriate policy document; add `appropriate policy document:`',
  );
});

test('explicit consent needs a record', () => {
  refuses(
    KERBSIDE,
    [['condition: substantial public interest', 'condition: explicit consent']],
    'condition: explicit consent',
    '`explicit consent` needs a record; add `consent record:`',
  );
});

test('criminal offence data has a condition', () => {
  refuses(
    KERBSIDE,
    [['    present: none\n', '    present: yes\n']],
    'present: yes',
    'criminal offence data needs a condition (UK GDPR Article 10); add `condition:`',
  );
});

test('section 251 support has a reference', () => {
  refuses(
    KERBSIDE,
    [['duty of confidence: not owed', 'duty of confidence: section 251 support']],
    'duty of confidence: section 251 support',
    '`section 251 support` needs the reference of the support; write `{satisfied: section 251 support, reference: …}`',
  );
});

test('an overriding public interest has somebody who decided', () => {
  refuses(
    KERBSIDE,
    [['duty of confidence: not owed', 'duty of confidence: overriding public interest']],
    'duty of confidence: overriding public interest',
    '`overriding public interest` needs the name of who decided; write `{satisfied: overriding public interest, decided by: …}`',
  );
});

test('joint controllers have an arrangement', () => {
  refuses(
    KERBSIDE,
    [['relationship: separate controllers', 'relationship: joint controllers']],
    'relationship: joint controllers',
    '`joint controllers` need a published arrangement; add `joint arrangement:` and its address',
  );
});

test('a processor has a contract', () => {
  refuses(
    DISCHARGE,
    [['relationship: separate controllers', 'relationship: controller and processor']],
    'relationship: controller and processor',
    '`controller and processor` need a contract; add `processors:` with the contract',
  );
});

test('a completed assessment has a reference', () => {
  refuses(
    KERBSIDE,
    [['  dpia reference: DPIA-2025-118\n', '']],
    'dpia: completed',
    'a completed assessment has a reference and a date; add `dpia reference:` and `dpia date:`',
  );
});

test('an assessment that is not needed has a reason', () => {
  refuses(
    KERBSIDE,
    [['dpia: completed', 'dpia: not needed']],
    'dpia: not needed',
    'nothing says why an assessment is not needed; add `reason:`',
  );
});

test('special category data cannot flow while the assessment is under way', () => {
  refuses(
    KERBSIDE,
    [['dpia: completed', 'dpia: under way']],
    'dpia: under way',
    'data of children or of a special category cannot flow before the assessment is done; write `completed` once it is, or take the signatures out',
  );
});

test('a high risk needs the regulator', () => {
  refuses(
    KERBSIDE,
    [['remaining risk: low', 'remaining risk: high']],
    'remaining risk: high',
    'a high remaining risk needs the regulator to be consulted (UK GDPR Article 36); add `consultation reference:`',
  );
});

test('an opt-out that does not apply has a reason', () => {
  refuses(
    KERBSIDE,
    [['  reason: The records are not confidential patient information.\n', '']],
    'national data opt-out: does not apply',
    'nothing says why the national data opt-out does not apply; add `reason:`',
  );
});

test('health data has the section on care', () => {
  refuses(
    KERBSIDE,
    [
      [
        'health and care:\n  caldicott guardian approval: not needed\n  national data opt-out: does not apply\n  reason: The records are not confidential patient information.\n',
        '',
      ],
    ],
    '# Data sharing agreement. Read it aloud: every line should m',
    'data that reveals health needs the section `health and care`; add `health and care:`',
  );
});

test('a breach is told within 72 hours', () => {
  refuses(
    KERBSIDE,
    [['within: 24 hours', 'within: 96 hours']],
    'tell the other party of a breach within: 96 hours',
    'this is not a time of at most 72 hours; write a number and a unit, such as `24 hours`',
  );
});
