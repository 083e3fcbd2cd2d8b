import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WitnessStanding } from '../../../src/audit-log/witnessing/witness-standing.ts';

const patience = { retryMs: 1000, longestRetryMs: 60_000, lostAfter: 3 };

test('a witness is asked at once, and after failures at growing distances, but never later than the longest', () => {
  const standing = new WitnessStanding(patience);
  assert.ok(standing.isDue(0));
  let now = 0;
  const distances: number[] = [];
  for (let n = 0; n < 9; n += 1) {
    standing.failed('it cannot be reached', now);
    let next = now;
    while (!standing.isDue(next)) next += 500;
    distances.push(next - now);
    now = next;
  }
  assert.deepEqual(distances, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('it counts as lost after three failures in a row, and one cosignature makes all well', () => {
  const standing = new WitnessStanding(patience);
  for (const lost of [false, false, true, true]) {
    standing.failed('it did not answer in time', 0);
    assert.equal(standing.isLost, lost);
  }
  assert.equal(standing.why, 'it did not answer in time');
  standing.cosigned(12);
  assert.deepEqual(
    [standing.isLost, standing.why, standing.known, standing.isDue(0)],
    [false, undefined, 12, true],
  );
});
