import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemRates } from '../../src/exchange/system-rates.ts';

const parking = { organisation: 'westhaven-district-council', system: 'parking' };
const housing = { organisation: 'westhaven-district-council', system: 'housing' };
const stranger = { organisation: 'westhaven', system: '-district-council\0parking' };

function admitted(rates: SystemRates, nowMs: number): number {
  let count = 0;
  while (rates.admits(parking, nowMs)) count += 1;
  return count;
}

test('a system may ask ten seconds’ worth at once, and its rate after that', () => {
  const rates = new SystemRates(500);
  assert.equal(admitted(rates, 0), 5000);
  assert.equal(rates.retryAfterSeconds(parking, 0), 1);
  assert.equal(admitted(rates, 1000), 500);
});

test('one system’s requests are none of another’s', () => {
  const rates = new SystemRates(1);
  admitted(rates, 0);
  assert.ok(rates.admits(housing, 0));
  assert.ok(rates.admits(stranger, 0));
});

test('what it holds back is counted by organisation, once', () => {
  const rates = new SystemRates(1);
  admitted(rates, 0);
  rates.admits(parking, 0);
  assert.deepEqual([...rates.takeHeldBack()], [['westhaven-district-council', 2]]);
  assert.deepEqual([...rates.takeHeldBack()], []);
});
