/** Which leaves an agreement lets leave. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { covers } from '../../../src/encoding/field-path.ts';
import {
  BADGES,
  changedText,
  DISCHARGE,
  KERBSIDE,
  policyFile,
  refuses,
  SCHOOL,
  samplesWith,
  takes,
} from '../../support/changed-policies.ts';

function agreedNames(file: string, ...changes: readonly (readonly [string, string])[]): string[] {
  const { policies, mistakes } = readPolicyFiles([
    ...samplesWith(),
    policyFile(file, changedText(file, ...changes)),
  ]);
  assert.deepEqual(mistakes, []);
  return policies.agreements.flatMap(({ fields }) => fields.map(({ field }) => field.name));
}

test('a parent stands for its declared leaves, without those that they must never see', () => {
  const names = agreedNames(KERBSIDE, [
    '    - field: party.person.badgeHolderName\n      show: initials\n',
    '    - field: party.person\n',
  ]);
  assert.deepEqual(
    names.filter((name) => name.startsWith('party.person')),
    ['party.person.badgeHolderName', 'party.person.genderCode'],
  );
});

test('a parent that they must never see takes out leaves that they may see', () => {
  const names = agreedNames(KERBSIDE, [
    '    - statusCode\n',
    '    - statusCode\n    - party.contact.postCode\n',
  ]);
  assert.ok(!names.includes('party.contact.postCode'));
});

test('a parent keeps its equality for each of its leaves', () => {
  const text = changedText(DISCHARGE, [
    '    - "address[use=home].line"\n    - "address[use=home].postalCode"\n',
    '    - "address[use=home]"\n',
  ]);
  const { policies } = readPolicyFiles([...samplesWith(), policyFile(DISCHARGE, text)]);
  const line = policies.agreements[0]?.fields.find(({ field }) => field.name === 'address.line');
  assert.deepEqual(line?.path, [
    { name: 'address', where: { key: 'use', equals: 'home' } },
    { name: 'line' },
  ]);
});

test('equalities that never meet leave each other alone', () => {
  takes(DISCHARGE, ['    - contact\n', '    - "address[use=temp]"\n    - contact\n']);
  takes(DISCHARGE, ['    - birthDate', '    - birthDate\n    - "name[use=nickname].given"']);
});

test('whatever both lists say, nothing leaves that one does not name or that the other names', () => {
  const needed = samplesWith().filter(
    ({ folder, name }) => folder === 'organisations' || BADGES.endsWith(name),
  );
  const dataset = readPolicyFiles(needed).policies.datasets.get('blue-badges');
  assert.ok(dataset);
  const leaves = [...dataset.fields.values()];
  const paths = fc.constantFrom(
    ...leaves.map(({ name }) => name),
    'party',
    'party.person',
    'party.contact',
    'party.organisation',
  );
  const lists = fc.tuple(
    fc.uniqueArray(paths, { minLength: 1, maxLength: 6 }),
    fc.uniqueArray(paths, { minLength: 1, maxLength: 6 }),
  );
  fc.assert(
    fc.property(lists, ([may, never]) => {
      const text = changedText(KERBSIDE)
        .replace(/ {2}they may see:\n(?: {4}.*\n)+/, `  they may see: [${may.join(', ')}]\n`)
        .replace(/ {2}they must never see:\n(?: {4}.*\n)+/, `  they must never see: [${never.join(', ')}]\n`);
      const { policies } = readPolicyFiles([...needed, policyFile(KERBSIDE, text)]);
      for (const { field } of policies.agreements.flatMap(({ fields }) => fields)) {
        const covering = (names: readonly string[]): boolean =>
          names.some((name) =>
            covers(
              name.split('.').map((step) => ({ name: step })),
              field.path,
            ),
          );
        assert.ok(covering(may) && !covering(never) && field.sensitivity !== 'never share', field.name);
      }
    }),
    { numRuns: 50 },
  );
});

test('a field that the dataset does not have suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - statusCod']],
    '- statusCod',
    '`statusCod` is not a field of `blue-badges`; did you mean `statusCode`?',
  );
});

test('a parent that the dataset does not have suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [['    - party.contact\n', '    - party.contct\n']],
    '- party.contct',
    '`party.contct` is not a field of `blue-badges`; did you mean `party.contact`?',
  );
});

test('the very same path cannot stand in both lists', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - party.person.nino\n    - statusCode']],
    '- party.person.nino',
    '`party.person.nino` stands under `they may see` and under `they must never see`; keep it in one of the two lists',
  );
});

test('the very same parent cannot stand in both lists', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - statusCode\n    - party.contact']],
    '- party.contact',
    '`party.contact` stands under `they may see` and under `they must never see`; keep it in one of the two lists',
  );
});

test('a field that is never shared cannot be agreed', () => {
  refuses(
    KERBSIDE,
    [
      ['    - statusCode', '    - statusCode\n    - imageLink'],
      ['    - eligibilityCode\n    - imageLink', '    - eligibilityCode'],
    ],
    '- imageLink',
    '`imageLink` is never shared; take it out',
  );
});

test('a parent of a field that is never shared cannot be agreed whole', () => {
  refuses(
    SCHOOL,
    [
      [
        '    - field: links.get_EligibilityCheckStatus\n      show: bound to this agreement\n      because: The school asks again with this reference, and nobody else can.\n',
        '    - {field: links, show: bound to this agreement}\n',
      ],
      ['    - links.put_EligibilityCheckProcess\n', ''],
    ],
    '- {field: links, show: bound to this agreement}',
    '`links.put_EligibilityCheckProcess`, beneath `links`, is never shared; take it out, or name it under `they must never see`',
  );
});

test('a field is listed once', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - statusCode\n    - {field: statusCode}']],
    '- {field: statusCode}',
    '`statusCode` is listed twice; name it once',
  );
});

test('a field is not listed again by its parent', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - statusCode\n    - party.person']],
    '- field: party.person.badgeHolderName',
    '`party.person.badgeHolderName` is listed twice; name it once',
  );
});

test('a field is not listed again without its equality', () => {
  refuses(
    DISCHARGE,
    [['    - birthDate', '    - birthDate\n    - name.given']],
    '- name.given',
    '`name.given` is listed twice; name it once',
  );
});

test('elements are picked by a declared field', () => {
  refuses(
    DISCHARGE,
    [['"name[use=usual].given"', '"name[kind=usual].given"']],
    '- "name[kind=usual].given"',
    '`[kind=…]` picks by `name.kind`, which is not a field of `patient-demographics`; did you mean `name.id`?',
  );
});

test('what they must never see cannot take a part out of what they may see', () => {
  refuses(
    DISCHARGE,
    [
      ['    - contact\n', '    - "address[use=temp].line"\n    - contact\n'],
      ['"address[use=home].line"', 'address.line'],
    ],
    '- "address[use=temp].line"',
    '`address[use=temp].line` takes a part out of `address.line`; write under `they may see` the elements they may see, such as `address[use=…].line`',
  );
});

test('a misspelt way of showing suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [['show: initials', 'show: intials']],
    'show: intials',
    '`intials` is not a word that `show` knows; did you mean `initials`?',
  );
});

test('what is not shown at all is taken out of the parent that it stands beneath', () => {
  const names = agreedNames(KERBSIDE, [
    '    - field: party.person.badgeHolderName\n      show: initials\n',
    '    - {field: party.person.genderCode, show: not at all}\n    - field: party.person\n',
  ]);
  assert.deepEqual(
    names.filter((name) => name.startsWith('party.person')),
    ['party.person.badgeHolderName'],
  );
});

test('a field is not shown and not shown at all', () => {
  refuses(
    KERBSIDE,
    [['    - statusCode', '    - statusCode\n    - {field: statusCode, show: not at all}']],
    '- {field: statusCode, show: not at all}',
    '`statusCode` is shown and not shown at all; keep one of the two lines',
  );
});

test('a value that is never shared is not told by its field', () => {
  const badges = (values: string) =>
    changedText(BADGES, [
      'sensitivity: ordinary, may be shown as: [in full, yes or no]}',
      `sensitivity: ordinary, may be shown as: [in full, yes or no], values: ${values}}`,
    ]);
  const mistakes = (values: string, ...changes: readonly (readonly [string, string])[]) =>
    readPolicyFiles([
      ...samplesWith().filter(({ name }) => !BADGES.endsWith(name)),
      policyFile(BADGES, badges(values)),
      policyFile(KERBSIDE, changedText(KERBSIDE, ...changes)),
    ]).mistakes.map(({ what, write }) => `${what}; ${write}`);
  const secret = '{DELETED: {means: Taken out, sensitivity: never share}}';
  assert.deepEqual(mistakes(secret), [
    '`statusCode` would tell `DELETED`, which is never shared; show it `in other words` that other values have too',
  ]);
  const shown = (when: string): [string, string] => [
    '    - statusCode',
    `    - {field: statusCode, show: yes or no, yes when: [${when}]}`,
  ];
  assert.deepEqual(mistakes(secret, shown('ISSUED')), []);
  assert.equal(mistakes(secret, shown('DELETED')).length, 1);
});
