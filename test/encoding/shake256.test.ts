import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shake256 } from '../../src/encoding/shake256.ts';

test('SHAKE256 of nothing is the value of FIPS 202, and longer outputs begin with shorter ones', () => {
  const first = '46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f';
  assert.equal(shake256(Buffer.alloc(0), 32).toString('hex'), first);
  assert.equal(shake256(Buffer.alloc(0), 2048).subarray(0, 32).toString('hex'), first);
});
