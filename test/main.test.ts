import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeMissingKeys } from '../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../src/adapters/storage/sqlite/sqlite-reader.ts';
import { MAIN, processEnvironment, runGateway } from './support/command-line.ts';
import { environment, SAMPLES } from './support/whole-gateway.ts';

test('refuses to start without settings and names every one that is missing', async () => {
  const run = await runGateway({});
  assert.equal(run.code, 78);
  for (const name of [
    'GATEWAY_ORIGIN',
    'POLICIES_FOLDER',
    'AUDIT_LOG_FILE',
    'HEAD_FILE',
    'LOG_ORIGIN',
    'KEYS_FOLDER',
    'PINNED_KEYS_FILE',
    'UPSTREAM_SECRETS_FILE',
    'OPERATOR_CONTACT',
  ]) {
    assert.match(run.err, new RegExp(`${name} is missing`));
  }
  assert.ok(!run.err.includes('    at '), 'no stack for a mistake of the operator');
});

test('refuses to start without keys and names every one that is missing', async () => {
  const folder = prepared({ keys: false });
  const run = await runGateway(environment(folder));
  assert.equal(run.code, 78);
  for (const key of [
    'checkpoint.pem',
    'receipts.pem',
    'subject-tags.key',
    'sealing.key',
    'matching-codes.key',
  ])
    assert.ok(run.err.includes(key), key);
  rmSync(folder, { recursive: true });
});

test('says what stands in the way of a start, without a stack', async () => {
  const folder = prepared({ keys: true });
  mkdirSync(join(folder, 'empty'));
  const wrong: readonly Record<string, string>[] = [
    { AUDIT_LOG_FILE: join(folder, 'nowhere/audit.sqlite') },
    { UPSTREAM_SECRETS_FILE: join(folder, 'empty') },
    { GATEWAY_HOST: '192.0.2.1' },
  ];
  for (const settings of wrong) {
    const env = { ...environment(folder), AUDIT_LOG_FILE: join(folder, 'a.sqlite'), ...settings };
    const run = await runGateway(env);
    assert.equal(run.code, 78, JSON.stringify(settings) + run.err);
    assert.match(run.err, /\w/);
    assert.ok(!run.err.includes('    at '), run.err);
  }
  rmSync(folder, { recursive: true });
});

test('a port that is taken: says so, and the log says of the run that it stopped', async () => {
  const folder = prepared({ keys: true });
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const env = { ...environment(folder), GATEWAY_PORT: String(port) };
  const run = spawn(process.execPath, [MAIN], { env: processEnvironment(env) });
  let said = '';
  run.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(run, 'exit');
  other.close();
  assert.equal(code, 78);
  assert.match(said, /EADDRINUSE/);
  const reader = openSqliteReader(join(folder, 'audit.sqlite'));
  assert.equal(reader.entries(0, 100).at(-1)?.kind, 'stopped');
  reader.close();
  rmSync(folder, { recursive: true });
});

test('starts, says where it listens in one JSON line, and ends with 0 on SIGTERM', async () => {
  const folder = prepared({ keys: true });
  const env = processEnvironment({ ...environment(folder), LOG_LEVEL: 'info' });
  const run = spawn(process.execPath, [MAIN], { env });
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

test('the start script, the image, the demo and the benchmark start it with the same flags', () => {
  const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
  const [, ...words] = String(JSON.parse(read('package.json')).scripts.start).split(' ');
  assert.equal(words.pop(), 'src/main.ts');
  const quoted = (mark: string) => words.map((word) => `${mark}${word}${mark}`).join(', ');
  assert.ok(read('Dockerfile').includes(`CMD ["node", ${quoted('"')}, "src/main.ts"]`));
  assert.ok(read('demo/gateway.ts').includes(`[${quoted("'")}, join(PROJECT, 'src/main.ts')]`));
  assert.ok(read('bench/gateway.ts').includes(`START_FLAGS = [${quoted("'")}]`));
});

function prepared({ keys }: { keys: boolean }): string {
  const folder = mkdtempSync(join(tmpdir(), 'main-'));
  cpSync(SAMPLES, join(folder, 'policies'), { recursive: true });
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  if (keys) makeMissingKeys(join(folder, 'keys'), 'test');
  writeFileSync(join(folder, 'secrets.json'), '{}', { mode: 0o600 });
  writeFileSync(join(folder, 'pinned-keys.json'), '{}');
  return folder;
}
