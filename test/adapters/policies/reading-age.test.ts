/** How old a reader must be to follow a text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingAge } from '../../../src/adapters/policies/reading-age.ts';
import { changedText, DISCHARGE, KERBSIDE } from '../../support/changed-policies.ts';

test('a child can read short words in short sentences', () => {
  assert.ok(readingAge('The cat sat on the mat. It was warm.') <= 7);
});

test('long words in one long sentence need an adult and more', () => {
  const text =
    'Notwithstanding the aforementioned contractual stipulations, the disclosing organisation may, subject to appropriate authorisation, communicate proportionate categories of information.';
  assert.ok(readingAge(text) > 20);
});

test('the summaries of the samples can be read at fifteen', () => {
  for (const file of [KERBSIDE, DISCHARGE]) {
    const summary = /summary: >\n((?: {2}.*\n)+)/.exec(changedText(file))?.[1] ?? assert.fail();
    assert.ok(readingAge(summary) <= 15, file);
  }
});

test('the name of a council does not make a text hard, and a text without words has no age', () => {
  const named = readingAge('They ask Northmere City Council and Westhaven District Council.');
  assert.ok(named <= readingAge('They ask Rome and York and Bath and they ask Hull.') + 3);
  assert.equal(readingAge(' … 123 '), 0);
});
