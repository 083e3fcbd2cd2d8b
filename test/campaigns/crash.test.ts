import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crashCampaign, crashReportText } from './crash.ts';

test('a gateway that is killed four times under load has released and forwarded nothing without a durable entry', async (context) => {
  const seed = Date.now() % 2 ** 31;
  const report = await crashCampaign({ kills: 4, seed, say: (line) => context.diagnostic(line) });
  const text = `seed ${seed}\n${crashReportText(report)}`;
  assert.deepEqual(report.violations, [], text);
  assert.equal(report.bytesWithoutEntry, 0, text);
  assert.equal(report.callsWithoutEntry, 0, text);
  assert.ok(report.calls > 0 && report.bytes > 0 && report.recovered > 0, text);
});
