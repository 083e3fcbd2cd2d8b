/** Who can see a field. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessMatrix, whoCanSee } from '../../../src/governance/access/who-can-see.ts';
import { standingInWords } from '../../../src/governance/explaining/standing.ts';
import { NOON, policiesOf, sampleAgreement, samplePolicies } from '../../support/sample-policies.ts';

const MATRIX = accessMatrix(samplePolicies, NOON, undefined, 'checked');
const found = (named: string) => whoCanSee(MATRIX, named).map(({ field }) => field);

test('every declared field of every dataset is in the matrix, and every agreed one with its agreement', () => {
  const declared = [...samplePolicies.datasets.values()].flatMap(({ id, fields }) =>
    [...fields.keys()].map((name) => `${id} ${name}`),
  );
  assert.deepEqual(
    MATRIX.map(({ dataset, field }) => `${dataset} ${field}`),
    declared,
  );
  for (const { id, dataset, fields } of samplePolicies.agreements) {
    for (const { field } of fields) {
      const row = MATRIX.find((one) => one.dataset === dataset && one.field === field.name);
      assert.ok(
        row?.access.some(({ agreement }) => agreement === id),
        `${id} ${field.name}`,
      );
    }
  }
});

test('a row says to whom, for what, how and whether today', () => {
  const [row] = whoCanSee(MATRIX, 'party.person.badgeHolderName');
  assert.deepEqual(row?.access, [
    {
      provider: 'Northmere City Council',
      consumer: 'Westhaven District Council',
      purpose: 'parking enforcement',
      roles: ['civil enforcement officer', 'parking supervisor'],
      shown: 'only the initials, such as “I M”',
      agreement: 'DSA-2026-014',
      version: 3,
      standing: { inForce: 'yes' },
    },
  ]);
});

test('a field that nobody can see is found, with nobody', () => {
  assert.deepEqual(
    whoCanSee(MATRIX, 'party.person.dob').map(({ access }) => access),
    [[]],
  );
});

test('a parent finds its leaves, and words find what means them, in any case', () => {
  assert.equal(found('party.contact').length, 8);
  assert.ok(found('date of BIRTH').includes('party.person.dob'));
  assert.ok(found('postcode').includes('postcode') && found('postcode').includes('address.postalCode'));
  assert.deepEqual(found('name[use=usual].given'), ['name.given']);
  for (const nothing of ['astrology', '', '  ', 'a..b', '[']) assert.deepEqual(found(nothing), [], nothing);
});

test('one dataset can be looked in alone', () => {
  assert.deepEqual(
    new Set(accessMatrix(samplePolicies, NOON, 'blue-badges', 'checked').map(({ dataset }) => dataset)),
    new Set(['blue-badges']),
  );
});

test('what is in force stands first, and what is not says why', () => {
  const live = sampleAgreement('DSA-2026-014');
  const draft = { ...sampleAgreement('DSA-2026-015'), signedByBoth: false };
  const [row] = whoCanSee(accessMatrix(policiesOf(draft, live), NOON, undefined, 'checked'), 'statusCode');
  assert.deepEqual(
    row?.access.map(({ agreement, standing }) => [agreement, standingInWords(standing)]),
    [
      ['DSA-2026-014', 'in force'],
      ['DSA-2026-015', 'not in force: it is not signed by both parties'],
    ],
  );
});
