import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tamperCampaign, tamperReportText } from './tamper.ts';
import { EDITS } from './tamper-edits.ts';

test('two edits of every kind behind the log’s back are all reported, with the number of the entry where there is one', async () => {
  const report = await tamperCampaign(2 * Object.keys(EDITS).length, Date.now() % 2 ** 31);
  assert.deepEqual(report.unreported, [], tamperReportText(report));
  assert.equal(report.reported.size, Object.keys(EDITS).length);
});
