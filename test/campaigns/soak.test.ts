/** A short run of the campaign in test/campaigns/soak.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soakCampaign, soakFaults } from './soak.ts';

test('with callers and providers that fail beside good ones, nothing leaves unlogged, nothing hangs and nothing is kept', async () => {
  const said: string[] = [];
  const settings = { connections: 200, seconds: 1.5, perSecond: 100, say: (line: string) => said.push(line) };
  const report = await soakCampaign(settings);
  assert.deepEqual(soakFaults(report, { strict: false }), [], said.join('\n'));
  const { slow, aborted, babbled, refused } = report.faulty;
  assert.ok(slow > 0 && aborted > 0 && babbled > 0 && Object.keys(refused).length > 0, said.join('\n'));
});
