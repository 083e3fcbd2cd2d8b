/** Values of a coded field that say more, or less, of a person than the field does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { BADGES, DISCOUNTS, refuses, samplesWith, TAX, takes } from '../../support/changed-policies.ts';

const STATUS = 'sensitivity: ordinary, may be shown as: [in full, yes or no]}';
const STATUS_LINE = 'statusCode:                         {means: Whether the badg';

test('a value has what it says of itself, and otherwise what its field says', () => {
  const field = readPolicyFiles(samplesWith())
    .policies.datasets.get('council-tax-accounts')
    ?.fields.get('disregardType');
  assert.deepEqual(Object.fromEntries(field?.values ?? []), {
    SMI: { means: 'Severe mental impairment', sensitivity: 'special category', reveals: ['health'] },
    STU: { means: 'Full-time student', sensitivity: 'financial', reveals: [] },
    APP: { means: 'Apprentice', sensitivity: 'financial', reveals: [] },
  });
});

test('flags have values too', () => {
  takes(TAX, [
    'kind: yes or no, sensitivity: special category, reveals: [health]}',
    'kind: yes or no, sensitivity: special category, reveals: [health], values: {N: {means: No reduction, sensitivity: financial}}}',
  ]);
});

test('a value that the field cannot have suggests the nearest', () => {
  refuses(
    BADGES,
    [[STATUS, STATUS.replace('}', ', values: {ISUED: {means: Valid}}}')]],
    STATUS_LINE,
    '`ISUED` is not a value that this field can have; did you mean `ISSUED`?',
  );
});

test('only coded fields have values', () => {
  refuses(
    BADGES,
    [['kind: date, sensitivity: personal}', 'kind: date, sensitivity: personal, values: {a: {means: b}}}']],
    'applicationDate:                    {means: Day the applicat',
    'the kind `date` has no closed list of values; take `values` out, or write `kind: code`',
  );
});

test('a special category value says what it reveals', () => {
  refuses(
    BADGES,
    [[STATUS, STATUS.replace('}', ', values: {DELETED: {means: x, sensitivity: special category}}}')]],
    STATUS_LINE,
    'a special category value does not say what it reveals; add `reveals: [health]`',
  );
});

test('a field in full is judged by its most sensitive value, and in other words by what those still tell', () => {
  const never = '  they must never see: [disregardType, disabledReductionIndicator';
  const words = (line: string): readonly [string, string][] => [
    [never, '  they must never see: [disabledReductionIndicator'],
    ['they do not see: [disregardType, ', 'they do not see: ['],
    ['    - discountStartDate\n', `    - discountStartDate\n    - ${line}\n`],
  ];
  const reveals =
    'the agreed fields of `council-tax-accounts` reveal health, and this says that they reveal nothing; write `by inference` or `yes`, with `kinds` and a `condition`';
  const law = 'special category data: {present: none}';
  refuses(DISCOUNTS, words('disregardType'), law, reveals);
  refuses(
    DISCOUNTS,
    words('{field: disregardType, show: in other words, words: {SMI: ill}, anything else: other}'),
    law,
    reveals,
  );
  takes(
    DISCOUNTS,
    ...words('{field: disregardType, show: in other words, words: {STU: studies}, anything else: other}'),
  );
});

test('a condition on a field that is not shown is judged by what its values tell of every record', () => {
  const only = (values: string): [string, string] => [
    '  they must never see: [disregardType',
    `  only records where: {disregardType: ${values}}\n  they must never see: [disregardType`,
  ];
  refuses(
    DISCOUNTS,
    [only('[SMI]')],
    'special category data: {present: none}',
    'the agreed fields of `council-tax-accounts` reveal health, and this says that they reveal nothing; write `by inference` or `yes`, with `kinds` and a `condition`',
  );
  takes(DISCOUNTS, only('[STU, APP]'));
});
