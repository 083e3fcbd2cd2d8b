/** How an agreement shows its fields. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import type { Show } from '../../../src/encoding/show.ts';
import {
  type Change,
  changedText,
  DISCHARGE,
  KERBSIDE,
  policyFile,
  refuses,
  SCHOOL,
  samplesWith,
} from '../../support/changed-policies.ts';

const TAX_BASE = 'agreements/DSA-2026-033-v1-council-tax-base.yaml';
const WORDS = '      words: {eligible: yes, queuedForProcessing: not yet}\n      anything else: no\n';
const LINE = '- field: data.status';
const BORN = '    - birthDate\n';
const BANDS = '      bands: [0, 20000, 50000, 100000]\n';

/** How a sample agreement shows a field after changes. */
function shown(file: string, name: string, ...changes: readonly Change[]): Show | undefined {
  const { policies, mistakes } = readPolicyFiles([
    ...samplesWith(),
    policyFile(file, changedText(file, ...changes)),
  ]);
  assert.deepEqual(mistakes, []);
  return policies.agreements[0]?.fields.find(({ field }) => field.name === name)?.show;
}

const born = (line: string): Change => [BORN, `    - ${line}\n`];

test('a field without a word of how it is shown is shown in full', () => {
  assert.deepEqual(shown(DISCHARGE, 'birthDate'), { as: 'in full' });
});

test('an age band has the bands that the agreement names, or the usual ones', () => {
  assert.deepEqual(shown(DISCHARGE, 'birthDate', born('{field: birthDate, show: age band}')), {
    as: 'age band',
    bands: [0, 16, 18, 25, 65],
  });
  assert.deepEqual(
    shown(DISCHARGE, 'birthDate', born('{field: birthDate, show: age band, bands: [18, 75]}')),
    { as: 'age band', bands: [18, 75] },
  );
  assert.deepEqual(shown(DISCHARGE, 'birthDate', born('{field: birthDate, show: over 18}')), {
    as: 'over 18',
  });
});

test('amounts have the bands that the agreement names, and accounts a code to match by', () => {
  assert.deepEqual(shown(TAX_BASE, 'discountAmountPence'), {
    as: 'band',
    bands: [0, 20_000, 50_000, 100_000],
  });
  assert.deepEqual(shown(TAX_BASE, 'accountReference'), { as: 'matching code' });
});

test('other words stand for the values that they are given for, and for anything else', () => {
  assert.deepEqual(shown(SCHOOL, 'data.status'), {
    as: 'in other words',
    words: new Map([
      ['eligible', 'yes'],
      ['queuedForProcessing', 'not yet'],
    ]),
    anythingElse: 'no',
  });
});

test('words may be values of the field, where those values are shown so too', () => {
  const merged = WORDS.replace('eligible: yes', 'eligible: eligible, parentNotFound: notEligible');
  const show = shown(SCHOOL, 'data.status', [WORDS, merged.replace('else: no', 'else: notEligible')]);
  assert.equal(show?.as === 'in other words' && show.words.get('parentNotFound'), 'notEligible');
});

test('a way of showing that the dataset does not allow is refused', () => {
  refuses(
    KERBSIDE,
    [['show: initials', 'show: year']],
    'show: year',
    '`party.person.badgeHolderName` may not be shown as `year`; write `show: in full` or `show: initials`',
  );
});

test('a field whose dataset allows no full value must say how it is shown', () => {
  refuses(
    SCHOOL,
    [[`    ${LINE}\n      show: in other words\n${WORDS}`, `    ${LINE}\n`]],
    LINE,
    '`data.status` may not be shown as `in full`; write `show: yes or no` or `show: in other words`',
  );
});

test('yes means values that the field can have', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - {field: statusCode, show: yes or no, yes when: [ISSUED, LIVE]}']],
    '- {field: statusCode, show: yes or no, yes when: [ISSUED, LI',
    '`LIVE` is not a value that `statusCode` can have; see `statusCode` in the dataset',
  );
});

