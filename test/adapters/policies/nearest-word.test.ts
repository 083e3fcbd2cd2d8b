/** The nearest known word. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearestWord } from '../../../src/adapters/policies/nearest-word.ts';

const WORDS = ['they may', 'they may see', 'they must never see', 'about'];

test('a word with a slip in it finds the word that was meant', () => {
  assert.equal(nearestWord('they may sea', WORDS), 'they may see');
  assert.equal(nearestWord('They May See', WORDS), 'they may see');
  assert.equal(nearestWord('abuot', WORDS), 'about');
});

test('a word that is far from all finds none', () => {
  assert.equal(nearestWord('colour', WORDS), undefined);
});

test('the advice is a question, a list, or to take the word out', () => {
  assert.equal(didYouMean('they may sea', WORDS), 'did you mean `they may see`?');
  assert.equal(didYouMean('colour', ['red', 'green']), 'write one of: `red`, `green`');
  assert.equal(didYouMean('colour', []), 'take it out');
});

test('a long list is cut short', () => {
  const many = Array.from({ length: 40 }, (_, n) => `field${n}`);
  assert.match(didYouMean('zzz', many), /`field11`, …$/);
});
