/** A short run of the campaign in test/campaigns/report.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEPT_BACK, PLANTED, reportCampaign } from './report.ts';

test('of ten thousand entries with 137 planted accesses, a report tells exactly those that are not kept back', async () => {
  const run = await reportCampaign(10_000, () => undefined);
  assert.ok(run.entries >= 9900, `${run.entries} entries`);
  assert.deepEqual(
    { told: run.told, keptBack: run.keptBack, missing: run.missing, strange: run.strange, same: run.same },
    { told: PLANTED - KEPT_BACK, keptBack: KEPT_BACK, missing: 0, strange: 0, same: true },
  );
  assert.ok(run.secondsByIndex < 2, `${run.secondsByIndex} s`);
});
