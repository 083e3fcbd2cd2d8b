/** The closed lists of law. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as words from '../../../src/adapters/policies/legal-words.ts';

test('the lists are as long as the law has them, and name nothing twice', () => {
  const lengths = Object.entries(words).map(([name, list]) => [name, new Set<string>(list).size]);
  assert.deepEqual(Object.fromEntries(lengths), {
    DUTIES_OF_CONFIDENCE: 6,
    LAWFUL_BASES: 7,
    RECOGNISED_INTERESTS: 5,
    SCHEDULE_1_PART_1: 4,
    SCHEDULE_1_PART_2: 23,
    SPECIAL_CATEGORIES: 9,
    SPECIAL_CONDITIONS: 10,
  });
});
