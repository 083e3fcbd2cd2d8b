import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogQuota } from '../../../src/audit-log/writing/log-quota.ts';
import type { StartedLog } from '../../../src/audit-log/writing/start-log-writer.ts';
import { SystemRates } from '../../../src/exchange/system-rates.ts';
import { RefusalFlood } from '../../../src/http/refusal-flood.ts';
import { summariseFloods } from '../../../src/roof/threads/summarise-floods.ts';

test('one entry counts what was held back, and none is written for nothing', async () => {
  const entries: unknown[] = [];
  const notes = { append: async (...entry: unknown[]) => void entries.push(entry) };
  const flood = new RefusalFlood();
  const clock = { now: () => 1_790_000_000_000 };
  const quota = new LogQuota(1);
  const rates = new SystemRates(1);
  let shed = 0;
  const admission = { takeShed: () => shed };
  const heldBack = { flood, quota, rates, admission };
  const quiet = summariseFloods(heldBack, { notes } as unknown as StartedLog, clock);
  await quiet.stop();
  assert.deepEqual(entries, []);
  const summaries = summariseFloods(heldBack, { notes } as unknown as StartedLog, clock);
  for (let refusal = 0; refusal < 53; refusal += 1) flood.admits('192.0.2.1', 0);
  for (let refusal = 0; refusal < 3; refusal += 1) quota.admits('westhaven-district-council', 0);
  const caller = { organisation: 'westhaven-district-council', system: 'westhaven-parking-app' };
  for (let request = 0; request < 14; request += 1) rates.admits(caller, 0);
  shed = 5;
  await summaries.stop();
  const at = new Date(clock.now()).toISOString();
  const consumer = 'westhaven-district-council';
  assert.deepEqual(entries, [
    ['summary', { code: 'refusals-held-back', records: 3, from: at, to: at }],
    ['summary', { code: 'refusals-over-quota', consumer, records: 2, from: at, to: at }],
    ['summary', { code: 'requests-over-rate', consumer, records: 4, from: at, to: at }],
    ['summary', { code: 'requests-shed', records: 5, from: at, to: at }],
  ]);
});
