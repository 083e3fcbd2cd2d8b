/** The fields of a dataset file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { BADGES, refuses, samplesWith, TAX, takes } from '../../support/changed-policies.ts';

const { datasets } = readPolicyFiles(samplesWith()).policies;

test('a field that says nothing of how it is shown may be shown in full, and one never shared in no way', () => {
  const fields = datasets.get('blue-badges')?.fields;
  assert.deepEqual(fields?.get('badgeNumber')?.mayBeShownAs, ['in full']);
  assert.deepEqual(fields?.get('imageLink')?.mayBeShownAs, []);
});

test('a field may be shown as its dataset says', () => {
  const dob = datasets.get('blue-badges')?.fields.get('party.person.dob');
  assert.deepEqual(dob?.mayBeShownAs, ['in full', 'year', 'age band', 'over 18']);
});

test('several people and several identifiers of a record are found', () => {
  const subjects = datasets
    .get('school-meals-checks')
    ?.subjects.map(({ who, namespace }) => [who, namespace]);
  assert.deepEqual(subjects, [
    ['parent', 'national insurance number'],
    ['parent', 'asylum support reference'],
  ]);
});

test('one person can be named by `subject reference`', () => {
  takes(TAX, [
    'subject references:\n  - {who: liable person, field: accountReference}\n  - {who: property, field: uprn}\n',
    'subject reference: accountReference\n',
  ]);
});

test('every dataset declares every field with a kind and a meaning', () => {
  const counts = [...datasets].map(([id, { fields }]) => [id, fields.size]);
  assert.deepEqual(Object.fromEntries(counts), {
    'blue-badges': 35,
    'council-tax-accounts': 33,
    'patient-demographics': 82,
    'school-meals-checks': 20,
  });
});

test('a field name that is no path is refused', () => {
  refuses(
    BADGES,
    [['  imageLink:     ', '  "imageLink[":     ']],
    '"imageLink[":                          {means: Link to the p',
    '`imageLink[` has no name before ``; write names with dots between them, such as `party.person.dob`',
  );
});

test('a dataset declares no equalities', () => {
  refuses(
    BADGES,
    [['  imageLink:     ', '  "imageLink[use=x]":     ']],
    '"imageLink[use=x]":                          {means: Link to',
    'a dataset declares fields without `[…=…]`; leave the brackets to agreements',
  );
});

test('a field above another is refused', () => {
  refuses(
    BADGES,
    [['  imageLink:     ', '  party.organisation:     ']],
    'party.organisation.badgeHolderName: {means: Name of the orga',
    '`party.organisation` is declared as a field that holds a value, and this stands beneath it; declare only one of `party.organisation` and `party.organisation.badgeHolderName`',
  );
});

test('one field cannot be declared in two spellings', () => {
  refuses(
    BADGES,
    [['  imageLink:     ', '  "\'nino\'":     ']],
    'nino:                               {means: National Insuran',
    'this field is declared already; keep one of the two',
  );
});

test('a special category field says what it reveals', () => {
  refuses(
    BADGES,
    [
      [
        'kind: code, sensitivity: special category, reveals: [health]}\n  replaceReasonCode',
        'kind: code, sensitivity: special category}\n  replaceReasonCode',
      ],
    ],
    'cancelReasonCode:                   {means: Why the badge wa',
    'a special category field does not say what it reveals; add `reveals: [health]`',
  );
});

test('a field that is never shared cannot be shown', () => {
  refuses(
    BADGES,
    [['sensitivity: never share}', 'sensitivity: never share, may be shown as: [in full]}']],
    'imageLink:                          {means: Link to the phot',
    'a field that is never shared cannot be shown; take it out',
  );
});

test('a way of showing must fit the kind', () => {
  refuses(
    BADGES,
    [
      [
        'sensitivity: ordinary, may be shown as: [in full, yes or no]}',
        'sensitivity: ordinary, may be shown as: [in full, first half]}',
      ],
    ],
    'statusCode:                         {means: Whether the badg',
    '`first half` cannot be made of the kind `code`; take it out of the list',
  );
});

test('only codes have codes', () => {
  refuses(
    BADGES,
    [['kind: date, sensitivity: personal}', 'kind: date, codes: [A], sensitivity: personal}']],
    'applicationDate:                    {means: Day the applicat',
    'only the kind `code` has codes; take them out, or write `kind: code`',
  );
});

test('only whole numbers have bounds', () => {
  refuses(
    BADGES,
    [['kind: postcode, about', 'kind: postcode, at most: 3, about']],
    'postcode: {in: query, kind: postcode, at most: 3, about the ',
    'only the kind `whole number` has bounds; take them out, or write `kind: whole number`',
  );
});

test('somebody must be whom a record is about', () => {
  refuses(
    TAX,
    [
      [
        'subject references:\n  - {who: liable person, field: accountReference}\n  - {who: property, field: uprn}\n',
        '',
      ],
    ],
    'format: dataset/1',
    'nothing says whom a record is about; add `subject reference:` and the field that identifies the person',
  );
});

test('the person is found by a field that is there', () => {
  refuses(
    TAX,
    [['field: accountReference}', 'field: acountReference}']],
    '- {who: liable person, field: acountReference}',
    '`acountReference` is not a field of this dataset; did you mean `accountReference`?',
  );
});
