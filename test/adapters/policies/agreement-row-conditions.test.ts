/** Which records an agreement lets leave. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { changedText, KERBSIDE, policyFile, refuses, samplesWith } from '../../support/changed-policies.ts';

function withConditions(text: string): readonly [string, string] {
  return ['  they must never see:', `  only records where: ${text}\n  they must never see:`];
}

function conditionsOf(text: string): (readonly [string, readonly string[]])[] {
  const { policies, mistakes } = readPolicyFiles([
    ...samplesWith(),
    policyFile(KERBSIDE, changedText(KERBSIDE, withConditions(text))),
  ]);
  assert.deepEqual(mistakes, []);
  const [agreement] = policies.agreements;
  return agreement?.rowConditions.map(({ field, among }) => [field.name, among] as const) ?? [];
}

test('a field holds one value or one of several, in the spelling of its kind', () => {
  assert.deepEqual(conditionsOf('{statusCode: [ISSUED, CANCELLED], localAuthorityShortCode: nmere}'), [
    ['statusCode', ['ISSUED', 'CANCELLED']],
    ['localAuthorityShortCode', ['NMERE']],
  ]);
});

test('a condition may look at a field that they do not see', () => {
  assert.deepEqual(conditionsOf('{party.contact.postCode: ZZ99 3VZ}'), [
    ['party.contact.postCode', ['ZZ99 3VZ']],
  ]);
});

test('a condition does not tell what is never shared', () => {
  refuses(
    KERBSIDE,
    [withConditions('{imageLink: https://images.example/a}')],
    '{imageLink: https://images.example/a}',
    '`imageLink` is never shared, and every record that left would tell what it holds; take the condition out',
  );
});

test('an agreement without the line lets every record leave', () => {
  const { policies } = readPolicyFiles(samplesWith(KERBSIDE));
  assert.deepEqual(policies.agreements[0]?.rowConditions, []);
});

test('a condition names a declared field that holds one value', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['{statusCod: ISSUED}', '`statusCod` is not a field of `blue-badges`; did you mean `statusCode`?'],
    ['{party.contact: ZZ99 3VZ}', '`party.contact` holds several fields; name one of the fields beneath it'],
    [
      "{'party[typeCode=PERSON].typeCode': PERSON}",
      '`party[typeCode=PERSON].typeCode` picks elements, and a condition is on the whole record; name the field without `[…=…]`',
    ],
    [
      "{'party.': PERSON}",
      '`party.` has no name before ``; write names with dots between them, such as `party.person.dob`',
    ],
    [
      "{statusCode: ISSUED, '''statusCode''': ISSUED}",
      '`statusCode` stands here twice; write one list of values',
    ],
  ];
  for (const [text, sentence] of wrong) refuses(KERBSIDE, [withConditions(text)], text, sentence);
});

test('a condition names values that its field can have, each once', () => {
  const wrong: readonly (readonly [string, string])[] = [
    [
      '{statusCode: [ISSUED, LOST IN POST]}',
      '`LOST IN POST` is not a value that `statusCode` can have; see `statusCode` in the dataset',
    ],
    ['{localAuthorityShortCode: [NMERE, nmere]}', '`nmere` stands twice in the list of values; name it once'],
    ['{}', 'no condition is written here; name a field and its values, or take the line out'],
  ];
  for (const [text, sentence] of wrong) refuses(KERBSIDE, [withConditions(text)], text, sentence);
});

test('a value that YAML reads as a number or a truth value stands between quotes', () => {
  for (const text of ['{statusCode: 7}', '{statusCode: [true]}', '{statusCode: []}', '[statusCode]']) {
    const { mistakes } = readPolicyFiles([
      ...samplesWith(),
      policyFile(KERBSIDE, changedText(KERBSIDE, withConditions(text))),
    ]);
    assert.equal(mistakes.length, 1, text);
    assert.match(mistakes[0]?.what ?? '', /./);
  }
});
