import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rate } from '../../src/exchange/rate.ts';

/** How many of the asked instants have room, in order. */
function admitted(rate: Rate, instants: readonly number[]): readonly number[] {
  let freeAtMs = 0;
  return instants.filter((nowMs) => {
    if (!rate.hasRoom(freeAtMs, nowMs)) return false;
    freeAtMs = rate.afterOneMore(freeAtMs, nowMs);
    return true;
  });
}

test('after a quiet time has room for as many at once as it says, and then for so many a second', () => {
  const rate = new Rate(10, 50);
  assert.equal(admitted(rate, Array(200).fill(0)).length, 50);
  const everyMs = Array.from({ length: 10_001 }, (_, ms) => ms);
  assert.equal(admitted(rate, [...Array(50).fill(0), ...everyMs]).length, 150);
});

test('never admits more than its rate and what it takes at once, whatever comes when', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.array(fc.nat(50), { maxLength: 300 }),
      (perSecond, atOnce, gaps) => {
        let now = 0;
        const instants = gaps.map((gap) => {
          now += gap;
          return now;
        });
        const count = admitted(new Rate(perSecond, atOnce), instants).length;
        assert.ok(count <= atOnce + (now * perSecond) / 1000 + 1e-6);
      },
    ),
  );
});

test('says after how many whole seconds there is room again', () => {
  const rate = new Rate(2, 2);
  let freeAtMs = 0;
  for (let nth = 0; nth < 2; nth += 1) freeAtMs = rate.afterOneMore(freeAtMs, 0);
  assert.equal(rate.retryAfterSeconds(freeAtMs, 0), 1);
  assert.ok(rate.hasRoom(freeAtMs, 1000));
  const slow = new Rate(0.1, 1);
  assert.equal(slow.retryAfterSeconds(slow.afterOneMore(0, 0), 0), 10);
});
