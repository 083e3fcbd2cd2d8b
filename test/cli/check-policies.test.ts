/** `check`: what is wrong with a policy folder, or which agreements are in force and why others are not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../src/adapters/policies/policy-files.ts';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import { checkPoliciesCommand } from '../../src/cli/check-policies.ts';
import type { CommandIo } from '../../src/cli/command-io.ts';
import { PolicyMistakes } from '../../src/domain/policy-mistakes.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { changedText, KERBSIDE, policyFile, SAMPLES, samplesWith } from '../support/changed-policies.ts';
import { asSigned } from '../support/signed-set.ts';

class Written implements CommandIo {
  readonly errIsTerminal = false;
  stdout = '';
  stderr = '';
  out(text: string): void {
    this.stdout += text;
  }
  err(text: string): void {
    this.stderr += text;
  }
}

const NOON = Date.parse('2026-11-23T12:00:00Z');

async function loadKerbside(text: string): Promise<PolicySet> {
  const { policies, mistakes } = readPolicyFiles([...samplesWith(), policyFile(KERBSIDE, text)]);
  if (mistakes.length > 0) throw new PolicyMistakes(mistakes);
  return asSigned(policies);
}

async function lineAt(text: string, atMs: number): Promise<string> {
  const io = new Written();
  assert.equal(await checkPoliciesCommand('policies', io, () => loadKerbside(text), atMs), 0);
  return io.stdout.split('\n')[0] ?? '';
}

test('every sample agreement would be in force in late 2026 once it is signed', async () => {
  const io = new Written();
  const load = async (folder: string) => asSigned(await loadPolicyFolder(folder));
  assert.equal(await checkPoliciesCommand(SAMPLES, io, load, NOON), 0);
  const lines = io.stdout.trimEnd().split('\n');
  assert.equal(
    lines[0],
    'DSA-2026-014 version 3: in force until 2028-03-31; northmere-city-council shares blue-badges with westhaven-district-council for parking enforcement',
  );
  assert.ok(lines.slice(0, -2).every((line) => line.includes(': in force until ')));
  assert.match(
    lines.at(-1) ?? '',
    /^no mistakes in 4 organisations, 4 datasets, 9 agreements; policy set [0-9a-f]{64}$/,
  );
  assert.equal(
    lines.at(-2),
    'in force means that the gateway acts on an agreement, never that a sharing is lawful',
  );
  assert.equal(io.stderr, '');
});

test('the samples are not signed, and each says whose signature is missing', async () => {
  const io = new Written();
  assert.equal(await checkPoliciesCommand(SAMPLES, io, loadPolicyFolder, NOON), 0);
  const lines = io.stdout.split('\n');
  assert.match(lines[0] ?? '', /^DSA-2026-014 version 3: not in force: it is not signed by both parties; /);
  assert.deepEqual(lines.slice(1, 3), [
    '  - `northmere-city-council` has not signed it: there is no `signatures/DSA-2026-014-v3.northmere-city-council.jws`',
    '  - `westhaven-district-council` has not signed it: there is no `signatures/DSA-2026-014-v3.westhaven-district-council.jws`',
  ]);
});

test('an agreement that is not in force says why', async () => {
  const text = changedText(KERBSIDE);
  assert.match(await lineAt(text, Date.parse('2026-03-31T22:59:59Z')), /not in force: it has not started;/);
  assert.match(await lineAt(text, Date.parse('2026-03-31T23:00:00Z')), /in force until 2028-03-31;/);
  assert.match(await lineAt(text, Date.parse('2028-03-31T23:00:00Z')), /not in force: it has ended;/);
  const draft = changedText(KERBSIDE, [
    '  - organisation: westhaven-district-council\n    name: R. Hughes\n    role: senior information risk owner\n    date: 2026-03-05\n',
    '',
  ]);
  assert.match(await lineAt(draft, NOON), /not in force: it is not signed by both parties;/);
});

test('every mistake is printed with file, line, what is wrong and what to write, and the exit code is 2', async () => {
  const io = new Written();
  const text = changedText(KERBSIDE, ['- statusCode', '- statusCod'], ['show: initials', 'show: year']);
  assert.equal(await checkPoliciesCommand('policies', io, () => loadKerbside(text), NOON), 2);
  assert.equal(
    io.stdout,
    [
      `${KERBSIDE}:40: \`statusCod\` is not a field of \`blue-badges\`. Did you mean \`statusCode\`?`,
      `${KERBSIDE}:45: \`party.person.badgeHolderName\` may not be shown as \`year\`. Write \`show: in full\` or \`show: initials\`.`,
      '',
    ].join('\n'),
  );
  assert.equal(
    io.stderr,
    '2 mistakes in the policy files; nothing in policies is used until it is put right\n',
  );
});

test('an error that is no mistake of the files is not taken for one', async () => {
  const load = () => Promise.reject(new TypeError('broken'));
  await assert.rejects(checkPoliciesCommand('policies', new Written(), load, NOON), TypeError);
});
