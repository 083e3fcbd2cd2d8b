/** Small pieces of plain English. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  counted,
  listed,
  longDate,
  oneLine,
  organisationName,
  sentence,
  unfinished,
} from '../../../src/governance/pages/phrases.ts';
import { samplePolicies } from '../../support/sample-policies.ts';

test('lists read as people say them', () => {
  assert.deepEqual(
    [[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((items) => listed(items)),
    ['', 'a', 'a and b', 'a, b and c'],
  );
  assert.equal(listed(['a', 'b'], 'or'), 'a or b');
});

test('one is counted without an s, thousands with a comma', () => {
  assert.deepEqual(
    [1, 2, 4000].map((count) => counted(count, 'record')),
    ['1 record', '2 records', '4,000 records'],
  );
});

test('a date is said in full, and what is no date stays as it is', () => {
  assert.equal(longDate('2026-04-01'), '1 April 2026');
  assert.equal(longDate('2026-13-01'), '2026-13-01');
  assert.equal(longDate('soon'), 'soon');
});

test('a sentence has a capital and one stop at its end', () => {
  assert.deepEqual(['delete all', 'Delete all.', 'why?', ' '].map(sentence), [
    'Delete all.',
    'Delete all.',
    'Why?',
    '',
  ]);
  assert.equal(unfinished('Delete all.'), 'Delete all');
});

test('words on one line never hold a control character or a mark that turns the direction of writing', () => {
  assert.equal(oneLine(' a\r\n\u001b[31m b\u202e '), 'a [31m b');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(oneLine(text), /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

test('an organisation that nobody knows is called by its id', () => {
  assert.equal(organisationName(samplePolicies, 'northmere-city-council'), 'Northmere City Council');
  assert.equal(organisationName(samplePolicies, 'elsewhere'), 'elsewhere');
});
