import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DpopNonces, NONCE_LIFE_MS } from '../../../src/adapters/oidc/dpop-nonces.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const [KEY, OLDER, OTHER] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];

test('a nonce is good, then it ages, then it is bad: by the time in it and nothing that is remembered', () => {
  const nonce = new DpopNonces([KEY]).fresh(NOW);
  const elsewhere = new DpopNonces([KEY]);
  assert.equal(elsewhere.judge(nonce, NOW), 'good');
  assert.equal(elsewhere.judge(nonce, NOW + NONCE_LIFE_MS - 20_000), 'ageing');
  assert.equal(elsewhere.judge(nonce, NOW + NONCE_LIFE_MS + 20_000), 'bad');
  assert.equal(elsewhere.judge(nonce, NOW - 60_000), 'bad');
});

test('what an older key made is still taken, and what another made is not', () => {
  const nonce = new DpopNonces([OLDER]).fresh(NOW);
  assert.equal(new DpopNonces([KEY, OLDER]).judge(nonce, NOW), 'good');
  assert.equal(new DpopNonces([OTHER]).judge(nonce, NOW), 'bad');
  assert.notEqual(new DpopNonces([KEY]).fresh(NOW), nonce);
});

test('no text but one that was given out is good', () => {
  const nonces = new DpopNonces([KEY]);
  const nonce = nonces.fresh(NOW);
  fc.assert(
    fc.property(fc.nat(nonce.length - 1), fc.constantFrom(...'AZaz09-_+/=%'), (place, character) => {
      const changed = `${nonce.slice(0, place)}${character}${nonce.slice(place + 1)}`;
      assert.equal(nonces.judge(changed, NOW), changed === nonce ? 'good' : 'bad');
    }),
  );
  for (const text of ['', 'x', `${nonce}=`, `${nonce}A`, nonce.slice(1)])
    assert.equal(nonces.judge(text, NOW), 'bad');
});
