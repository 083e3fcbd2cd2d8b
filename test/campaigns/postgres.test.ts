import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareOneLog } from './postgres.ts';

test('three processes on one PostgreSQL, killed and paused: nothing acknowledged is lost or doubled, and the log is whole', async () => {
  const { violations, acknowledged, kills, pauses } = await shareOneLog(1200, 300);
  assert.deepEqual(violations, []);
  assert.ok(acknowledged >= 1100 && kills + pauses > 0);
});
