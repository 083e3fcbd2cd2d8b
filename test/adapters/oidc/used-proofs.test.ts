import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsedProofs } from '../../../src/adapters/oidc/used-proofs.ts';

test('a proof is taken once for as long as it could be good', () => {
  const used = new UsedProofs();
  assert.equal(used.take('a', 0), true);
  assert.equal(used.take('a', 0), false);
  assert.equal(used.take('b', 119_000), true);
  assert.equal(used.take('a', 120_000), false);
  assert.equal(used.take('b', 239_000), false);
});

test('what is remembered is bounded, and old proofs are forgotten', () => {
  const used = new UsedProofs(2);
  for (const proof of ['a', 'b', 'c', 'd', 'e']) assert.equal(used.take(proof, 1), true);
  assert.equal(used.take('e', 1), false);
  assert.equal(used.take('a', 1), true);
  const later = new UsedProofs();
  later.take('a', 0);
  later.take('b', 300_000);
  later.take('c', 600_000);
  assert.equal(later.take('a', 600_000), true);
});
