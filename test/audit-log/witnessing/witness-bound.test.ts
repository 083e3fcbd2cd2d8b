import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WitnessBound } from '../../../src/audit-log/witnessing/witness-bound.ts';

test('nothing is refused until the first entry without countersignature is older than the bound', () => {
  let now = 100_000;
  const bound = new WitnessBound(60_000, () => now);
  assert.equal(bound.refusal(), undefined);
  bound.note(40_000);
  assert.equal(bound.refusal(), undefined);
  now += 1;
  const refusal = bound.refusal();
  assert.equal(refusal?.code, 'log-unavailable');
  assert.match(refusal?.detail ?? '', /witnesses outside this gateway/);
  bound.note(undefined);
  assert.equal(bound.refusal(), undefined);
});

test('without a bound nothing is ever refused', () => {
  const bound = new WitnessBound(undefined, () => Number.MAX_SAFE_INTEGER);
  bound.note(1);
  assert.equal(bound.refusal(), undefined);
});

test('what one thread notes refuses on another', () => {
  const first = new WitnessBound(10, () => 1000);
  const second = new WitnessBound(10, () => 1000, first.memory);
  first.note(1);
  assert.equal(second.sinceMs, 1);
  assert.notEqual(second.refusal(), undefined);
});
