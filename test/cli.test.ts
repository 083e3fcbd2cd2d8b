import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI, processEnvironment, runCommand } from './support/command-line.ts';
import { SAMPLES } from './support/whole-gateway.ts';

const run = (...args: string[]) => runCommand(args);

test('names every command', async () => {
  const { out, code } = await run('--help');
  assert.equal(code, 0);
  for (const command of [
    'serve',
    'demo',
    'check',
    'list',
    'verify',
    'keys',
    'sign',
    'suspend',
    'end',
    'revoke',
    'resume',
  ])
    assert.match(out, new RegExp(`^  ${command} `, 'm'));
});

test('check says which agreements are in force, and ends with 0', async () => {
  const { out, code } = await run('check', SAMPLES);
  assert.equal(code, 0);
  assert.match(out, /DSA-2026-014 version 3: not in force: it is not signed by both parties/);
});

test('check names every mistake with its file and line, and ends with 2', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  for (const kind of ['organisations', 'datasets', 'protocols', 'agreements'])
    spawnSync('cp', ['-r', join(SAMPLES, kind), folder]);
  writeFileSync(
    join(folder, 'agreements/wrong.yaml'),
    'format: data-sharing-agreement/1\nagreemnt: DSA-2026-099\n',
  );
  const { out, code } = await run('check', folder);
  assert.equal(code, 2);
  assert.match(out, /agreements\/wrong.yaml:2: .*agreemnt/);
  rmSync(folder, { recursive: true });
});

test('keys make makes what is missing, readable by nobody else, and never overwrites', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys');
  const made = await run('keys', 'make', '--folder', folder, '--origin', 'gateway.example/audit/2026h2');
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /verifier key: gateway.example\/audit\/2026h2\+[0-9a-f]{8}\+/);
  const file = join(folder, 'sealing.key');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const before = statSync(file).mtimeMs;
  await run('keys', 'make', '--folder', folder, '--origin', 'gateway.example/audit/2026h2');
  assert.equal(statSync(file).mtimeMs, before);
  rmSync(folder, { recursive: true });
});

test('a wrong call is told what is wrong and how it would be right', async () => {
  for (const args of [['verify'], ['nonsense'], ['keys', '--folder', 'x']]) {
    const { code, err } = await run(...args);
    assert.notEqual(code, 0);
    assert.match(err, /error: .*\n[\s\S]*Usage/);
  }
});

test('a reader that stops reading is no failure', async () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${CLI}" check "${SAMPLES}" | head -c 1`],
    { encoding: 'utf8', env: processEnvironment() },
  );
  assert.equal(status, 0);
  assert.equal(stderr, '');
});
