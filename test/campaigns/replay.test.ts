/** A short run of the campaign in test/campaigns/replay.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replayCampaign } from './replay.ts';

test('twenty thousand entries are judged again under the same rules with no change, page by page', async () => {
  let drawn = '';
  const run = await replayCampaign(20_000, (text) => {
    drawn += text;
  });
  assert.equal(run.code, 0, run.said);
  assert.match(run.said, /19,999 exchanges judged again: 0 would be decided otherwise, 19,999 the same/);
  assert.match(drawn, /100 % of 20000 entries/);
  // A million take a minute at most on one core: this is fifty times less, with room for a busy machine.
  assert.ok(run.seconds < 10, `${run.seconds} s`);
});
