import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../../src/config.ts';
import { readUpstreamSecrets } from '../../../src/roof/settings/upstream-secrets-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
after(() => rmSync(folder, { recursive: true }));

function file(content: unknown, mode = 0o600): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return path;
}

test('reads secrets that are bound to their hosts', () => {
  const secrets = readUpstreamSecrets(file({ KEY: { kind: 'api key', host: 'a.example', value: 'v' } }));
  assert.deepEqual(secrets.get('KEY'), { kind: 'api key', host: 'a.example', value: 'v' });
});

test('refuses a file that others may read', () => {
  assert.throws(() => readUpstreamSecrets(file({}, 0o644)), /mode must be 0600/);
});

test('refuses what it does not understand and never says a value', () => {
  const wrong = [
    'not json',
    '[]',
    { KEY: { kind: 'api key', value: 'top-secret' } },
    { KEY: { kind: 'api key', host: 'h', value: 'top-secret', extra: 1 } },
    { KEY: { kind: 'password', host: 'h', value: 'top-secret' } },
  ];
  for (const content of wrong) {
    assert.throws(
      () => readUpstreamSecrets(file(content)),
      (error) => error instanceof ConfigError && !error.message.includes('top-secret'),
    );
  }
});
