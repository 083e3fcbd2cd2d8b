/** The policy folder as a command reads it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicies } from '../../src/cli/read-policies.ts';
import { PolicyMistakes } from '../../src/domain/policy-mistakes.ts';
import { samplePolicies } from '../support/sample-policies.ts';
import { Written } from '../support/written.ts';

test('a whole folder is read, and nothing is printed', async () => {
  const io = new Written();
  assert.equal(await readPolicies('policies', io, async () => samplePolicies), samplePolicies);
  assert.equal(io.stdout + io.stderr, '');
});

test('a folder with mistakes gives nothing but its mistakes', async () => {
  const io = new Written();
  const mistake = {
    file: 'agreements/x.yaml',
    line: 3,
    column: 1,
    what: 'it is wrong',
    write: 'write it right',
  };
  assert.equal(
    await readPolicies('policies', io, () => Promise.reject(new PolicyMistakes([mistake]))),
    undefined,
  );
  assert.match(
    io.stderr,
    /^agreements\/x\.yaml:3: it is wrong\. Write it right\.\none mistake in the policy files; put it right first/,
  );
  assert.equal(io.stdout, '');
});

test('an error that is no mistake of the files is not taken for one', async () => {
  await assert.rejects(
    readPolicies('policies', new Written(), () => Promise.reject(new TypeError('x'))),
    TypeError,
  );
});
