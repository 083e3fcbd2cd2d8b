/** What an agreement says of special category and criminal offence data. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changedText,
  DISCHARGE,
  DISCOUNTS,
  KERBSIDE,
  mistakesIn,
  refuses,
  takes,
} from '../../support/changed-policies.ts';

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
    '`explicit consent` needs `consent record`; add `consent record:` and where explicit consent and its withdrawal are kept',
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

test('a condition of Article 9 that needs one of Schedule 1 names the one that fits', () => {
  for (const [condition, part, word, more] of [
    [
      'employment, social security and social protection',
      1,
      'employment, social security and social protection purposes',
      '',
    ],
    ['health or social care', 1, 'health or social care purposes', '\n    professional secrecy: the staff'],
    ['public health', 1, 'public health purposes', ''],
    [
      'archiving, research or statistics',
      1,
      'research purposes',
      '\n    safeguards: no decision about anybody',
    ],
  ] as const) {
    refuses(
      KERBSIDE,
      [['condition: substantial public interest', `condition: ${condition}${more}`]],
      `condition: ${condition}`,
      `\`${condition}\` needs a condition of DPA 2018 Schedule 1, Part ${part}; add \`schedule 1 condition:\` \`${word}\``,
    );
  }
});

test('health or social care names who owes professional secrecy', () => {
  refuses(
    DISCHARGE,
    [
      [
        '    professional secrecy: Social workers and occupational therapists are registered professionals with a duty of confidence.\n',
        '',
      ],
    ],
    'condition: health or social care',
    '`health or social care` needs `professional secrecy`; add `professional secrecy:` and who owes it (Data Protection Act 2018, section 11)',
  );
});

test('research names its safeguards', () => {
  refuses(
    KERBSIDE,
    [
      ['condition: substantial public interest', 'condition: archiving, research or statistics'],
      ['schedule 1 condition: statutory and government purposes', 'schedule 1 condition: research purposes'],
    ],
    'condition: archiving',
    '`archiving, research or statistics` needs `safeguards`; add `safeguards:` and those of UK GDPR Articles 84B to 84D',
  );
});

test('employment and social protection have a policy document', () => {
  refuses(
    KERBSIDE,
    [
      [
        'condition: substantial public interest',
        'condition: employment, social security and social protection',
      ],
      [
        'schedule 1 condition: statutory and government purposes',
        'schedule 1 condition: employment, social security and social protection purposes',
      ],
      ['    appropriate policy document: APD-07\n', ''],
    ],
    'condition: employment',
    '`employment, social security and social protection` needs an appropriate policy document; add `appropriate policy document:`',
  );
});

test('a condition for criminal offence data that needs a policy document has one', () => {
  refuses(
    KERBSIDE,
    [['    present: none\n', '    present: yes\n    condition: preventing fraud\n']],
    'condition: preventing fraud',
    '`preventing fraud` needs an appropriate policy document; add `appropriate policy document:`',
  );
});

test('a condition of Schedule 1, Part 3 is for criminal offence data only', () => {
  takes(KERBSIDE, ['    present: none\n', '    present: yes\n    condition: judicial acts\n']);
  const text = changedText(KERBSIDE, [
    'schedule 1 condition: statutory and government purposes',
    'schedule 1 condition: judicial acts',
  ]);
  assert.match(mistakesIn(KERBSIDE, text)[0]?.what ?? '', /`judicial acts` is not a word/);
});

test("what is nobody's data has ordinary fields only", () => {
  refuses(
    DISCOUNTS,
    [['regime: UK GDPR', 'regime: not personal data']],
    'regime: not personal data',
    "`accountReference` is identifying data, and this says that nobody's data is shared; write `UK GDPR`, or take the field out",
  );
});
