/** What is wrong with a text that is not YAML, in words that say what to write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyDocument } from '../../../src/adapters/policies/policy-document.ts';

function mistakes(text: string): string[] {
  return readPolicyDocument('x.yaml', text).mistakes.map(
    ({ line, what, write }) => `${line} ${what}; ${write}`,
  );
}

test('each slip says where it is and what to write', () => {
  for (const [text, sentence] of [
    ['a: 1\n\tb: 2\nc: 3\n', '2 the line is indented with a tab; use spaces'],
    ['a: b: c\n', '1 a text holds a colon and a space; put the text between quotes'],
    ['a: [b\nc: 1\nd: 2\n', '2 a bracket above is not closed by `]`; write `]` where the list ends'],
    ['a: {b: 1\nc: 1\n', '2 a bracket above is not closed by `}`; write `}` where the list ends'],
    [
      'a: 1\nb: @c\n',
      '2 a text begins with a sign that means something in YAML; put the text between quotes',
    ],
    [
      'a:\n  b: 1\n c: 2\n',
      '3 the line begins further left or right than the lines around it; begin it under the first letter of its neighbour',
    ],
    ['a\nb: 1\n', '1 a key is not followed by a colon; write `key: value`'],
    [
      'a: "b" c\n',
      '1 something stands after a value that has ended already; begin it on a line of its own, or put the whole text between quotes',
    ],
    ['a: & b\n', '1 `&` and `*` mean something in YAML; put the text between quotes'],
    ['a: 1\n---\nb: 1\n', '2 the file holds several documents; put each into a file of its own'],
  ] as const) {
    assert.deepEqual(mistakes(text), [sentence]);
  }
});

test('a quote that is not closed is found where it opens, not at the end of the file', () => {
  for (const quote of ['"', "'"]) {
    const text = `a: ${quote}closed${quote}\nb: ${quote}open\nc: 1\n\nd: 2\n`;
    assert.deepEqual(mistakes(text), ['2 a quote is not closed; write the quote that closes it']);
  }
});

test('one slip is one mistake, however many lines the parser stumbles over after it', () => {
  assert.equal(mistakes('a: 1\n\tb: 2\n\tc: 3\n\td: 4\n').length, 1);
});
