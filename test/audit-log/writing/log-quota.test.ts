import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogQuota } from '../../../src/audit-log/writing/log-quota.ts';

const HOUR = 3_600_000;

test('an organisation gets so many refusals in an hour, and the rest is counted', () => {
  const quota = new LogQuota(3);
  const admitted = Array.from({ length: 5 }, (_, nth) => quota.admits('westhaven', nth));
  assert.deepEqual(admitted, [true, true, true, false, false]);
  assert.deepEqual([...quota.takeHeldBack()], [['westhaven', 2]]);
  assert.deepEqual([...quota.takeHeldBack()], []);
  assert.equal(quota.retryAfterSeconds('westhaven', 10_000), 3590);
  assert.equal(quota.admits('westhaven', HOUR), true);
});

test('organisations do not take each other’s room', () => {
  const quota = new LogQuota(1);
  assert.ok(quota.admits('westhaven', 0));
  assert.ok(!quota.admits('westhaven', 0));
  assert.ok(quota.admits('northmere', 0));
});

test('a reached limit holds back what could only be refused again, once the quota is used up', () => {
  const quota = new LogQuota(2);
  quota.limitReached('westhaven', 'DSA-2026-014', HOUR, 0);
  assert.ok(!quota.holdsBack('westhaven', ['DSA-2026-014'], 1));
  quota.limitReached('westhaven', 'DSA-2026-014', HOUR, 1);
  assert.ok(quota.holdsBack('westhaven', ['another', 'DSA-2026-014'], 2));
  assert.ok(!quota.holdsBack('westhaven', ['another'], 2));
  assert.ok(!quota.holdsBack('northmere', ['DSA-2026-014'], 2));
  assert.ok(!quota.holdsBack('westhaven', ['DSA-2026-014'], HOUR));
  assert.deepEqual([...quota.takeHeldBack()], [['westhaven', 1]]);
});
