import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareOneLog } from './postgres.ts';

test('three processes on one PostgreSQL, killed and paused: nothing acknowledged is lost or doubled, and the log is whole', async () => {
  const { violations, acknowledged, kills, pauses } = await shareOneLog(400, 150);
  assert.deepEqual(violations, []);
  assert.ok(acknowledged >= 350 && kills + pauses > 0);
});
