/** `test` on the command line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testExamplesCommand } from '../../src/cli/test-examples.ts';
import { PolicyMistakes } from '../../src/domain/policy-mistakes.ts';
import { triedFilter } from '../../src/roof/commands/tried-filter.ts';
import { NOON, policiesOf, sampleAgreement, samplePolicies } from '../support/sample-policies.ts';
import { Written } from '../support/written.ts';

async function run(load: () => Promise<typeof samplePolicies>) {
  const io = new Written();
  const code = await testExamplesCommand('policies', io, load, triedFilter(), NOON);
  return { code, ...io };
}

test('the samples come out as written: a line each, and 0', async () => {
  const { code, stdout } = await run(async () => samplePolicies);
  assert.equal(code, 0);
  const examples = samplePolicies.agreements.flatMap((one) => one.examples);
  assert.equal(stdout.trimEnd().split('\n').length, examples.length + 1);
  assert.match(stdout, /every one comes out as it is written\n$/);
});

test('one that does not come out as written ends with 1', async () => {
  const wider = { ...sampleAgreement('DSA-2026-014'), roles: ['civil enforcement officer', 'social worker'] };
  const { code, stdout } = await run(async () => policiesOf(wider));
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^NOT AS WRITTEN {2}DSA-2026-014 version 3: A social worker may not look: it is permitted/m,
  );
});

test('a folder with mistakes ends with 2', async () => {
  assert.equal((await run(() => Promise.reject(new PolicyMistakes([])))).code, 2);
});
