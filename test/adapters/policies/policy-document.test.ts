/** One policy file as a tree with line numbers: what hides a meaning is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyDocument } from '../../../src/adapters/policies/policy-document.ts';

function mistakes(text: string): string[] {
  const { mistakes: found } = readPolicyDocument('x.yaml', text);
  return found.map(({ line, column, what, write }) => `${line}:${column} ${what}; ${write}`);
}

test('dates, words and version numbers stay what they look like', () => {
  const { value } = readPolicyDocument('x.yaml', 'starts: 2026-04-01\nno: no\nversion: 3\nlist: [a, true]\n');
  assert.deepEqual(value, { starts: '2026-04-01', no: 'no', version: 3, list: ['a', true] });
});

test('a repeated key is refused where it is repeated', () => {
  assert.deepEqual(mistakes('a: 1\nb: 2\na: 3\n'), ['3:1 this key stands here already; keep one of the two']);
});

test('anchors and aliases are refused', () => {
  assert.deepEqual(mistakes('a: &x 1\nb: *x\n'), [
    '1:7 the anchor `&x` is not allowed; take the anchor out',
    '2:4 the alias `*x` stands for text elsewhere; write the text out here',
  ]);
});

test('tags are refused, known and unknown', () => {
  const sentence = 'a tag (a word after `!`) is not allowed; take the tag out';
  assert.deepEqual(mistakes('a: !!str 1\n'), [`1:10 ${sentence}`]);
  assert.deepEqual(mistakes('a: !secret {b: 1}\n').length, 1);
});

test('merge keys are refused', () => {
  assert.deepEqual(mistakes('a:\n  <<: {b: 1}\n'), [
    '2:3 the merge key `<<` is not allowed; write the keys out here',
  ]);
});

test('a key that would be passed over in silence is refused', () => {
  assert.deepEqual(mistakes('a:\n  __proto__: {b: 1}\n'), ['2:3 `__proto__` cannot be a key; take it out']);
});

test('a second document is refused', () => {
  assert.deepEqual(mistakes('a: 1\n---\nb: 2\n'), [
    '2:1 the file holds several documents; put each into a file of its own',
  ]);
});

test('a directive that would change how the file is read is refused', () => {
  assert.deepEqual(mistakes('%YAML 1.1\n---\nno: no\n'), [
    '1:1 the file begins with a `%` directive; take the line out',
  ]);
  assert.deepEqual(mistakes('a: |\n  text\n  %YAML 1.1\n'), []);
});

test('a key that is not text is refused', () => {
  assert.deepEqual(mistakes('180: a\n'), ['1:1 a key is not text; write the key between quotes']);
  assert.deepEqual(mistakes('? [a, b]\n: 1\n').length, 1);
});

test('a file that says nothing, or holds a list, is refused', () => {
  assert.deepEqual(mistakes(''), ['1:1 the file says nothing; begin with `format:`']);
  assert.deepEqual(mistakes('- a\n'), ['1:1 the file says nothing; begin with `format:`']);
});

test('a file of more than a million characters is not read', () => {
  const found = mistakes(`a: ${'b'.repeat(1_100_000)}\n`);
  assert.match(found[0] ?? '', /larger than one million characters/);
});

test('a file with mistakes gives no value', () => {
  assert.equal(readPolicyDocument('x.yaml', 'a: 1\na: 2\n').value, undefined);
});

test('a mistake stands at its value, at its key, or at the nearest thing around what is missing', () => {
  const document = readPolicyDocument('x.yaml', 'who:\n  they: [a, b]\nwhy:\n  purpose: p\n');
  document.mistake(['who', 'they', 1], 'one', 'w');
  document.mistakenKey(['why', 'purpose'], 'two', 'w');
  document.mistake(['why', 'missing', 'deeper'], 'three', 'w');
  const places = document.mistakes.map(({ line, column }) => [line, column]);
  assert.deepEqual(places, [
    [2, 13],
    [4, 3],
    [3, 1],
  ]);
});

test('a file of very many keys is read in less than two seconds, and a key that stands twice among them is told', () => {
  const keys = Array.from({ length: 40_000 }, (_, number) => `k${number}: 1`);
  // Of the processor: other tests run beside this one.
  const before = process.cpuUsage();
  assert.deepEqual(mistakes(`${keys.join('\n')}\nk7: 2\n`), [
    '40001:1 this key stands here already; keep one of the two',
  ]);
  assert.ok(process.cpuUsage(before).user < 2_000_000);
});
