/** Fields in an explanation: given, never seen, taken out; between them every field of the dataset. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFieldPath } from '../../../src/encoding/field-path.ts';
import {
  explainGiven,
  explainNeverSeen,
  explainRemoved,
  givenLines,
  neverSeen,
} from '../../../src/governance/explaining/explain-fields.ts';
import { sampleAgreement, sampleDataset, samplePolicies, wordsOf } from '../../support/sample-policies.ts';

const KERBSIDE = sampleAgreement('DSA-2026-014');
const BADGES = sampleDataset('blue-badges');

test('a leaf has its meaning, how it is shown, its name and why', () => {
  const words = wordsOf(explainGiven(KERBSIDE, BADGES));
  assert.match(words, /^Badge number \| in full \| badgeNumber \| $/m);
  assert.match(
    words,
    /^Holder's name \| only the initials, such as “I M” \| party\.person\.badgeHolderName \| The officer confirms/m,
  );
});

test('a parent is a table of its own with every leaf beneath it', () => {
  const fields = [...BADGES.fields.values()]
    .filter(({ name }) => name.startsWith('party.contact.'))
    .map((field) => ({ path: field.path, field, show: { as: 'in full' as const } }));
  const what = { ...KERBSIDE.words.what, 'they may see': ['party.contact'] };
  const passages = explainGiven({ ...KERBSIDE, fields, words: { ...KERBSIDE.words, what } }, BADGES);
  const tables = passages.filter(({ kind }) => kind === 'table');
  assert.deepEqual(
    tables.map((one) => one.kind === 'table' && [one.caption, one.rows.length]),
    [['All of “party.contact”', 8]],
  );
});

test('every agreed leaf stands in one line, whatever the lines of the file are', () => {
  for (const agreement of samplePolicies.agreements) {
    const leaves = givenLines(agreement).flatMap((line) => line.leaves);
    assert.deepEqual(new Set(leaves), new Set(agreement.fields), agreement.id);
    assert.equal(leaves.length, agreement.fields.length);
    const what = { ...agreement.words.what, 'they may see': [] };
    const without = givenLines({ ...agreement, words: { ...agreement.words, what } });
    assert.equal(without.length, agreement.fields.length);
  }
});

test('a line that picks elements gives only what it picks', () => {
  const field = sampleDataset('patient-demographics').fields.get('name.family')!;
  const leaf = (path: string) => ({ path: parseFieldPath(path), field, show: { as: 'in full' as const } });
  const fields = [leaf('name[use=usual].family'), leaf('name[use=old].family')];
  const what = { ...KERBSIDE.words.what, 'they may see': ['name[use=old]', 'name[use=usual]'] };
  const lines = givenLines({ ...KERBSIDE, fields, words: { ...KERBSIDE.words, what } });
  assert.deepEqual(
    lines.map(({ leaves }) => leaves[0]?.path[0]?.where?.equals),
    ['old', 'usual'],
  );
});

test('what must never be seen is named leaf by leaf', () => {
  const names = neverSeen(KERBSIDE, BADGES).map(({ name }) => name);
  assert.ok(names.includes('party.contact.emailAddress') && names.includes('eligibilityCode'));
  const words = wordsOf(explainNeverSeen(KERBSIDE, BADGES));
  for (const name of names) assert.ok(words.includes(name), name);
});

test('every declared field is given, never seen or taken out', () => {
  for (const agreement of samplePolicies.agreements) {
    const dataset = sampleDataset(agreement.dataset);
    const words = [explainGiven, explainNeverSeen, explainRemoved]
      .map((part) => wordsOf(part(agreement, dataset)))
      .join('\n');
    for (const { means } of dataset.fields.values())
      assert.ok(words.includes(means), `${agreement.id}: ${means}`);
  }
});

test('what is new is taken out too, and what stands beside the records is said', () => {
  assert.match(wordsOf(explainRemoved(KERBSIDE, BADGES)), /If something new turns up/);
  const discounts = sampleAgreement('DSA-2026-032');
  assert.match(
    wordsOf(explainGiven(discounts, sampleDataset('council-tax-accounts'))),
    /Beside the records they see how many there are \(total\), the page number \(page\) and the page size \(pageSize\)\./,
  );
});

test('a condition on records is said before the fields', () => {
  const rowConditions = [{ field: BADGES.fields.get('party.typeCode')!, among: ['PERSON'] }];
  const words = wordsOf(explainGiven({ ...KERBSIDE, rowConditions }, BADGES));
  assert.match(
    words,
    /They only see records that have this in them:\nPerson or organisation \(party\.typeCode\): PERSON/,
  );
});
