/** Reads the policy folder whole or not at all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import { mistakeInWords, PolicyMistakes } from '../../../src/domain/policy-mistakes.ts';
import { changedText, KERBSIDE, SAMPLES, SEARCH } from '../../support/changed-policies.ts';

const folder = mkdtempSync(join(tmpdir(), 'policies-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the samples in a folder of its own. */
function copy(name: string): string {
  cpSync(SAMPLES, join(folder, name), { recursive: true });
  return join(folder, name);
}

async function mistakesOf(path: string): Promise<string[]> {
  const error = await loadPolicyFolder(path).then(
    () => assert.fail('it was taken'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PolicyMistakes);
  return error.mistakes.map(mistakeInWords);
}

test('the samples are a policy set', async () => {
  const policies = await loadPolicyFolder(SAMPLES);
  assert.equal(policies.organisations.size, 4);
  assert.equal(policies.datasets.size, 4);
  assert.ok(policies.agreements.length >= 5);
  assert.ok(policies.agreements.every(({ signedByBoth }) => !signedByBoth));
});

test('a folder that is moved is the same policy set', async () => {
  const moved = await loadPolicyFolder(copy('moved'));
  assert.equal(moved.sha256, (await loadPolicyFolder(SAMPLES)).sha256);
});

test('one mistake in one file gives no policy set, and every mistake is told in order', async () => {
  const path = copy('mistaken');
  writeFileSync(join(path, SEARCH), changedText(SEARCH, ['show: initials', 'show: year']));
  writeFileSync(
    join(path, KERBSIDE),
    changedText(KERBSIDE, ['ends: 2028-03-31', 'ends: 2026-03-31'], ['- statusCode', '- statusCod']),
  );
  const mistakes = await mistakesOf(path);
  assert.deepEqual(
    mistakes.map((words) => words.replace(/^agreements\/(DSA-2026-\d+)[^:]*:(\d+): .*$/, '$1:$2')),
    ['DSA-2026-014:40', 'DSA-2026-014:122', 'DSA-2026-014:123', 'DSA-2026-015:37'],
  );
});

test('a folder that is missing is a mistake', async () => {
  assert.deepEqual(await mistakesOf(join(folder, 'nowhere')), [
    'agreements:1: this folder cannot be read. Make a folder `agreements` in the policy folder.',
    'datasets:1: this folder cannot be read. Make a folder `datasets` in the policy folder.',
    'organisations:1: this folder cannot be read. Make a folder `organisations` in the policy folder.',
  ]);
});

test('a file that would be passed over in silence is a mistake', async () => {
  const path = copy('strays');
  writeFileSync(join(path, 'agreements/new.yml'), 'format: x\n');
  mkdirSync(join(path, 'agreements/old.yaml'));
  writeFileSync(join(path, 'agreements/README.md'), 'notes');
  writeFileSync(join(path, 'agreements/.new.yaml.swp'), 'x');
  assert.deepEqual(await mistakesOf(path), [
    'agreements/new.yml:1: only files that end in `.yaml` are read. Rename it, or take it out of the folder.',
    'agreements/old.yaml:1: this file cannot be read. Check that it is a file and who may read it.',
  ]);
});

test('a pipe under the name of a policy file is told and never waited for', async () => {
  const path = copy('pipe');
  spawnSync('mkfifo', [join(path, 'agreements/pipe.yaml')]);
  assert.deepEqual(await mistakesOf(path), [
    'agreements/pipe.yaml:1: this file cannot be read. Check that it is a file and who may read it.',
  ]);
});
