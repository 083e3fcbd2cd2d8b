/** A short run of the campaign in test/campaigns/connections.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsCampaign } from './connections.ts';

test('five hundred connections at once: each that asks gets its own answer, and no other is disturbed', async () => {
  const said: string[] = [];
  const { open, asked, busy, wrong, disturbed, openMiB, idleMiB } = await connectionsCampaign(500, (line) =>
    said.push(line),
  );
  assert.deepEqual([open, asked, busy, wrong, disturbed], [500, 50, 0, 0, 0], said.join('\n'));
  assert.ok(openMiB - idleMiB < 64, said.join('\n'));
});
