/** `explain` on the command line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExplainCommand, explainCommand } from '../../src/cli/explain.ts';
import { NOON, policiesOf, sampleAgreement, samplePolicies } from '../support/sample-policies.ts';
import { Written } from '../support/written.ts';

async function run(command: Partial<ExplainCommand>, policies = samplePolicies) {
  const io = new Written();
  const whole: ExplainCommand = {
    folder: 'policies',
    agreement: 'DSA-2026-014',
    as: 'text',
    withArticles: false,
    signatures: 'checked',
    ...command,
  };
  const code = await explainCommand(whole, io, async () => policies, NOON);
  return { code, ...io };
}

test('the agreement is explained in the face that is asked for', async () => {
  assert.match((await run({})).stdout, /^Checking Blue Badges at the kerbside\n====/);
  assert.match((await run({ as: 'markdown' })).stdout, /^# Checking Blue Badges/);
  assert.match((await run({ as: 'html' })).stdout, /^<!doctype html>/);
  assert.match((await run({ withArticles: true })).stdout, /Article 6\(1\)\(e\)/);
});

test('an agreement that is not there ends with 2 and names those that are', async () => {
  const { code, stdout, stderr } = await run({ agreement: 'DSA-1' });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /name one of: DSA-2026-014, DSA-2026-015/);
});

test('where there are several versions they are named beside the result', async () => {
  const one = sampleAgreement('DSA-2026-014');
  const versions = policiesOf(one, { ...one, version: 4, signedByBoth: false });
  assert.equal(
    (await run({}, versions)).stderr,
    'DSA-2026-014 has versions 4 and 3 (in force); this is version 3\n',
  );
  assert.match(
    (await run({ version: 4 }, versions)).stdout.replace(/\s+/g, ' '),
    /version 4\. It is not in force: it is not signed by both parties/,
  );
  assert.equal((await run({ version: 7 }, versions)).code, 2);
});
