import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPRESS, CONSTANTS_AT, compress, FREE_AT, STATE_AT } from '../../src/encoding/sha256-block.ts';

test('one block is a few kilobytes of code, so that it stays in the instruction cache', () => {
  assert.equal(compress.index, COMPRESS);
  assert.ok(compress.body.length < 16_384, `${compress.body.length} bytes`);
});

test('words, constants and state do not overlap', () => {
  assert.ok(CONSTANTS_AT >= 16 * 16);
  assert.equal(STATE_AT - CONSTANTS_AT, 64 * 16);
  assert.equal(FREE_AT - STATE_AT, 2 * 8 * 16);
});
