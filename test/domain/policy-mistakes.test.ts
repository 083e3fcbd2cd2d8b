/** Mistakes in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeInWords, PolicyMistakes } from '../../src/domain/policy-mistakes.ts';

const MISTAKE = {
  file: 'agreements/a.yaml',
  line: 12,
  column: 3,
  what: '`they may sea` is not a word that can stand here',
  write: 'did you mean `they may see`?',
};

test('a mistake reads as file, line, what is wrong and what to write', () => {
  assert.equal(
    mistakeInWords({ ...MISTAKE, write: 'take it out' }),
    'agreements/a.yaml:12: `they may sea` is not a word that can stand here. Take it out.',
  );
});

test('a question keeps its question mark and gets no full stop', () => {
  assert.match(mistakeInWords(MISTAKE), /Did you mean `they may see`\?$/);
});

test('the error counts its mistakes and holds them all', () => {
  assert.equal(new PolicyMistakes([MISTAKE]).message, 'one mistake in the policy files');
  const two = new PolicyMistakes([MISTAKE, MISTAKE]);
  assert.equal(two.message, '2 mistakes in the policy files');
  assert.equal(two.mistakes.length, 2);
});
