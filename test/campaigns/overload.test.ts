/** A short run of the campaign in test/campaigns/overload.ts: its times mean nothing on a machine that does other work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overloadCampaign, overloadFaults } from './overload.ts';

test('three times what the gateway can do: every request is answered, with what was asked for or with when to come again', async () => {
  const said: string[] = [];
  const report = await overloadCampaign({ seconds: 1, rounds: 1, say: (line) => said.push(line) });
  assert.deepEqual(overloadFaults(report, { strict: false }), [], said.join('\n'));
});
