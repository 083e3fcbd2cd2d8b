import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogQuota } from '../../../src/audit-log/writing/log-quota.ts';
import type { StartedLog } from '../../../src/audit-log/writing/start-log-writer.ts';
import { RefusalFlood } from '../../../src/http/refusal-flood.ts';
import { summariseFloods } from '../../../src/roof/threads/summarise-floods.ts';

test('one entry counts what was held back, and none is written for nothing', async () => {
  const entries: unknown[] = [];
  const notes = { append: async (...entry: unknown[]) => void entries.push(entry) };
  const flood = new RefusalFlood();
  const clock = { now: () => 1_790_000_000_000 };
  const quota = new LogQuota(1);
  const quiet = summariseFloods(flood, quota, { notes } as unknown as StartedLog, clock);
  await quiet.stop();
  assert.deepEqual(entries, []);
  const summaries = summariseFloods(flood, quota, { notes } as unknown as StartedLog, clock);
  for (let refusal = 0; refusal < 53; refusal += 1) flood.admits('192.0.2.1', 0);
  for (let refusal = 0; refusal < 3; refusal += 1) quota.admits('westhaven-district-council', 0);
  await summaries.stop();
  const at = new Date(clock.now()).toISOString();
  const consumer = 'westhaven-district-council';
  assert.deepEqual(entries, [
    ['summary', { code: 'refusals-held-back', records: 3, from: at, to: at }],
    ['summary', { code: 'refusals-over-quota', consumer, records: 2, from: at, to: at }],
  ]);
});