test('one value cannot mean yes and not yet', () => {
  refuses(
    KERBSIDE,
    [
      [
        '    - statusCode',
        '    - {field: statusCode, show: yes or no, yes when: [ISSUED], not yet when: [ISSUED]}',
      ],
    ],
    '- {field: statusCode, show: yes or no, yes when: [ISSUED], n',
    '`ISSUED` stands twice in the lists of values; keep it in one of the two lists',
  );
});

test('only yes or no has values that mean yes', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - {field: statusCode, yes when: [ISSUED], not yet when: [ORDERED]}']],
    '- {field: statusCode, yes when: [ISSUED], not yet when: [ORDERED]}',
    '`yes when` and `not yet when` go with `show: yes or no` only; write `show: yes or no`',
  );
});

test('only other words have words, and only bands have bands', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - {field: statusCode, show: yes or no, words: {ISSUED: valid}}']],
    '- {field: statusCode, show: yes or no, words: {ISSUED: valid}}',
    '`words` goes with `show: in other words` only; write `show: in other words`',
  );
  refuses(
    DISCHARGE,
    [born('{field: birthDate, show: year, bands: [18]}')],
    '- {field: birthDate, show: year, bands: [18]}',
    '`bands` goes with `show: age band` or `show: band` only; write `show: age band` or `show: band`',
  );
});

test('other words say which', () => {
  refuses(
    SCHOOL,
    [[WORDS, '']],
    LINE,
    'nothing says in which words; add `words:`, such as `{ISSUED: valid}`',
  );
});

test('other words forget no value of a closed list', () => {
  refuses(
    SCHOOL,
    [
      [
        WORDS,
        '      words: {eligible: yes, queuedForProcessing: not yet, notEligible: no, notFound: no, deleted: no}\n',
      ],
    ],
    LINE,
    'nothing says how `data.status` is shown when it is `parentNotFound` or `error`; add it to `words`, or add `anything else:`',
  );
});

test('other words are for values that the field can have', () => {
  refuses(
    SCHOOL,
    [['{eligible: yes,', '{eligible: yes, entitled: yes,']],
    LINE,
    '`entitled` is not a value that `data.status` can have; see `data.status` in the dataset',
  );
});

test('no value is given out as another', () => {
  refuses(
    SCHOOL,
    [['{eligible: yes,', '{eligible: notEligible,']],
    LINE,
    '`eligible` would be shown as `notEligible`, which is another value of `data.status`; write a word that is not one of its values',
  );
  refuses(
    SCHOOL,
    [['anything else: no', 'anything else: eligible']],
    LINE,
    '`anything else` would be shown as `eligible`, which is another value of `data.status`; write a word that is not one of its values',
  );
});

test('a word stands on one line', () => {
  refuses(
    SCHOOL,
    [['{eligible: yes,', '{eligible: "yes\\nno",']],
    'words: {eligible: "yes',
    '`yes\nno` cannot stand at `eligible`; write at most 100 characters on one line',
  );
});

test('bands of amounts are named', () => {
  refuses(
    TAX_BASE,
    [[BANDS, '']],
    '- field: discountAmountPence',
    'nothing says which bands there are; add `bands:` and where each band begins, such as `[0, 10000, 50000]`',
  );
});

test('bands rise', () => {
  refuses(
    TAX_BASE,
    [[BANDS, '      bands: [0, 50000, 20000]\n']],
    '- field: discountAmountPence',
    'the bands do not rise; write where each band begins, the lowest first',
  );
});

test('bands are few', () => {
  const many = Array.from({ length: 21 }, (_, place) => place * 1000).join(', ');
  refuses(
    TAX_BASE,
    [[BANDS, `      bands: [${many}]\n`]],
    '- field: discountAmountPence',
    'more than 20 bands tell nearly as much as the value; write fewer',
  );
});

test('bands of ages are ages', () => {
  refuses(
    DISCHARGE,
    [born('{field: birthDate, show: age band, bands: [1951]}')],
    '- {field: birthDate, show: age band, bands: [1951]}',
    'an age is between 0 and 150 years; write ages in whole years',
  );
});
