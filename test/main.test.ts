import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeMissingKeys } from '../src/adapters/signing/key-ring.ts';
import { environment, SAMPLES } from './support/whole-gateway.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');

test('refuses to start without settings and names every one that is missing', () => {
  const run = spawnSync(process.execPath, [MAIN], { env: {}, encoding: 'utf8' });
  assert.equal(run.status, 78);
  for (const name of [
    'GATEWAY_ORIGIN',
    'POLICIES_FOLDER',
    'AUDIT_LOG_FILE',
    'HEAD_FILE',
    'LOG_ORIGIN',
    'KEYS_FOLDER',
    'UPSTREAM_SECRETS_FILE',
    'OPERATOR_CONTACT',
  ]) {
    assert.match(run.stderr, new RegExp(`${name} is missing`));
  }
  assert.ok(!run.stderr.includes('    at '), 'no stack for a mistake of the operator');
});

test('refuses to start without keys and names every one that is missing', () => {
  const folder = prepared({ keys: false });
  const run = spawnSync(process.execPath, [MAIN], { env: environment(folder), encoding: 'utf8' });
  assert.equal(run.status, 78);
  for (const key of [
    'checkpoint.pem',
    'receipts.pem',
    'subject-tags.key',
    'sealing.key',
    'matching-codes.key',
  ])
    assert.ok(run.stderr.includes(key), key);
  rmSync(folder, { recursive: true });
});

test('starts, says where it listens in one JSON line, and ends with 0 on SIGTERM', async () => {
  const folder = prepared({ keys: true });
  const run = spawn(process.execPath, [MAIN], { env: { ...environment(folder), LOG_LEVEL: 'info' } });
  let lines = '';
  for await (const chunk of run.stderr) {
    lines += chunk;
    if (lines.includes('"listening"')) break;
  }
  const listening = lines.split('\n').find((line) => line.includes('"listening"')) ?? '';
  assert.ok(JSON.parse(listening).port > 0);
  run.kill('SIGTERM');
  const [code] = await once(run, 'exit');
  assert.equal(code, 0);
  rmSync(folder, { recursive: true });
});

function prepared({ keys }: { keys: boolean }): string {
  const folder = mkdtempSync(join(tmpdir(), 'main-'));
  cpSync(SAMPLES, join(folder, 'policies'), { recursive: true });
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  if (keys) makeMissingKeys(join(folder, 'keys'), 'test');
  writeFileSync(join(folder, 'secrets.json'), '{}', { mode: 0o600 });
  return folder;
}
