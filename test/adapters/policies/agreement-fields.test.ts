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
    [
      [
        '    - field: data.status\n      show: yes or no\n      yes when: [eligible]\n      not yet when: [queuedForProcessing]\n',
        '    - field: data.status\n',
      ],
    ],
    '- field: data.status',
    '`data.status` may not be shown as `in full`; write `show: yes or no`',
  );
});

test('showing as age band is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['show: initials', 'show: age band']],
    'show: age band',
    '`show: age band` is not enforced by this version; write `show: in full` or `show: initials`',
  );
});

test('showing as over 18 is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['show: initials', 'show: over 18']],
    'show: over 18',
    '`show: over 18` is not enforced by this version; write `show: in full` or `show: initials`',
  );
});

test('showing as matching code is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['show: initials', 'show: matching code']],
    'show: matching code',
    '`show: matching code` is not enforced by this version; write `show: in full` or `show: initials`',
  );
});

test('showing as band is not enforced yet', () => {
  refuses(
    KERBSIDE,
    [['show: initials', 'show: band']],
    'show: band',
    '`show: band` is not enforced by this version; write `show: in full` or `show: initials`',
  );
});

test('what is not shown at all is not seen', () => {
  refuses(
    KERBSIDE,
    [['show: initials', 'show: not at all']],
    'show: not at all',
    'what is not shown at all is not seen; take the field out',
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
    [['    - statusCode', '    - {field: statusCode, yes when: [ISSUED]}']],
    '- {field: statusCode, yes when: [ISSUED]}',
    '`yes when` and `not yet when` go with `show: yes or no` only; write `show: yes or no`',
  );
});
