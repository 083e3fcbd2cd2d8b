/** Made-up answers: every declared field, at its place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leavesOf } from '../../../src/governance/trying/given-and-withheld.ts';
import { sampleAnswer } from '../../../src/governance/trying/sample-answer.ts';
import { sampleAgreement, sampleDataset, samplePolicies } from '../../support/sample-policies.ts';

test('every declared field of the dataset has a value', () => {
  for (const agreement of samplePolicies.agreements) {
    const dataset = sampleDataset(agreement.dataset);
    for (const name of agreement.operations) {
      const operation = dataset.operations.get(name)!;
      const leaves = leavesOf(sampleAnswer(agreement, dataset, operation), operation);
      for (const field of dataset.fields.keys()) assert.ok(leaves.has(field), `${agreement.id}: ${field}`);
    }
  }
});

test('the record stands at its place, many in a list, with what is beside them', () => {
  const dataset = sampleDataset('council-tax-accounts');
  const operation = dataset.operations.get('list accounts of a band')!;
  const answer = JSON.parse(sampleAnswer(sampleAgreement('DSA-2026-032'), dataset, operation));
  assert.equal(answer.data.length, 1);
  assert.deepEqual([answer.total, answer.page, answer.pageSize], [1, 1, 1]);
  assert.equal(typeof answer.data[0].amountPence, 'number');
});

test('a list holds an element that is picked and one that is not', () => {
  const dataset = sampleDataset('patient-demographics');
  const operation = dataset.operations.get('find one patient by NHS number')!;
  const { name } = JSON.parse(sampleAnswer(sampleAgreement('DSA-2026-021'), dataset, operation));
  assert.deepEqual(
    name.map(({ use }: { use: string }) => use),
    ['usual', 'another'],
  );
});

test('given values stand in place of samples, null too', () => {
  const dataset = sampleDataset('blue-badges');
  const operation = dataset.operations.get('look up one badge')!;
  const given = new Map([
    ['statusCode', null],
    ['badgeNumber', 'ZZ9Z02'],
    ['notForReassessment', 'false'],
  ]);
  const { data } = JSON.parse(sampleAnswer(sampleAgreement('DSA-2026-014'), dataset, operation, given));
  assert.deepEqual([data.statusCode, data.badgeNumber, data.notForReassessment], [null, 'ZZ9Z02', false]);
});

test('the record meets the conditions of the agreement', () => {
  const dataset = sampleDataset('blue-badges');
  const operation = dataset.operations.get('look up one badge')!;
  const rowConditions = [{ field: dataset.fields.get('statusCode')!, among: ['CANCELLED'] }];
  const { data } = JSON.parse(
    sampleAnswer({ ...sampleAgreement('DSA-2026-014'), rowConditions }, dataset, operation),
  );
  assert.equal(data.statusCode, 'CANCELLED');
});
