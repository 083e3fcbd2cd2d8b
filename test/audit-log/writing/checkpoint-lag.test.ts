import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckpointLag } from '../../../src/audit-log/writing/checkpoint-lag.ts';

test('a log whose checkpoints keep up is never late, however long entries come', () => {
  const lag = new CheckpointLag();
  for (let second = 0; second < 60; second += 1)
    assert.ok(lag.look(100 + second * 10, 100 + (second - 1) * 10, second * 1000) <= 1000);
  assert.equal(lag.look(700, 700, 60_000), 0);
});

test('entries that no checkpoint covers wait from the first look that saw them, also while others follow', () => {
  const lag = new CheckpointLag();
  assert.equal(lag.look(10, 9, 1000), 0);
  assert.equal(lag.look(20, 9, 6000), 5000);
  assert.equal(lag.look(30, 9, 12_000), 11_000);
  assert.equal(lag.look(30, 10, 13_000), 0);
  assert.equal(lag.look(30, 10, 15_000), 2000);
});

test('a clock that was set back makes no negative wait', () => {
  const lag = new CheckpointLag();
  lag.look(10, 9, 5000);
  assert.equal(lag.look(10, 9, 1000), 0);
});
