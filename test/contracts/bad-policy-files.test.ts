/** Every way of being wrong in a policy file has its sentence, its line and its advice, and all are told together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedText, mistakesIn } from '../support/changed-policies.ts';
import { BAD_FILES } from './bad-policy-files.ts';

for (const { says, file, changes, mistakes } of BAD_FILES) {
  test(`refused: ${says}`, () => {
    const text = changedText(file, ...changes);
    const lines = text.split('\n');
    const found = mistakesIn(file, text).map(({ line, what, write }) => {
      const begins = (lines[line - 1] ?? '').trim().slice(0, 40).trim();
      return `${begins} → ${what}; ${write}`;
    });
    assert.deepEqual(found, mistakes);
  });
}

test('each is wrong in a way of its own', () => {
  const sentences = BAD_FILES.map(({ mistakes }) => mistakes.join('\n'));
  assert.equal(new Set(sentences).size, BAD_FILES.length);
  assert.ok(BAD_FILES.length >= 60);
});
