/** Pages as data: nothing to say is no passage. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, sentences, table } from '../../../src/governance/pages/page.ts';

test('what is not said makes no passage', () => {
  assert.deepEqual(sentences(undefined, ''), []);
  assert.deepEqual(list([]), []);
  assert.deepEqual(table('caption', ['one'], []), []);
});

test('sentences that are said stand in one passage, in their order', () => {
  assert.deepEqual(sentences('One.', undefined, 'Two.'), [{ kind: 'sentences', text: 'One. Two.' }]);
});
