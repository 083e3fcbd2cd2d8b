/** Every word of the law that a file may hold has plain words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as legal from '../../../src/adapters/policies/legal-words.ts';
import {
  BASES,
  CATEGORIES,
  CONFIDENCE,
  SPECIAL_CONDITIONS,
} from '../../../src/governance/explaining/law-in-words.ts';

test('every basis, condition, category and duty that the loader knows has plain words, and no other has', () => {
  const pairs: readonly (readonly [readonly string[], ReadonlyMap<string, unknown>])[] = [
    [legal.LAWFUL_BASES, BASES],
    [legal.SPECIAL_CONDITIONS, SPECIAL_CONDITIONS],
    [legal.SPECIAL_CATEGORIES, CATEGORIES],
    [legal.DUTIES_OF_CONFIDENCE, CONFIDENCE],
  ];
  for (const [known, said] of pairs) assert.deepEqual([...said.keys()].toSorted(), [...known].toSorted());
});

test('plain words name no article, and each place does', () => {
  for (const { words, place } of [...BASES.values(), ...SPECIAL_CONDITIONS.values()]) {
    assert.doesNotMatch(words, /\d|[Aa]rticle/);
    assert.match(place, /^UK GDPR Article \d/);
  }
});
