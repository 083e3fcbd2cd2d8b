/** Sample references and codes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOUND_REFERENCE, kindNamed } from '../../../src/domain/kind.ts';
import {
  bindSampleReference,
  openSampleReference,
  sampleMatchingCode,
} from '../../../src/governance/trying/sample-references.ts';

test('a reference opens to what was bound, and is of the kind that lookups take', () => {
  const reference = bindSampleReference('DSA-1', 'office', '00000000-0000-4000-8000-000000000001');
  assert.deepEqual(openSampleReference(reference), {
    agreement: 'DSA-1',
    system: 'office',
    value: '00000000-0000-4000-8000-000000000001',
  });
  assert.notEqual(kindNamed(BOUND_REFERENCE)?.normalise(reference), undefined);
});

test('any other text opens to nothing', () => {
  for (const text of [
    '',
    'tried-out.',
    'tried-out.!',
    'tried-out.e30',
    'tried-out.WzEsImEiLCJiIl0',
    'tried-out.WzFd',
    'tried-out.WyJhIl0',
    'a-reference-of-nobody',
  ])
    assert.equal(openSampleReference(text), undefined, text);
});

test('a matching code is the same for the same value under one agreement only', () => {
  const code = sampleMatchingCode('DSA-1', 'name', 'a');
  assert.equal(sampleMatchingCode('DSA-1', 'name', 'a'), code);
  for (const other of [
    sampleMatchingCode('DSA-2', 'name', 'a'),
    sampleMatchingCode('DSA-1', 'code', 'a'),
    sampleMatchingCode('DSA-1', 'name', 'b'),
  ])
    assert.notEqual(other, code);
});
