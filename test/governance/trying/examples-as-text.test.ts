/** Examples that were run, as text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examplesAsText } from '../../../src/governance/trying/examples-as-text.ts';

test('a line each, and the sum at the end', () => {
  const one = {
    agreement: 'DSA-1',
    version: 2,
    example: 'An officer asks',
    asWritten: true,
    what: 'released',
  };
  assert.equal(
    examplesAsText([one, { ...one, asWritten: false, what: 'it is refused' }]),
    'as written      DSA-1 version 2: An officer asks: released\n' +
      'NOT AS WRITTEN  DSA-1 version 2: An officer asks: it is refused\n' +
      '2 examples: 1 does not come out as written\n',
  );
  assert.match(examplesAsText([one]), /\n1 example: every one comes out as it is written\n$/);
});
