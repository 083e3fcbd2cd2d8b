/** What an agreement file may say of the law. */
import { test } from 'node:test';
import { KERBSIDE, refuses, takes } from '../../support/changed-policies.ts';

test('a lawful basis is one of Article 6', () => {
  refuses(
    KERBSIDE,
    [['    shared by: public task', '    shared by: public taks']],
    'shared by: public taks',
    '`public taks` is not a word that `shared by` knows; did you mean `public task`?',
  );
});

test('a condition is one of Article 9', () => {
  refuses(
    KERBSIDE,
    [['condition: substantial public interest', 'condition: substantial publik interest']],
    'condition: substantial publik interest',
    '`substantial publik interest` is not a word that `condition` knows; did you mean `substantial public interest`?',
  );
});

test('a Schedule 1 condition is one of the schedule', () => {
  refuses(
    KERBSIDE,
    [['schedule 1 condition: statutory and government purposes', 'schedule 1 condition: governing']],
    'schedule 1 condition: governing',
    '`governing` is not a word that `schedule 1 condition` knows; write one of: `employment, social security and social protection purposes`, `health or social care purposes`, `public health purposes`, `research purposes`, `statutory and government purposes`, `administration of justice and parliamentary purposes`, `equality of opportunity or treatment`, `racial and ethnic diversity at senior levels`, `preventing or detecting unlawful acts`, `protecting the public`, `regulatory requirements`, `journalism, academia, art and literature`, …',
  );
});

test('passing on is refused or named', () => {
  refuses(
    KERBSIDE,
    [['passing it on: not allowed', 'passing it on: anybody']],
    'passing it on: anybody',
    'this does not say to whom it may be passed on; write `not allowed`, or `only to …`',
  );
});

test('a compatible purpose is one of Annex 2, or was assessed', () => {
  takes(KERBSIDE, [
    '  duty of confidence: not owed',
    '  duty of confidence: not owed\n  compatible purpose: taxation',
  ]);
  takes(KERBSIDE, [
    '  duty of confidence: not owed',
    '  duty of confidence: not owed\n  compatible purpose: {assessed: CP-2026-3}',
  ]);
  refuses(
    KERBSIDE,
    [['  duty of confidence: not owed', '  duty of confidence: not owed\n  compatible purpose: taxaton']],
    'compatible purpose: taxaton',
    '`taxaton` is not a word that `compatible purpose` knows; did you mean `taxation`?',
  );
});

test('how long the log keeps entries is a whole number of years or months', () => {
  const keep = (words: string): [string, string] => [
    '  passing it on: not allowed',
    `  keep entries for: ${words}\n  passing it on: not allowed`,
  ];
  takes(KERBSIDE, keep('6 years'));
  takes(KERBSIDE, keep('18 months'));
  for (const words of ['six years', '0 years', '6 weeks', 'for ever'])
    refuses(
      KERBSIDE,
      [keep(words)],
      `keep entries for: ${words}`,
      `\`${words}\` cannot stand at \`keep entries for\`; write a whole number of years or months, such as \`6 years\``,
    );
});
