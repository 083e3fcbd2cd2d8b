/** What an agreement must say about the law to be whole. */
import { test } from 'node:test';
import type { Change } from '../../support/changed-policies.ts';
import { DISCHARGE, DISCOUNTS, KERBSIDE, refuses, takes } from '../../support/changed-policies.ts';

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
    'format: data-sharing-agreement/1',
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

test('a two-way protocol names what joins its two files', () => {
  refuses(
    KERBSIDE,
    [
      [
        'relationship: separate controllers',
        'relationship: separate controllers\n  document kind: two-way protocol',
      ],
    ],
    'document kind: two-way protocol',
    'a `two-way protocol` is two files, and nothing says what joins them; add `part of:` with the same words in both files',
  );
});

test('a joint controller arrangement is between joint controllers', () => {
  refuses(
    KERBSIDE,
    [
      [
        'relationship: separate controllers',
        'relationship: separate controllers\n  document kind: joint controller arrangement',
      ],
    ],
    'document kind: joint controller arrangement',
    'a `joint controller arrangement` is not between separate controllers; write `relationship: joint controllers`',
  );
});

test('what is stored abroad names a safeguard for the country', () => {
  refuses(
    KERBSIDE,
    [['stored in: United Kingdom', 'stored in: Ireland']],
    'stored in: Ireland',
    '`Ireland` is not in the United Kingdom, and no safeguard is named; add `transfers:` with each country and its safeguard, or write `United Kingdom`',
  );
  takes(KERBSIDE, [
    'stored in: United Kingdom',
    'stored in: Ireland\n  transfers: [{country: Ireland, safeguard: adequacy regulations}]',
  ]);
});

test('a safeguard for a transfer has the record that it needs', () => {
  refuses(
    KERBSIDE,
    [
      [
        'stored in: United Kingdom',
        'stored in: Utopia\n  transfers: [{country: Utopia, safeguard: international data transfer agreement}]',
      ],
    ],
    'safeguard: international data transfer agreement',
    '`international data transfer agreement` needs `data protection test`; add `data protection test:` and where its record is kept',
  );
});

test('a transfer by an exception says why', () => {
  refuses(
    KERBSIDE,
    [
      [
        'stored in: United Kingdom',
        'stored in: Utopia\n  transfers: [{country: Utopia, safeguard: exception for a specific situation}]',
      ],
    ],
    'safeguard: exception',
    '`exception for a specific situation` needs `because`; add `because:` and why the exception fits',
  );
});

test('while an assessment is under way data of children cannot flow, and nobody else is held up', () => {
  const underWay: Change = ['dpia: completed', 'dpia: under way'];
  refuses(
    DISCOUNTS,
    [underWay, ['children: not included', 'children: may be included']],
    'dpia: under way',
    'data of children or of a special category cannot flow before the assessment is done; write `completed` once it is, or take the signatures out',
  );
  takes(DISCOUNTS, underWay);
});
