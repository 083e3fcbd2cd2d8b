/** Secrets are read again when their files change; what cannot be read changes nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { UpstreamSecrets } from '../../../src/adapters/upstream/upstream-secrets.ts';
import { readSecretsAndFiles } from '../../../src/roof/settings/upstream-secrets-file.ts';
import { SecretsUpkeep } from '../../../src/roof/threads/upstream-secrets-upkeep.ts';
import { until } from '../../support/test-upstream.ts';

function keptUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-upkeep-'));
  const path = join(folder, 'secrets.json');
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const secret = (value: unknown): string =>
    JSON.stringify({ KEY: { kind: 'api key', host: 'a.example', value } });
  put('key', 'first');
  put('secrets.json', secret({ file: 'key' }));
  const taken: UpstreamSecrets[] = [];
  const broken: string[] = [];
  const upkeep = new SecretsUpkeep({
    path,
    read: readSecretsAndFiles(path),
    onTaken: (secrets) => taken.push(secrets),
    onBroken: (mistakes) => broken.push(...mistakes),
    everyMs: 20,
  });
  upkeep.start();
  t.after(() => {
    upkeep.stop();
    rmSync(folder, { recursive: true });
  });
  const value = (): unknown => Object(upkeep.secrets.get('KEY')).value;
  return { put, secret, upkeep, taken, broken, value };
}

test('another secret in the file that one stands in is taken up', async (t) => {
  const { put, taken, value } = keptUp(t);
  put('key', 'second');
  await until(() => value() === 'second');
  assert.equal(taken.length, 1);
});

test('a file that cannot be used changes nothing, says so, and counts once it is mended', async (t) => {
  const { put, secret, upkeep, taken, broken, value } = keptUp(t);
  put('secrets.json', '{"KEY": {"kind": "api');
  await until(() => broken.length > 0);
  assert.equal(value(), 'first');
  assert.equal(upkeep.mistakes.length, 1);
  assert.equal(taken.length, 0);
  put('secrets.json', secret('third'));
  await until(() => value() === 'third');
  assert.deepEqual(upkeep.mistakes, []);
});

test('a file that is named from now on is watched from now on', async (t) => {
  const { put, secret, value } = keptUp(t);
  put('other', 'fourth');
  put('secrets.json', secret({ file: 'other' }));
  await until(() => value() === 'fourth');
  put('other', 'fifth');
  await until(() => value() === 'fifth');
});
