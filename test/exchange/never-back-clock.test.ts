import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverBackClock } from '../../src/exchange/never-back-clock.ts';

test('tells the time while it goes on', () => {
  let time = 1000;
  const clock = neverBackClock(
    () => time,
    0,
    () => assert.fail(),
  );
  assert.equal(clock.now(), 1000);
  time = 1500;
  assert.equal(clock.now(), 1500);
});

test('stands still when the clock is set back, and says so once', () => {
  const alarms: number[] = [];
  let time = 100_000;
  const clock = neverBackClock(
    () => time,
    0,
    (byMs) => alarms.push(byMs),
  );
  clock.now();
  time = 40_000;
  assert.equal(clock.now(), 100_000);
  assert.equal(clock.now(), 100_000);
  assert.deepEqual(alarms, [60_000]);
  time = 100_001;
  assert.equal(clock.now(), 100_001);
});

test('never begins before the newest entry of the log', () => {
  const alarms: number[] = [];
  assert.equal(
    neverBackClock(
      () => 5,
      9_000,
      (byMs) => alarms.push(byMs),
    ).now(),
    9_000,
  );
  assert.deepEqual(alarms, [8_995]);
});
