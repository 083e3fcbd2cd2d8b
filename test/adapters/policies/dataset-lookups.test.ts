/** The lookups of a dataset file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { BADGES, refuses, samplesWith, TAX, takes } from '../../support/changed-policies.ts';

test('a lookup has its kind with its bounds or codes', () => {
  const { datasets } = readPolicyFiles(samplesWith()).policies;
  const page = datasets.get('blue-badges')?.lookups.get('page size');
  assert.equal(page?.kind.normalise('20'), '20');
  assert.equal(page?.kind.normalise('21'), undefined);
  assert.equal(page?.aboutThePerson, false);
  const band = datasets.get('council-tax-accounts')?.lookups.get('band');
  assert.equal(band?.kind.normalise('I'), 'I');
  assert.equal(band?.kind.normalise('J'), undefined);
});

test('a code with a closed list may stand in a path', () => {
  takes(
    TAX,
    ['request: GET /accounts', 'request: GET /accounts/{band}'],
    ['may use: {band: band, page', 'may use: {page'],
    ['  band: {in: query', '  band: {in: path'],
  );
});

test('a lookup without a shape cannot stand in a path', () => {
  refuses(
    BADGES,
    [['badge number: {in: path, kind: blue badge number', 'badge number: {in: path, kind: free text']],
    'badge number: {in: path, kind: free text, about the person: ',
    'the kind `free text` has no fixed shape, so it cannot stand in a path; choose a kind with a shape, or ask with it in the query or the body',
  );
});
