import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SALT_BYTES, Salts } from '../../../src/audit-log/sealing/salts.ts';

test('a salt is never given out twice, across many refills of the pool', () => {
  const salts = new Salts();
  const seen = new Set<string>();
  const target = Buffer.alloc(40);
  for (let nth = 0; nth < 5000; nth += 1) {
    salts.take(target, 7);
    seen.add(target.toString('hex', 7, 7 + SALT_BYTES));
  }
  assert.equal(seen.size, 5000);
  assert.ok(!seen.has('00'.repeat(SALT_BYTES)));
});

test('as many bytes are written as were asked for, and none beside them', () => {
  const target = Buffer.alloc(64);
  new Salts().take(target, 8, 32);
  assert.deepEqual(target.subarray(0, 8), Buffer.alloc(8));
  assert.deepEqual(target.subarray(40), Buffer.alloc(24));
  assert.ok(target.subarray(8, 40).some((byte) => byte !== 0));
});
